"""Understanding across a chat: two requests at once, follow-ups, corrections, short answers."""

import re

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = re.compile(r"SQ\d{12}")


async def _chat(platform: WeChatPlatform, openid: str, *messages: str) -> str:
    """All that is said to the last of some messages."""
    said: list[str] = []
    for message in messages:
        said = await platform.say(openid, message)
    return "\n".join(said)


async def _page(admin: Staff, number: str) -> dict[str, object]:
    appeal = (await admin.get("/appeals", q=number))["items"][0]
    return dict(await admin.get(f"/appeals/{appeal['id']}"))


async def test_a_problem_and_a_question_in_one_message_are_both_served(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    said = await _chat(platform, openid, "青山里3栋电梯坏了，顺便问下高龄津贴怎么办")
    assert "老年人权益保障法" in said.split("问题：青山里3栋电梯坏了\n")[0], said
    number = NUMBER.search(await _chat(platform, openid, "确认"))
    assert number
    appeal = (await admin.get("/appeals", q=number.group()))["items"][0]
    assert (appeal["category"], appeal["building"]) == ("电梯", "3栋")


async def test_a_question_first_and_a_problem_behind_it(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    said = await _chat(platform, openid, "高龄津贴怎么办，另外我们楼道灯坏了")
    assert said.index("老年人权益保障法") < said.index("哪个小区")
    assert "问题：我们楼道灯坏了" in await _chat(platform, openid, "青山里")


async def test_thanks_and_a_question_are_one_turn(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "居住证暂行条例" in await _chat(platform, openid, "谢谢，另外想问居住证在哪办")


async def test_a_topic_lives_through_thanks_and_changes_with_a_name(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    await _chat(platform, openid, "高龄津贴怎么办", "那要带什么材料", "谢谢")
    assert "【高龄津贴" in await _chat(platform, openid, "我妈可以办吗")
    assert "【高龄津贴" in await _chat(platform, openid, "那我没带身份证呢")
    switched = await _chat(platform, openid, "那居住证呢")
    assert "【居住证" in switched and "带什么材料：" in switched


async def test_what_is_wrong_is_asked_for_and_put_right_before_filing(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    await _chat(platform, openid, "青山里8栋2单元水管漏水，电话13800000000")
    assert "正确的地址" in await _chat(platform, openid, "地址不对")
    said = await _chat(platform, openid, "是3栋1单元", "号码打错了，应该是13912345678")
    assert "地点：青山里3栋1单元\n" in said and "13912345678" in said and "13800000000" not in said
    assert "时间：昨天晚上" in await _chat(platform, openid, "说错了，是昨天晚上")


async def test_what_is_wrong_is_put_right_after_filing_and_stands_in_the_history(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    filed = NUMBER.search(await _chat(platform, openid, "青山里8栋2单元水管漏水", "确认"))
    assert filed
    said = await _chat(platform, openid, "不是8栋，是3栋")
    assert filed.group() in said and "青山里3栋" in said
    page = await _page(admin, filed.group())
    assert "amended" in str(page["history"]) and "3栋" in str(page)


async def test_short_answers_answer_what_was_asked(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "地点：不详" in await _chat(platform, openid, "电梯坏了", "不晓得")
    assert NUMBER.search(await _chat(platform, openid, "没有了"))


async def test_a_bare_number_and_whatever_answer_too(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "地点：青山里5栋" in await _chat(platform, openid, "青山里的电梯坏了", "5")
    assert NUMBER.search(await _chat(platform, openid, "你们看着办"))


async def test_wages_belong_elsewhere_and_are_taken_down_for_who_insists(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    said = await _chat(platform, openid, "公司拖欠我三个月工资不给")
    assert "12333" in said and "仍要登记" in said
    told = await _chat(platform, openid, "谢谢", "仍要登记", "确认")
    filed = NUMBER.search(told)
    assert filed, told
    assert "拖欠我三个月工资" in str(await _page(admin, filed.group()))


async def test_corruption_belongs_to_those_who_inquire_into_it(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "12388" in await _chat(platform, openid, "举报我们村支书贪污受贿")


async def test_a_matter_of_the_city_is_taken_in_without_a_building(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    said = await _chat(platform, openid, "我们这边小学学位不够，伢要跑好远读书")
    assert "地点：不详" in said and "往上反映" in said
    assert NUMBER.search(await _chat(platform, openid, "确认"))


ODD = {
    "nothing": "　 \t ",
    "control characters": "\u200b\u2066\u00ad",
    "faces": "😀😀😀",
    "marks": "。。。……",
    "ten thousand characters": "我家楼上天天晚上吵得睡不着觉，" * 667,
    "ten thousand characters without an end": "啊" * 10_000,
    "English": "Hello, where can I apply for a residence permit?",
    "a link": "https://example.com/a?b=c&d=%3Cscript%3E",
    "mark-up": "<b>电梯</b>坏了 ]]> {{7*7}} '; drop table appeals; --",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_messages_get_an_answer(
    platform: WeChatPlatform, product: Product, openid: str, text: str
) -> None:
    said = await _chat(platform, openid, text)
    assert len(said) > 10 and "暂时处理不了" not in said


async def test_traditional_characters_are_understood(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "老年人权益保障法" in await _chat(platform, openid, "請問高齡津貼怎麼辦理")
    assert "类别：电梯" in await _chat(platform, openid, "青山里9棟的電梯壞了")


async def test_a_thumb_agrees(platform: WeChatPlatform, product: Product, openid: str) -> None:
    assert NUMBER.search(await _chat(platform, openid, "青山里6栋的电梯坏了", "👍"))


async def test_english_is_told_so_in_english(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    assert "only read Chinese" in await _chat(platform, openid, ODD["English"])
