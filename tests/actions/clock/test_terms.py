"""The terms that clerks write: which rule fits, and what a wrong file is told."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.clock.deadlines import WorkingDeadlines
from actions.clock.terms import Span, Unit, load_terms, read_span
from knowledge.yaml_file import BadFile

ZONE = ZoneInfo("Asia/Shanghai")
DEADLINES = WorkingDeadlines(ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("appeal", "name"),
    [
        (("help", "燃气", "urgent"), "紧急"),
        (("consult", "户籍证件", "urgent"), "紧急"),
        (("complaint", "停电用电", "normal"), "水电气热"),
        (("help", "停水停电", "normal"), "水电气热"),
        (("consult", "供暖", "normal"), "水电气热"),
        (("consult", "违建", "normal"), "咨询"),
        (("report", "违建", "normal"), "疑难"),
        (("praise", "物业服务", "normal"), "一般"),
        (("help", "", "normal"), "一般"),
    ],
)
def test_the_first_rule_that_fits_wins(appeal: tuple[str, str, str], name: str) -> None:
    assert load_terms().of(*appeal).name == name


@pytest.mark.parametrize(
    ("appeal", "now", "sign", "contact", "solve"),
    [
        # An emergency knows no holiday.
        (
            ("help", "燃气", "urgent"),
            "2026-10-01 23:00",
            "2026-10-01 23:30",
            "2026-10-02 00:00",
            "2026-10-02 01:00",
        ),
        (
            ("help", "漏水", "normal"),
            "2026-11-24 10:30",
            "2026-11-24 14:30",
            "2026-11-25 17:30",
            "2026-12-01 17:30",
        ),
        # Water is back within 24 hours of a Friday: nobody may sign on Monday.
        (
            ("help", "停水用水", "normal"),
            "2026-11-27 18:00",
            "2026-11-28 18:00",
            "2026-11-28 18:00",
            "2026-11-28 18:00",
        ),
        (
            ("consult", "医疗卫生", "normal"),
            "2026-09-30 16:00",
            "2026-10-08 09:30",
            "2026-10-08 17:30",
            "2026-10-08 17:30",
        ),
        # 15 working days over 国庆: 30 Sept., 8 to 10, 12 to 16 and 19 to 23 Oct. make 14.
        (
            ("complaint", "违建", "normal"),
            "2026-09-29 09:00",
            "2026-09-29 11:00",
            "2026-09-30 17:30",
            "2026-10-26 17:30",
        ),
    ],
)
def test_the_clock_starts_at_dispatch(
    appeal: tuple[str, str, str], now: str, sign: str, contact: str, solve: str
) -> None:
    due = DEADLINES.at_dispatch(*appeal, at(now))
    assert (due.sign_by, due.contact_by, due.solve_by) == (at(sign), at(contact), at(solve))


def test_each_level_hears_of_it_one_further_term_later() -> None:
    late = at("2026-11-24 17:30")
    ordinary, urgent = ("help", "漏水", "normal"), ("help", "燃气", "urgent")
    assert DEADLINES.next_level_at(*ordinary, 2, late) == at("2026-12-01 17:30")
    assert DEADLINES.next_level_at(*urgent, 3, late) == at("2026-11-24 19:30")


def test_a_level_may_have_a_wait_of_its_own(tmp_path: Path) -> None:
    text = Path("actions/clock/terms.yaml").read_text("utf-8")
    file = tmp_path / "terms.yaml"
    file.write_text(text.replace("街道大工委", "街道大工委\n    after: 2个工作日"), "utf-8")
    deadlines = WorkingDeadlines(ZONE, load_terms(file))
    late = at("2026-11-24 17:30")
    assert deadlines.next_level_at("help", "燃气", "urgent", 2, late) == at("2026-11-26 17:30")


def test_spans_are_written_as_people_say_them() -> None:
    assert read_span("30分钟") == Span(30, Unit.MINUTES)
    assert read_span(" 2 小时 ") == Span(2, Unit.HOURS)
    assert read_span("1.5个工作小时") == Span(1.5, Unit.WORKING_HOURS)
    assert read_span("5工作日") == Span(5, Unit.WORKING_DAYS)


FINE = "sign: 30分钟, contact: 1小时, solve: 2小时"
REST = "dispatch: 1小时\nremind_at: 0.8\nladder: [{name: 社区大党委}]"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (
            "terms:\n  - {name: 一般, sign: 30分钟, contact: 1小时, solve: 五天}",
            ["terms.yaml:2: 一般: solve", "“五天”看不懂，请写成"],
        ),
        (
            "terms:\n  - {name: 一般, sign: 30分钟, contact: 1小时, solve: 1.5个工作日}",
            ["工作日只能是整数"],
        ),
        ("terms:\n  - {name: 一般, sign: 0小时, contact: 1小时, solve: 1小时}", ["必须大于零"]),
        (f"terms:\n  - {{name: 一般, {FINE}, close: 1小时}}", ["close: Extra inputs"]),
        (
            f"terms:\n  - {{name: 水, when: {{category: [停氵]}}, {FINE}}}",
            ["terms.yaml:2: 水: when.category", "没有这些分类：停氵"],
        ),
        (f"terms:\n  - {{name: 水, when: {{kind: [ask]}}, {FINE}}}", ["when.kind.0"]),
        (
            f"terms:\n  - {{name: 急, when: {{urgency: [urgent]}}, {FINE}}}\n{REST}",
            ["最后一条“急”不能有 when"],
        ),
        (
            f"terms:\n  - {{name: 甲, {FINE}}}\n  - {{name: 乙, {FINE}}}\n{REST}",
            ["“甲”没有写 when，它下面的几条永远轮不到"],
        ),
        (
            f"terms:\n  - {{name: 甲, when: {{kind: [help]}}, {FINE}}}\n"
            f"  - {{name: 甲, {FINE}}}\n{REST}",
            ["名称重复：甲"],
        ),
        (
            f"terms:\n  - {{name: 甲, {FINE}}}\ndispatch: 1小时\nremind_at: 1.2\nladder: []",
            ["remind_at", "ladder"],
        ),
        (
            f"terms:\n  - {{name: 甲, {FINE}}}\ndispatch: 1小时\nremind_at: 0.8\n"
            "ladder: [{name: 社区大党委, after: 1小时}]",
            ["第一级“社区大党委”到期就上报"],
        ),
        (f"terms: 无\n{REST}", ["terms.yaml: terms: Input should be"]),
    ],
)
def test_a_wrong_file_is_refused_with_the_line_and_the_reason(
    tmp_path: Path, text: str, reasons: list[Any]
) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFile) as refused:
        load_terms(file)
    for reason in reasons:
        assert reason in str(refused.value)
