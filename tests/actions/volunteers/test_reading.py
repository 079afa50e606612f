"""What offers to help are understood to say."""

import pytest

from actions.volunteers.reading import offers, overlap

OFFERS = {
    "我想当志愿者，会修水电，周末有空": (["水电维修"], ["周末"]),
    "我退休了，可以陪老人看病，随时都可以": (["陪诊"], ["随时"]),
    "我是老师，能辅导孩子作业，工作日晚上": (["辅导作业"], ["工作日", "晚上"]),
    "我会理发": (["理发"], []),
    "学过心理学，可以陪老人聊天，周三下午": (["心理疏导"], ["周三", "下午"]),
    "我是律师，想给大家讲讲法律": (["法律"], []),
    "我能帮忙送餐，也能搬东西，早上有时间": (["送餐", "搬抬"], ["上午"]),
    "邻里吵架我可以去调解": (["调解"], []),
    "不会修水电，会理发": (["理发"], []),
    "想报名志愿者": ([], []),
    "周六上午": ([], ["周六", "上午"]),
    "我会教老人用手机，还会拍照": (["文艺", "电脑手机"], []),
    "有车，可以送老人去医院": (["开车接送"], []),
    "每天都能去巡逻": (["巡逻执勤"], ["随时"]),
}


@pytest.mark.parametrize("text", OFFERS)
def test_skills_and_times_are_read(text: str) -> None:
    offer = offers().read(text)
    assert (offer.skills, offer.times) == OFFERS[text]


def test_name_and_phone_are_read_and_no_trade_is_a_name() -> None:
    offer = offers().read("我叫李芳，13912345678，会理发")
    assert (offer.name, offer.phone) == ("李芳", "13912345678")
    for text in ("我是退休教师，能辅导作业", "我是3栋的，会修灯", "我是老党员，想帮忙"):
        assert offers().read(text).name == "", text


def test_times_overlap_by_parts_of_days() -> None:
    for some, others, expected in (
        (["周末"], ["周六", "上午"], True),
        (["周末"], ["周一"], False),
        (["工作日", "晚上"], ["周三", "下午"], False),
        (["随时"], ["周日", "晚上"], True),
        (["晚上"], ["周五"], True),
        ([], ["周五"], None),
        (["周五"], [], None),
    ):
        assert overlap(some, others) is expected, (some, others)
