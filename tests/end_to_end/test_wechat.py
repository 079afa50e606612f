"""WeChat's own rules against the real gateway: retries, signatures, broken and hostile bodies."""

import httpx
import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_url_is_verified(platform: WeChatPlatform, product: Product) -> None:
    assert await platform.verify_url()


async def test_a_retry_gets_the_same_reply_and_files_nothing_twice(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "江城雅苑9栋2单元电梯坏了")
    await platform.say(openid, "确认")
    first = platform.inbox.of(openid)[-1].text
    await platform.push_again()
    await platform.push_again()
    assert [received.text for received in platform.inbox.of(openid)[-2:]] == [first, first]
    found = (await admin.get("/appeals", q="江城雅苑9栋2单元"))["items"]
    assert len(found) == 1


async def test_an_answer_that_was_lost_on_its_way_comes_again(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    platform.lose_answers = 1
    assert await platform.push(openid, {"MsgType": "text", "Content": "您好"}) == "passive"
    assert len(platform.inbox.of(openid)) == 1


async def test_following_is_welcomed(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    said = await platform.tell(openid, {"MsgType": "event", "Event": "subscribe", "EventKey": ""})
    assert "转人工" in said[0]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_wrong_signature_is_refused(product: Product, mode: str) -> None:
    query = {"signature": "0" * 40, "timestamp": "1", "nonce": "1"}
    if mode != "plain":
        query |= {"msg_signature": "0" * 40, "encrypt_type": "aes"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{product.url}/wechat", params=query, content=b"<xml/>")
    assert answer.status_code == 403
