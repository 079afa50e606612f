"""Whole ways of a message over real HTTP: passive, late, repeated, refused."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.routes import MAX_BODY, wechat_routes
from bot.conversations.contract import Inbound, Outgoing
from tests.bot.wechat.support import MemoryGate, connected, served
from tests.bot.wechat.test_messages import BOMB, nested, xml
from tests.simulators.wechat import Refused, pushes
from tests.simulators.wechat.platform import Mode
from tests.simulators.wechat.server import GET_MEDIA

ACCOUNT = "gh_0123456789ab"
MODES: list[Mode] = ["plain", "compatible", "safe"]


async def three_replies(_inbound: Inbound) -> list[Outgoing]:
    return [
        Outgoing(1, "bot", "一"),
        Outgoing(2, "bot", "二"),
        Outgoing(3, "bot", "这是一句话。" * 120),
    ]


async def slow(_inbound: Inbound) -> list[Outgoing]:
    await asyncio.sleep(0.3)
    return [Outgoing(1, "bot", "久等了")]


async def failing(_inbound: Inbound) -> list[Outgoing]:
    raise RuntimeError("no brain")


async def silent(_inbound: Inbound) -> list[Outgoing]:
    return []


@pytest.mark.parametrize("mode", MODES)
async def test_the_address_is_verified_in_every_mode(mode: Mode) -> None:
    async with connected(mode=mode) as it:
        assert await it.platform.verify_url()


@pytest.mark.parametrize("mode", MODES)
async def test_an_answer_in_time_goes_passively_in_every_mode(mode: Mode) -> None:
    async with connected(mode=mode) as it:
        assert await it.platform.say("resident", "停水]]>😀") == ["收到：停水]]>😀"]
        assert [item.via for item in it.platform.inbox.of("resident")] == ["passive"]
        assert (it.gate.passive, it.gate.sent) == ([1], [])


async def test_a_late_answer_comes_through_the_api() -> None:
    async with connected(slow, deadline=0.05) as it:
        assert await it.platform.say("resident", "停水") == ["久等了"]
        assert [item.via for item in it.platform.inbox.of("resident")] == ["custom"]
        assert it.platform.api.typing == ["resident"]


async def test_what_does_not_fit_follows_through_the_api() -> None:
    async with connected(three_replies) as it:
        assert await it.platform.say("resident", "你好") == ["一\n\n二"]
        assert await it.platform.inbox.reaches("resident", 3, 5)
        assert [item.via for item in it.platform.inbox.of("resident")] == [
            "passive",
            "custom",
            "custom",
        ]
        await it.gate.outbox_done()
        assert (it.gate.passive, it.gate.sent) == ([1, 2], [3])


async def test_a_lost_answer_is_said_again_and_claimed_once() -> None:
    async with connected() as it:
        it.platform.lose_answers = 2
        assert await it.platform.say("resident", "停水") == ["收到：停水"]
        assert (len(it.gate.inbounds), it.gate.passive) == (1, [1])


async def test_a_lost_success_does_not_make_a_second_delivery() -> None:
    async with connected(slow, deadline=0.05) as it:
        it.platform.lose_answers = 1
        assert await it.platform.say("resident", "停水") == ["久等了"]
        await it.gate.outbox_done()
        assert (it.gate.passive, it.gate.sent) == ([], [1])
        assert it.platform.inbox.count("resident") == 1


async def test_a_retry_after_the_outbox_has_sent_says_nothing_more() -> None:
    async with connected(slow, deadline=0.05) as it:
        await it.platform.say("resident", "停水")
        assert await it.platform.push_again() == "success"
        await it.gate.outbox_done()
        assert it.platform.inbox.count("resident") == 1


async def test_a_retry_of_what_the_outbox_has_is_not_kept_waiting() -> None:
    async with connected(slow, deadline=0.05) as it:
        await it.platform.push("resident", pushes.text("停水"))
        assert await it.platform.push_again() == "success"
        assert it.gate.asked == 1
        await it.gate.outbox_done()


async def test_a_retry_that_waits_while_the_first_hands_over_says_nothing_more() -> None:
    ready = asyncio.Event()

    async def when_ready(_inbound: Inbound) -> list[Outgoing]:
        await ready.wait()
        return [Outgoing(1, "bot", "久等了")]

    async with connected(when_ready, deadline=0.4) as it:
        first = asyncio.ensure_future(it.platform.push("resident", pushes.text("停水")))
        await asyncio.sleep(0.2)
        retry = asyncio.ensure_future(it.platform.push_again())
        assert await first == "success"
        ready.set()
        assert await retry == "success"
        await it.gate.outbox_done()
        assert it.platform.inbox.count("resident") == 1


async def test_retries_while_the_first_is_at_work_give_one_delivery() -> None:
    # Patience 0.12 s: WeChat hangs up twice before the handling ends at 0.3 s.
    async with connected(slow, deadline=2.0, scale=0.024) as it:
        assert await it.platform.say("resident", "停水") == ["久等了"]
        assert (len(it.gate.inbounds), it.gate.passive, it.gate.sent) == (1, [1], [])
        assert it.platform.inbox.count("resident") == 1


async def test_a_failed_handling_is_left_to_the_outbox_without_a_notice() -> None:
    async with connected(failing) as it:
        assert await it.platform.push("resident", pushes.text("停水")) == "success"


async def test_a_gate_that_cannot_store_is_not_told_as_success() -> None:
    async with connected() as it:
        it.gate.accept = failing  # type: ignore[method-assign, assignment]
        assert await it.platform.push("resident", pushes.text("停水")) == "failed"


async def test_silent_events_are_answered_and_not_stored() -> None:
    async with connected() as it:
        assert await it.platform.push("resident", pushes.event("VIEW", "http://x.cn")) == "success"
        assert it.gate.inbounds == []


async def test_a_conversation_that_people_hold_is_answered_with_success() -> None:
    async with connected(silent) as it:
        assert await it.platform.push("resident", pushes.text("在吗")) == "success"


async def test_photos_and_sounds_are_fetched_meanwhile() -> None:
    async with connected() as it:
        it.platform.api.fail(GET_MEDIA, -1)
        await it.platform.send_image("resident", b"\xff\xd8", "image/jpeg")
        await it.platform.send_voice("resident", b"#!AMR")
        await it.channel.aclose()
        assert it.gate.media == {1: (b"\xff\xd8", "image/jpeg"), 2: (b"#!AMR", "audio/amr")}


@pytest.mark.parametrize("mode", MODES)
async def test_a_stranger_is_refused(mode: Mode) -> None:
    async with connected(mode=mode) as it:
        it.platform.token = "guessed"
        assert not await it.platform.verify_url()
        with pytest.raises(Refused, match="403"):
            await it.platform.say("resident", "你好")
        assert it.gate.inbounds == []


async def test_a_plain_message_cannot_pass_by_the_key() -> None:
    async with connected(mode="safe") as it:
        it.platform.mode = "plain"
        with pytest.raises(Refused, match="403"):
            await it.platform.say("resident", "你好")
        assert it.gate.inbounds == []


async def test_a_changed_encrypted_body_is_refused() -> None:
    async with connected(mode="safe") as it:
        query, body = it.platform._envelope("resident", pushes.text("你好"))
        changed = body.replace(b"CDATA[", b"CDATA[AAAA")
        async with httpx.AsyncClient() as http:
            answer = await http.post(it.platform.gateway_url, params=query, content=changed)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        nested(200_000),
        nested(5_000),
        xml(pushes.text("长" * (MAX_BODY // 3))).replace(b"gh_1", ACCOUNT.encode()),
        b"not xml",
        b"<xml><ToUserName>gh_other</ToUserName></xml>",
    ],
)
async def test_hostile_bodies_get_400_and_reach_nobody(body: bytes) -> None:
    async with connected() as it, httpx.AsyncClient() as http:
        query = it.platform._signed()
        answer = await http.post(it.platform.gateway_url, params=query, content=body)
        assert (answer.status_code, answer.text) == (400, "")
        assert it.gate.inbounds == []


async def test_an_account_that_is_not_connected_is_not_found() -> None:
    config, memory = WeChatConfig(), SharedMemory()
    api = WeChatApi(config, memory)
    channel = WeChatChannel(MemoryGate(), config, api, memory)
    app = FastAPI()
    app.router.routes.extend(wechat_routes(channel))
    async with served(app) as address, httpx.AsyncClient() as http:
        assert (await http.get(f"{address}/wechat")).status_code == 404
        assert (await http.post(f"{address}/wechat")).status_code == 404
    await api.aclose()
