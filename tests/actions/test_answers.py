"""How an entry becomes words: what was asked for, the source, what else can be asked."""

from datetime import date

import pytest

from actions import texts
from actions.answers import full_answer, section_answer, sections_asked
from knowledge.entries.entry import EntryContent

ALLOWANCE = EntryContent.model_validate(
    {
        "title": "高龄津贴",
        "topic": "养老助残",
        "questions": ["高龄津贴怎么办"],
        "answer": "年满八十周岁的户籍老人可以申领。",
        "sections": {
            "who": "八十周岁以上。",
            "materials": "身份证、户口簿。",
            "where": "社区服务大厅。",
            "cost": "不收费。",
            "time": "15 个工作日。",
            "steps": "填表、审核、发放。",
        },
        "source": "民政局通知",
        "local": True,
        "checked_on": date(2026, 11, 1),
    }
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("高龄津贴要带什么材料", ["materials"]),
        ("办居住证要钱吗", ["cost"]),
        ("在哪办、带什么", ["materials", "where"]),
        ("要多久能下来", ["time"]),
        ("谁能办", ["who"]),
        ("网上怎么申请", ["steps"]),
        ("高龄津贴", []),
    ],
)
def test_sections_asked(question: str, asked: list[str]) -> None:
    assert sections_asked(question) == asked


@pytest.mark.parametrize(("section", "label"), texts.SECTION_LABELS.items())
def test_each_button_asks_for_its_own_section(section: str, label: str) -> None:
    assert sections_asked(label) == [section]


def test_a_question_gets_the_answer_the_sections_asked_and_where_it_comes_from() -> None:
    text, _ = full_answer(ALLOWANCE, "高龄津贴在哪办，带什么材料")
    assert text == (
        "年满八十周岁的户籍老人可以申领。\n\n"
        "带什么材料：身份证、户口簿。\n\n"
        "在哪办：社区服务大厅。\n\n"
        "依据：民政局通知\n核对日期：2026-11-01。金额、窗口等以社区公布为准。"
    )


def test_the_rest_is_offered_as_buttons_four_at_most() -> None:
    _, buttons = full_answer(ALLOWANCE, "带什么材料")
    assert buttons == tuple((label, label) for label in ["谁能办", "在哪办", "多少钱", "要多久"])


def test_how_to_apply_is_in_the_answer_itself_where_more_is_asked() -> None:
    text, _ = full_answer(ALLOWANCE, "高龄津贴怎么办，要带什么材料")
    assert "怎么办理：" not in text and "带什么材料：" in text


def test_a_follow_up_gets_its_section_alone() -> None:
    said = section_answer(ALLOWANCE, ["materials"])
    assert said is not None
    text, buttons = said
    assert text.startswith("【高龄津贴】\n带什么材料：身份证、户口簿。\n\n依据：")
    assert "带什么材料" not in dict(buttons)


def test_an_entry_that_does_not_say_says_nothing() -> None:
    bare = ALLOWANCE.model_copy(update={"sections": type(ALLOWANCE.sections)(), "source": ""})
    assert section_answer(bare, ["materials"]) is None
    text, buttons = full_answer(bare.model_copy(update={"local": False}), "要带什么")
    assert text == "年满八十周岁的户籍老人可以申领。\n\n核对日期：2026-11-01" and buttons == ()
