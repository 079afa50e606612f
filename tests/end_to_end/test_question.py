"""A service question is answered from knowledge: answer, source, date; choices; an honest 不知道."""

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_question_is_answered_with_source_and_date(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    (said,) = await platform.say(openid, "80岁老人的高龄津贴怎么申请")
    assert "高龄津贴" in said
    assert "老年人权益保障法" in said
    assert "核对日期" in said
    assert "以社区公布为准" in said


async def test_a_follow_up_needs_no_subject(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    await platform.say(openid, "高龄津贴怎么办")
    (said,) = await platform.say(openid, "那要带什么材料")
    assert "身份证" in said
    assert "高龄津贴" in said


async def test_a_number_chooses_what_was_offered(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    (said,) = await platform.say(openid, "高龄津贴怎么办")
    choices = said.split("回复数字选择")[1]
    offered = next(line for line in choices.splitlines() if line.startswith("2."))
    (chosen,) = await platform.say(openid, "2")
    assert offered.removeprefix("2.").strip() in chosen


async def test_an_unknown_question_is_admitted_and_kept_for_the_office(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    question = "火星移民申请表在社区哪个柜子里"
    (said,) = await platform.say(openid, question)
    assert "不知道" in said
    assert any(miss["text"] == question for miss in await admin.get("/knowledge/misses"))


async def test_two_misses_in_a_row_bring_a_person(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "时光机维修补贴怎么申请呢")
    said = "\n".join(await platform.say(openid, "外星人落户需要哪些证明呢"))
    assert "工作人员" in said
    assert "位" in said
    card = await admin.waiting_for("外星人落户")
    assert card["reason"] == "two_misses"


async def test_a_typed_command_is_only_text(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    (said,) = await platform.say(openid, "/action_submit_appeal")
    assert "编号" not in said


async def test_a_long_question_about_one_case_is_not_guessed_at(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    (said,) = await platform.say(
        openid,
        "咨询单位借调人员的职称评审问题。您好，我在某研究所借调两年，原单位和借调单位都说不归自己管，"
        "请问借调期间的工作年限算不算，评审材料应该由哪一家单位出具，政策文件是怎么规定的？",
    )
    assert "没有现成的答案" in said
