"""What staff read: windows, waiting times, what the bot understood — and nothing unescaped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from actions.turn import HandoffReason, Outcome
from bot.conversations.owners import Owner
from bot.conversations.views import QueueCard, TranscriptLine, WriteWindow
from bot.desk import words
from bot.desk.render import Renderer, home_words, waited, window_words
from bot.desk.service import closed_reason
from bot.desk.write_pane import phrases
from knowledge.settings import PROJECT_ROOT
from tests.bot.desk.world import ZONE

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
renderer = Renderer(ZONE)


def a_line(**facts: Any) -> TranscriptLine:
    plain = {
        "id": 1,
        "direction": "in",
        "author": "resident",
        "staff_name": "",
        "kind": "text",
        "text": "漏水了",
        "buttons": (),
        "media_id": None,
        "understanding": {},
        "delivery": "handled",
        "error": "",
        "at": NOW,
    }
    return TranscriptLine(**{**plain, **facts})


def a_card(**facts: Any) -> QueueCard:
    plain = {
        "conversation_id": 1,
        "resident_id": 1,
        "resident_name": "何师傅",
        "channel": "wechat",
        "owner": Owner.QUEUE,
        "staff_id": None,
        "staff_name": "",
        "reason": "danger",
        "detail": "",
        "priority": 2,
        "asked_at": NOW - timedelta(seconds=95),
        "claimed_at": None,
        "last_at": NOW,
        "last_text": "有煤气味",
        "last_author": "resident",
        "last_kind": "text",
    }
    return QueueCard(**{**plain, **facts})


@pytest.mark.parametrize(
    ("ahead", "left", "said"),
    [
        (timedelta(hours=46, minutes=59), 5, "还可回复 46 小时 · 5 条"),
        (timedelta(minutes=35), 2, "还可回复 35 分钟 · 2 条"),
        (timedelta(seconds=20), 1, "还可回复 1 分钟 · 1 条"),
    ],
)
def test_the_window_in_words(ahead: timedelta, left: int, said: str) -> None:
    assert window_words(WriteWindow(NOW + ahead, left), NOW) == said


def test_a_closed_window_says_why() -> None:
    open_until, past = WriteWindow(NOW + timedelta(hours=1), 0), WriteWindow(NOW, 0)
    assert "条数已用完" in closed_reason(open_until, True, NOW)
    assert "超过 48 小时" in closed_reason(past, True, NOW)
    assert "取消关注" in closed_reason(past, False, NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 秒"), (59, "59 秒"), (245, "4 分 05 秒"), (7500, "2 小时 5 分"), (200000, "2 天")],
)
def test_waiting_in_words(seconds: int, said: str) -> None:
    assert waited(NOW - timedelta(seconds=seconds), NOW) == said


def test_every_reason_and_outcome_has_words() -> None:
    assert set(HandoffReason) <= set(words.REASONS)
    assert set(Outcome) <= set(words.OUTCOMES)


def test_entities_and_dangers_are_said_in_chinese() -> None:
    """Every kind that the danger detector knows has its word."""
    rules = yaml.safe_load((PROJECT_ROOT / "nlu/components/danger.yml").read_text("utf-8"))
    assert {*rules["kinds"], *rules["always"]} <= set(words.DANGERS)
    seen = {"intent": "inform", "entities": {"category": "电梯", "danger": ["gas", "crowd"]}}
    html = renderer.line(a_line(understanding=seen), None)
    assert "类别 电梯" in html and "危险 燃气、群体冲突" in html
    html = renderer.line(a_line(understanding={**seen, "danger": "gas"}), None)
    assert "危险：燃气" in html and "危险 燃气" not in html


def test_danger_is_unmistakable_and_waiting_ticks_in_the_browser() -> None:
    html = renderer.card(a_card(), NOW, me=1)
    assert "tag-p2" in html and "危险" in html and "warning" in html
    assert f'data-since="{int((NOW.timestamp() - 95) * 1000)}"' in html
    assert "1 分 35 秒" in html


def test_a_colleagues_card_names_the_colleague_and_mine_what_is_due() -> None:
    held = {"owner": Owner.STAFF, "staff_id": 2, "staff_name": "李强"}
    assert "李强接待中" in renderer.card(a_card(**held), NOW, me=1)
    assert "待回复" in renderer.card(a_card(**held), NOW, me=2)


def test_under_a_residents_words_stands_what_was_understood() -> None:
    seen = {
        "intent": "file_appeal",
        "confidence": 0.934,
        "entities": {"building": "3栋"},
        "danger": "gas",
    }
    html = renderer.line(a_line(understanding=seen), None)
    assert "反映问题 93%" in html and "楼栋 3栋" in html and "危险：燃气" in html


def test_under_the_bots_words_stand_entry_and_outcome() -> None:
    seen = {"entry": {"id": 4, "title": "漏水找谁修", "version": 3}, "outcome": "answered"}
    html = renderer.line(
        a_line(direction="out", author="bot", understanding=seen, delivery="passive"), None
    )
    assert "漏水找谁修 · 第 3 版" in html and "已解答" in html and "已送达" in html


def test_a_failed_delivery_says_why() -> None:
    line = a_line(direction="out", author="staff", delivery="failed", error="超过 48 小时")
    assert "发送失败：超过 48 小时" in renderer.line(line, None)


def test_what_people_write_is_never_html() -> None:
    evil = '<img src=x onerror=alert(1)>"'
    seen = {"intent": evil, "confidence": 1, "entities": {evil: evil}}
    shown = renderer.line(a_line(text=evil, understanding=seen), None) + renderer.card(
        a_card(resident_name=evil, last_text=evil, detail=evil), NOW, me=1
    )
    assert "<img" not in shown


def test_lines_of_one_person_belong_together_and_days_are_parted() -> None:
    first = a_line()
    assert "line-follows" in renderer.line(a_line(id=2, at=NOW + timedelta(minutes=1)), first)
    next_day = renderer.line(a_line(id=2, at=NOW + timedelta(days=1)), first)
    assert "11月25日 星期三" in next_day and "line-follows" not in next_day


def test_a_home_reads_like_an_address() -> None:
    assert home_words({"room": "501", "community": "青山里", "building": "3栋"}) == "青山里 3栋 501"
    assert home_words({}) == ""


def test_common_phrases_carry_the_name_of_who_says_them() -> None:
    said = phrases("王芳")
    assert "王芳" in said[0]
    assert not any("{" in phrase for phrase in said)
    assert said[0] == "您好，我是社区工作人员王芳，请问有什么可以帮您？"
    assert phrases("社区管理员")[0] == "您好，我是社区管理员，请问有什么可以帮您？"
