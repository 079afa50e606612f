"""A person takes over and gives back; danger comes first; the bot remembers what was said."""

import httpx
import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_person_takes_over_and_gives_back(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    said = "\n".join(await platform.say(openid, "转人工"))
    assert "工作人员" in said
    assert "位" in said
    await platform.say(openid, "我想谈谈青山里7栋2单元的事")
    card = await admin.waiting_for("青山里7栋2单元")
    conversation = card["conversation_id"]
    assert card["reason"] == "asked"

    seen = platform.inbox.count(openid)
    await admin.post(f"/conversations/{conversation}/claim")
    assert await platform.inbox.reaches(openid, seen + 1, 10)
    await admin.post(f"/conversations/{conversation}/messages", text="您好，请讲，我在听。")
    assert await platform.inbox.reaches(openid, seen + 2, 10)
    assert platform.inbox.of(openid)[-1].text == "您好，请讲，我在听。"

    assert await platform.tell(openid, {"MsgType": "text", "Content": "电梯坏了"}, wait=0.5) == []
    lines = await admin.get(f"/conversations/{conversation}/messages")
    heard = next(line for line in lines if line["text"] == "电梯坏了")
    assert heard["understanding"]["intent"] == "file_appeal"

    await admin.post(f"/conversations/{conversation}/return", note="已说明，居民要报电梯")
    assert await platform.inbox.reaches(openid, seen + 3, 10)
    (read_back,) = await platform.say(openid, "帮我登记电梯坏了这件事")
    assert "青山里7栋2单元" in read_back


async def test_two_people_never_hold_one_conversation(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "我要找真人")
    await platform.say(openid, "抢单测试")
    conversation = (await admin.waiting_for("抢单测试"))["conversation_id"]
    await admin.colleague("xiaoli", "xiaoli-password")
    async with Staff(product.url, "xiaoli", "xiaoli-password") as colleague:
        await colleague.post(f"/conversations/{conversation}/claim")
        with pytest.raises(httpx.HTTPStatusError) as refused:
            await admin.post(f"/conversations/{conversation}/claim")
        assert refused.value.response.status_code == 409
        assert "其他同事" in refused.value.response.text


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("5栋着火了，烟蛮大", "119"),
        ("屋里好大一股煤气味", "119"),
        ("我老公拿刀要杀我", "110"),
        ("我不想活了", "12356"),
        ("有个爹爹晕倒在楼下叫不醒", "120"),
    ],
)
async def test_danger_gets_the_right_number_in_the_first_line(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str, said: str, number: str
) -> None:
    first = (await platform.say(openid, said))[0].splitlines()[0]
    assert number in first
    card = await admin.waiting_for(said)
    assert card["priority"] == 2
    assert card["reason"] == "danger"


async def test_danger_while_waiting_is_answered_at_once(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "转人工")
    first = (await platform.say(openid, "着火了快来人"))[0].splitlines()[0]
    assert "119" in first
    assert (await admin.waiting_for("着火了快来人"))["priority"] == 2


async def test_the_desk_knows_how_long_it_may_write(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "转人工")
    await platform.say(openid, "窗口测试")
    conversation = (await admin.waiting_for("窗口测试"))["conversation_id"]
    window = (await admin.get(f"/conversations/{conversation}"))["window"]
    assert window["left"] == 5
