"""The API client and the sender against the platform's API server."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.errors import MediaUnavailable, WeChatError
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.sender import WeChatSender
from bot.conversations.contract import Button, Outgoing, Recipient, Undeliverable
from tests.bot.wechat.support import config_for, one_photo, recipient
from tests.simulators.wechat import WeChatPlatform
from tests.simulators.wechat.server import GET_MEDIA, SEND, TOKEN, UPLOAD


@pytest.fixture
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform() as platform:
        platform._windows.message_came("resident")
        yield platform


@pytest.fixture
async def api(platform: WeChatPlatform) -> AsyncIterator[WeChatApi]:
    api = WeChatApi(config_for(platform), SharedMemory())
    yield api
    await api.aclose()


def texts(platform: WeChatPlatform, openid: str = "resident") -> list[str]:
    return [received.text for received in platform.inbox.of(openid)]


async def test_a_text_arrives_as_written(platform: WeChatPlatform, api: WeChatApi) -> None:
    await api.send_text("resident", "您好😀 “引号”]]>")
    assert texts(platform) == ["您好😀 “引号”]]>"]


async def test_the_token_is_asked_for_once(platform: WeChatPlatform, api: WeChatApi) -> None:
    for word in ("一", "二"):
        await api.send_text("resident", word)
    assert platform.api.calls[TOKEN] == 1


async def test_an_expired_token_is_renewed_without_force(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    await api.send_text("resident", "一")
    platform.api.expire_token()
    await api.send_text("resident", "二")
    assert texts(platform) == ["一", "二"]
    assert platform.api.forced_refreshes == 0


async def test_callers_refused_together_share_one_renewal(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    await api.send_text("resident", "一")
    platform.api.expire_token()
    await asyncio.gather(*(api.show_typing("resident") for _ in range(5)))
    assert platform.api.calls[TOKEN] == 2


async def test_a_void_token_is_renewed_by_force_but_not_twice_in_30_seconds(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    await api.send_text("resident", "一")
    platform.api.revoke_token()
    await api.send_text("resident", "二")
    platform.api.revoke_token()
    with pytest.raises(WeChatError, match="40001"):
        await api.send_text("resident", "三")
    assert texts(platform) == ["一", "二"]
    assert (platform.api.forced_refreshes, platform.api.force_asked) == (1, 1)


@pytest.mark.parametrize("code", [45015, 45047, 48001, 45002, 40003])
async def test_refusals_for_good_are_told_in_chinese(
    platform: WeChatPlatform, api: WeChatApi, code: int
) -> None:
    platform.api.fail(SEND, code)
    with pytest.raises(Undeliverable, match=r"[\u4e00-\u9fff]{5}"):
        await api.send_text("resident", "一")


@pytest.mark.parametrize("code", [-1, 45009, 40164])
async def test_other_refusals_may_pass(platform: WeChatPlatform, api: WeChatApi, code: int) -> None:
    platform.api.fail(SEND, code)
    with pytest.raises(WeChatError, match=str(code)):
        await api.send_text("resident", "一")


async def test_a_platform_out_of_reach_is_temporary_and_keeps_the_secret(
    platform: WeChatPlatform, api: WeChatApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await api.send_text("resident", "一")
    assert "access_token=***" in caplog.text
    platform.api.stop()
    with pytest.raises(WeChatError) as caught:
        await api.send_text("resident", "二")
    assert platform.api._token not in caplog.text + str(caught.value)


async def test_media_come_with_their_type(platform: WeChatPlatform, api: WeChatApi) -> None:
    platform.api.media["m"] = (b"\xff\xd8", "image/jpeg")
    assert await api.fetch_media("m") == (b"\xff\xd8", "image/jpeg")


async def test_unknown_and_huge_media_cannot_be_had(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    platform.api.media["huge"] = (b"x" * (10 * 1024 * 1024 + 1), "image/jpeg")
    for media_id in ("huge", "unknown"):
        with pytest.raises(MediaUnavailable):
            await api.fetch_media(media_id)
    platform.api.fail(GET_MEDIA, -1)
    with pytest.raises(WeChatError):
        await api.fetch_media("huge")


def sender_of(api: WeChatApi) -> WeChatSender:
    return WeChatSender(api, one_photo, SharedMemory())


async def test_the_sender_splits_and_sends_the_picture_last(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    reply = Outgoing(1, "bot", "这是一句话。" * 130, (Button("好", "/ok"),), media_id=3)
    await sender_of(api).send(recipient(), reply)
    received = platform.inbox.of("resident")
    assert [item.kind for item in received] == ["text", "text", "image"]
    assert received[1].text.endswith("回复数字选择：\n1. 好")
    assert platform.api.media[received[2].media_id] == (b"\x89PNG", "image/png")


async def test_a_second_try_goes_on_where_the_first_failed(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    sender, reply = sender_of(api), Outgoing(1, "bot", "看图", media_id=3)
    platform.api.fail(UPLOAD, -1)
    with pytest.raises(WeChatError):
        await sender.send(recipient(), reply)
    await sender.send(recipient(), reply)
    assert [item.kind for item in platform.inbox.of("resident")] == ["text", "image"]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (recipient(hours=-1), "超过 48 小时"),
        (Recipient(1, "resident", None, 0), "超过 48 小时"),
        (recipient(left=0), "已用完"),
        (recipient(left=1), "只剩 1 条"),
    ],
)
async def test_a_closed_window_is_not_even_tried(
    platform: WeChatPlatform, api: WeChatApi, to: Recipient, told: str
) -> None:
    with pytest.raises(Undeliverable, match=told):
        await sender_of(api).send(to, Outgoing(1, "staff", "这是一句话。" * 130))
    assert platform.api.calls[SEND] == 0


async def test_the_platform_counts_five_and_forgets_after_48_hours(
    platform: WeChatPlatform, api: WeChatApi
) -> None:
    for number in range(5):
        await api.send_text("resident", str(number))
    with pytest.raises(Undeliverable, match="已用完"):
        await api.send_text("resident", "5")
    platform.forward(49 * 3600)
    platform.api.expire_token()
    with pytest.raises(Undeliverable, match="超过 48 小时"):
        await api.send_text("resident", "6")


async def test_a_code_tells_the_openid_once_and_the_log_tells_no_secret(
    platform: WeChatPlatform, api: WeChatApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="httpx")
    platform.api.pages._codes["code-of-li"] = ("o-li", platform.now() + 300)
    assert await api.openid_of("code-of-li") == "o-li"
    with pytest.raises(WeChatError, match="40163"):
        await api.openid_of("code-of-li")
    assert "/sns/oauth2/access_token" in caplog.text
    assert platform.app_secret not in caplog.text
    assert "code-of-li" not in caplog.text
