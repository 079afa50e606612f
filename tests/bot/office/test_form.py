"""The editor's form speaks plain Chinese and loses nothing between form and entry."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.office.form import as_typed, blank, complaints, content_of, values_of, with_question
from bot.office.words import when

GOOD = blank(date(2026, 11, 1)) | {
    "title": "借轮椅",
    "topic": "便民服务",
    "questions": "能借轮椅吗\n\n  哪里借轮椅  \n能借轮椅吗",
    "answer": "带身份证到服务站登记即可。",
    "where": "社区服务站",
    "local": True,
}


def test_what_is_typed_becomes_an_entry_and_is_shown_again() -> None:
    content = content_of(GOOD)
    assert content.questions == ["能借轮椅吗", "哪里借轮椅"]
    assert content.sections.filled() == {"where": "社区服务站"}
    assert content_of(values_of(content)) == content
    assert complaints(GOOD) == {}


def test_a_question_of_residents_is_added_once() -> None:
    assert with_question(blank(date(2026, 11, 1)), "能借轮椅吗")["questions"] == "能借轮椅吗"
    more = with_question(GOOD, "轮椅在哪借")
    assert more["questions"] == "能借轮椅吗\n哪里借轮椅\n轮椅在哪借"
    assert with_question(more, "哪里借轮椅") == more
    assert more | {"questions": GOOD["questions"]} == GOOD


def test_exam_questions_are_kept_with_where_they_belong() -> None:
    typed = GOOD | {"find": "腿摔了想借个轮椅\n", "avoid": "轮椅补贴\n老人卡\n轮椅补贴"}
    content = content_of(typed | {"belongs": {"轮椅补贴": "fuju", "改掉的": "elsewhere"}})
    assert content.exam.find == ["腿摔了想借个轮椅"]
    assert [(miss.question, miss.belongs) for miss in content.exam.avoid] == [
        ("轮椅补贴", "fuju"),
        ("老人卡", ""),
    ]
    assert content_of(values_of(content)) == content


def test_a_look_at_half_an_entry_judges_nothing() -> None:
    half = blank(date(2026, 11, 1)) | {"title": "借", "answer": None, "checked_on": None}
    seen = as_typed(half | {"questions": " 能借吗 \n"}, date(2026, 11, 3))
    assert (seen.title, seen.answer, seen.questions) == ("借", "", ["能借吗"])
    assert seen.checked_on == date(2026, 11, 3)
    whole = GOOD | {"questions": "能借轮椅吗\n哪里借轮椅"}
    assert as_typed(whole, date(2026, 11, 3)) == content_of(whole)


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("title", "", "这里要填"),
        ("title", "借", "太短了，至少 2 个字"),
        ("title", "轮椅" * 30, "太长了，最多 40 个字，现在 60 个"),
        ("questions", " \n ", "至少写一种问法，一行一种"),
        ("questions", "短\n" + "长" * 201, "第 2 种问法太长，最多 200 个字"),
        ("find", "短\n" + "长" * 201, "第 2 种问法太长，最多 200 个字"),
        ("avoid", "长" * 201, "第 1 种问法太长，最多 200 个字"),
        ("answer", None, "这里要填"),
        ("checked_on", "", "请选一个日期"),
        ("checked_on", None, "请选一个日期"),
    ],
)
def test_each_field_complains_for_itself(field: str, typed: str | None, complaint: str) -> None:
    assert complaints(GOOD | {field: typed}) == {field: complaint}


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 20, 1, 5, tzinfo=UTC), "今天 09:05"),
        (datetime(2026, 11, 19, 15, 5, tzinfo=UTC), "11月19日 23:05"),
        (datetime(2025, 11, 19, 15, 5, tzinfo=UTC), "2025年11月19日"),
    ],
)
def test_moments_are_said_as_people_say_them(moment: datetime, said: str) -> None:
    now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert when(moment, now, ZoneInfo("Asia/Shanghai")) == said
