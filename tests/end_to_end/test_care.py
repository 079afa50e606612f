"""The weak first, quarrels between neighbours, and volunteers: by chat, to staff and back."""

import pytest

from tests.end_to_end.staff import Staff
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_quarrel_is_taken_to_a_mediator_by_one_tap(
    platform: WeChatPlatform, admin: Staff, openid: str
) -> None:
    offered = "\n".join(await platform.say(openid, "隔壁邻居老是跟我们家吵架，还堵我家门"))
    assert "请书记或调解员来调解" in offered and "先登记下来" in offered
    said = "\n".join(await platform.say(openid, "1"))
    assert "不会告诉对方" in said
    card = await admin.waiting_for("还堵我家门")
    assert (card["reason"], card["priority"]) == ("mediation", 1)


async def test_a_quarrel_is_filed_and_kept_from_the_other_side(
    platform: WeChatPlatform, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "邻居跟我家吵架，占着公共过道不让走，找人评评理")
    asked = "\n".join(await platform.say(openid, "2"))
    assert "哪个小区" in asked
    await platform.say(openid, "青山里6栋1单元")
    said = "\n".join(await platform.say(openid, "确认"))
    assert "编号" in said
    newest = (await admin.get("/appeals"))["items"]
    (appeal,) = [each for each in newest if "占着公共过道" in each["content"]]
    assert appeal["category"] == "邻里纠纷" and appeal["confidential"]


async def test_an_appeal_of_the_weak_is_raised(
    platform: WeChatPlatform, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "我78岁一个人住，青山里7栋1单元302厨房水管漏水")
    assert "编号" in "\n".join(await platform.say(openid, "确认"))
    (appeal,) = [
        each
        for each in (await admin.get("/appeals"))["items"]
        if "我78岁一个人住" in each["content"]
    ]
    assert (appeal["weak"], appeal["urgency"]) == (["elderly_alone"], "raised")


async def test_a_volunteer_signs_up_is_matched_and_thanked(
    platform: WeChatPlatform, admin: Staff, openid: str
) -> None:
    said = "\n".join(await platform.say(openid, "我想当志愿者，会理发，周末有空"))
    assert "理发；周末" in said
    (volunteer,) = await admin.get("/volunteers", skill="理发")
    request = await admin.post("/help-requests", skill="理发", text="上门理发", wanted_at="周六")
    path = f"/help-requests/{request['id']}"
    (fit,) = await admin.get(f"{path}/proposals")
    assert fit["volunteer"]["id"] == volunteer["id"] and fit["has_time"]
    asked = await admin.post(f"{path}/invitations", volunteer_id=volunteer["id"])
    match = f"/help-matches/{asked['matches'][0]['id']}"
    for status in ("accepted", "done"):
        await admin.post(f"{match}/step", status=status)
    seen = platform.inbox.count(openid)
    await admin.post(f"{match}/thanks", text="剪得真好")
    assert await platform.inbox.reaches(openid, seen + 1, 10)
    assert "剪得真好" in platform.inbox.of(openid)[-1].text
