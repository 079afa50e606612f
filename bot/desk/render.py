"""Turns conversations into escaped HTML: one piece a card, a message, a resident."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from actions.appeals.appeal import Appeal
from actions.appeals.life import STATUS_WORDS
from bot.conversations.views import QueueCard, TranscriptLine, WriteWindow
from bot.desk import words
from bot.desk.residents import ResidentView

WEEKDAYS = "一二三四五六日"
HOME_PARTS = ("community", "building", "unit", "room")


class Renderer:
    """Templates and the words that they need; `zone` is the clock on the wall."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(words=words, status_words=STATUS_WORDS, home=home_words)
        self._templates.filters.update(
            time=self._time,
            brief=self._brief,
            day=self._day,
            moment=self.moment,
            millis=_millis,
            waited=waited,
        )

    def card(self, card: QueueCard, now: datetime, me: int) -> str:
        return self._render("card.html", card=card, now=now, mine=card.staff_id == me)

    def line(self, line: TranscriptLine, before: TranscriptLine | None) -> str:
        """A message; a new day announces itself above it."""
        new_day = before is None or self._date(before.at) != self._date(line.at)
        return self._render(
            "line.html",
            line=line,
            new_day=new_day,
            chips=_chips(line),
            follows=bool(
                before
                and not new_day
                and before.author == line.author
                and line.at - before.at < timedelta(minutes=3)
            ),
        )

    def chat_head(self, resident: ResidentView) -> str:
        return self._render("chat_head.html", resident=resident)

    def resident(self, resident: ResidentView) -> str:
        return self._render("resident.html", resident=resident)

    def resident_appeals(self, appeals: list[Appeal]) -> str:
        return self._render("resident_appeals.html", appeals=appeals)

    def moment(self, at: datetime) -> str:
        """11月24日 14:05"""
        here = at.astimezone(self._zone)
        return f"{here.month}月{here.day}日 {here:%H:%M}"

    def _render(self, template: str, **facts: Any) -> str:
        return self._templates.get_template(template).render(**facts)

    def _date(self, at: datetime) -> object:
        return at.astimezone(self._zone).date()

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H:%M}"

    def _brief(self, at: datetime, now: datetime) -> str:
        """The time of today, or the day."""
        here = at.astimezone(self._zone)
        today = self._date(at) == self._date(now)
        return f"{here:%H:%M}" if today else f"{here.month}月{here.day}日"

    def _day(self, at: datetime) -> str:
        here = at.astimezone(self._zone)
        return f"{here.month}月{here.day}日 星期{WEEKDAYS[here.weekday()]}"


def home_words(home: Mapping[str, Any]) -> str:
    """青山里 3栋 2单元 501"""
    return " ".join(str(home[part]) for part in HOME_PARTS if home.get(part))


def window_words(window: WriteWindow, now: datetime) -> str:
    """还可回复 46 小时 · 5 条"""
    minutes = int((window.until - now).total_seconds() // 60)
    left = f"{minutes // 60} 小时" if minutes >= 60 else f"{max(minutes, 1)} 分钟"
    return f"还可回复 {left} · {window.left} 条"


def waited(since: datetime, now: datetime) -> str:
    """How long somebody waits; desk.js counts on in the same words."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} 秒"
    if seconds < 3600:
        return f"{seconds // 60} 分 {seconds % 60:02d} 秒"
    if seconds < 86400:
        return f"{seconds // 3600} 小时 {seconds % 3600 // 60} 分"
    return f"{seconds // 86400} 天"


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _chips(line: TranscriptLine) -> list[tuple[str, str]]:
    """What the bot understood or decided, as (tone, words)."""
    seen: Mapping[str, Any] = line.understanding
    if not seen:
        return []
    chips: list[tuple[str, str]] = []
    if danger := seen.get("danger"):
        chips.append(("danger", f"危险：{words.DANGERS.get(danger, danger)}"))
    if line.direction == "in":
        if intent := seen.get("intent"):
            confidence = f" {seen.get('confidence') or 0:.0%}"
            chips.append(("intent", words.INTENTS.get(intent, intent) + confidence))
        # A danger that was recognised stands there already, in red.
        chips += [
            ("entity", f"{words.ENTITIES.get(name, name)} {_plain(name, value)}")
            for name, value in (seen.get("entities") or {}).items()
            if not (name == "danger" and seen.get("danger"))
        ]
        return chips
    if entry := seen.get("entry"):
        chips.append(("entry", f"{entry['title']} · 第 {entry['version']} 版"))
    if outcome := seen.get("outcome"):
        chips.append(("outcome", words.OUTCOMES.get(outcome, outcome)))
    if appeal := seen.get("appeal"):
        chips.append(("entity", appeal))
    return chips


def _plain(name: str, value: object) -> str:
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    if name == "danger":
        values = [words.DANGERS.get(each, each) for each in values]
    return "、".join(values)
