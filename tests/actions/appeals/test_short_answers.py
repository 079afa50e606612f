"""Short answers are told from longer ones that only begin like them."""

import pytest

from actions.appeals.short_answers import (
    Short,
    bare_number,
    put_right,
    short_answer,
    sounds_like_a_place,
    without_lead,
    wrong_part,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("没有", Short.NOTHING),
        ("没有了。", Short.NOTHING),
        ("没什么补充", Short.NOTHING),
        ("没问题", Short.NOTHING),
        ("不晓得", Short.UNKNOWN),
        ("我也不知道啊", Short.UNKNOWN),
        ("说不清楚", Short.UNKNOWN),
        ("忘了", Short.UNKNOWN),
        ("随便", Short.WHATEVER),
        ("随便你们", Short.WHATEVER),
        ("你们看着办吧", Short.WHATEVER),
        ("都可以", Short.WHATEVER),
        ("没有电", None),
        ("没人管", None),
        ("不知道叫什么", None),
        ("都可以停车", None),
        ("随便停车", None),
    ],
)
def test_short_answers(text: str, kind: Short | None) -> None:
    assert short_answer(text) is kind


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("5号", 5), ("第五", 5), ("十二", 12), ("二十", 20), ("1402", 1402),
     ("5楼", None), ("3天", None), ("13800000000", None), ("电梯", None)],
)  # fmt: skip
def test_bare_numbers(text: str, number: int | None) -> None:
    assert bare_number(text) == number


def test_places_in_words_of_ones_own() -> None:
    for text in ("菜场后头", "就在门口", "大门左边", "学校旁边", "桥下"):
        assert sounds_like_a_place(text), text
    for text in (
        "在哪里办",
        "门口谁管",
        "今天天气不错",
        "我住的地方在很远的那个商场后面的那一排楼",
    ):
        assert not sounds_like_a_place(text), text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("地址不对", "where"),
        ("房号写错了", "where"),
        ("小区搞错了", "where"),
        ("号码打错了", "phone"),
        ("电话不对", "phone"),
        ("时间说错了", "time"),
        ("问题写得不对", "what"),
        ("不对", ""),
        ("地址在哪里", ""),
    ],
)
def test_what_is_said_to_be_wrong(text: str, part: str) -> None:
    assert wrong_part(text) == part


def test_only_what_stands_there_is_put_right() -> None:
    assert put_right("青山里3栋漏水", "不是3栋，是8栋") == "青山里8栋漏水"
    assert put_right("青山里3栋漏水", "不是5栋，是8栋") is None
    assert put_right("青山里3栋漏水", "说错了") is None


def test_the_right_words_stand_alone() -> None:
    assert without_lead("应该是在菜场后门") == "菜场后门"
    assert without_lead("菜场后门") == "菜场后门"
