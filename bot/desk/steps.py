"""The history of an appeal as staff read it (办理经过): who, when, what, with which facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.appeals.appeal import (
    KIND_WORDS,
    URGENCY_WORDS,
    AppealEvent,
    AppealKind,
    Urgency,
)
from actions.appeals.life import BY_WORDS, STATUS_WORDS, AppealStatus, By, Move
from actions.appeals.standing import LEVELS
from actions.clock import words as clock_words
from actions.clock.watch import ALARM, REMINDER
from actions.likeness.bursts import BURST
from actions.likeness.joining import SAID
from actions.likeness.merging import MERGED, TOOK_IN
from bot.desk import case_words as words

_AMENDED = {
    "content": "内容",
    "title": "标题",
    "category": "类别",
    "place_text": "地点",
    "building": "楼栋",
    "unit": "单元",
    "room": "房号",
    "phone": "电话",
    "urgency": "紧急程度",
    "kind": "类型",
}
_TONES = {
    ALARM: "late",
    Move.ESCALATE: "late",
    BURST: "late",
    REMINDER: "soon",
    Move.RETURN: "soon",
    Move.EXTEND: "soon",
    Move.SUSPEND: "soon",
    Move.REOPEN: "soon",
    Move.URGE: "soon",
    Move.SUPERVISE: "soon",
    Move.NOTE: "quiet",
    Move.ADD: "quiet",
    Move.CLOSE: "quiet",
    Move.WITHDRAW: "quiet",
    Move.REFUSE: "quiet",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the time line; `moved` says from which status to which, `photos` are media ids.

    `tone` is plain, late, soon or quiet.
    """

    what: str
    moved: str
    who: str
    when: str
    note: str
    facts: tuple[tuple[str, str], ...]
    photos: tuple[int, ...]
    tone: str


def steps(
    history: Sequence[AppealEvent], parties: Mapping[int, str], now: datetime, zone: ZoneInfo
) -> list[Step]:
    """The whole history, the newest first; `parties` names the parties that it mentions."""
    return [_step(event, _Reading(parties, zone), now, zone) for event in reversed(history)]


def actor_words(event: AppealEvent) -> str:
    """王芳（wang）, 青山里物业 张师傅, 居民, 系统."""
    return words.ACTORS.get(event.actor, event.actor)


def _step(event: AppealEvent, reading: "_Reading", now: datetime, zone: ZoneInfo) -> Step:
    moved = ""
    if event.from_status and event.to_status:
        came, went = AppealStatus(event.from_status), AppealStatus(event.to_status)
        moved = f"{STATUS_WORDS[came]} → {STATUS_WORDS[went]}"
    by = event.details.get("by")
    role = BY_WORDS[By(by)] if by in (By.PARTY, By.SECRETARY) else ""
    return Step(
        words.STEPS.get(event.kind, event.kind),
        moved,
        f"{actor_words(event)}{f'（{role}）' if role and '（' not in event.actor else ''}",
        clock_words.since(event.at, now, zone),
        event.note,
        tuple((label, value) for label, value in reading.facts(event) if value),
        tuple(event.details.get("photos") or ()),
        _TONES.get(event.kind, "plain"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads what an event keeps besides its note."""

    parties: Mapping[int, str]
    zone: ZoneInfo

    def facts(self, event: AppealEvent) -> list[tuple[str, str]]:
        kinds: Mapping[str, Callable[[dict[str, Any]], list[tuple[str, str]]]] = {
            Move.DISPATCH: self._handed,
            Move.REDISPATCH: self._handed,
            Move.RETURN: self._returned,
            Move.EXTEND: self._until,
            Move.SUSPEND: self._until,
            Move.CALL_BACK: self._called,
            Move.RATE: self._rated,
            SAID: self._rated,
            Move.REFUSE: lambda facts: [("去哪里办", str(facts.get("where_to", "")))],
            Move.SUPERVISE: self._level,
            Move.ESCALATE: self._level,
            Move.JOIN: lambda facts: [("住址", str(facts.get("place_text", "")))],
            MERGED: lambda facts: [("并入", str(facts.get("into", "")))],
            TOOK_IN: lambda facts: [("收进", str(facts.get("number", "")))],
            BURST: lambda facts: [("户数", f"{facts.get('households', '')} 户")],
            "amended": self._amended,
        }
        read = kinds.get(event.kind)
        return read(event.details) if read else []

    def _handed(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        helpers = [self._party(each) for each in facts.get("helper_ids") or ()]
        return [
            ("主办", self._party(facts.get("party_id"))),
            ("协办", "、".join(each for each in helpers if each)),
            ("原承办", self._party(facts.get("from_party_id"))),
        ]

    def _returned(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        return [
            ("退单单位", self._party(facts.get("party_id"))),
            ("依据", str(facts.get("evidence", ""))),
            ("第几次", f"第 {facts['returns']} 次" if facts.get("returns") else ""),
        ]

    def _until(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        return [
            ("原期限", self._moment(facts.get("was_due_at"))),
            ("改到" if facts.get("was_due_at") else "到", self._moment(facts.get("until"))),
        ]

    def _called(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        if not facts.get("contacted"):
            return [("结果", words.CALL_BACK_RESULTS["unreached"])]
        return self._rated(facts)

    def _rated(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        said = facts.get("solved")
        solved = "" if said is None else "解决了" if said else "没有解决"
        stars = facts.get("satisfaction") or facts.get("stars") or 0
        return [("解决", solved), ("评价", words.SATISFACTION.get(stars, ""))]

    def _level(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        return [("级别", LEVELS.get(facts.get("level", 0), ""))]

    def _amended(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        """What stood there before, and what stands there now."""
        changes = facts.get("changes") or {}
        return [
            (label, f"{_plain(name, changes[name][0])} → {_plain(name, changes[name][1])}")
            for name, label in _AMENDED.items()
            if name in changes
        ]

    def _party(self, party_id: int | None) -> str:
        return self.parties.get(party_id or 0, "")

    def _moment(self, written: str | None) -> str:
        if not written:
            return ""
        return clock_words.on_record(datetime.fromisoformat(written), self.zone)


def _plain(name: str, value: Any) -> str:
    if name == "urgency" and value:
        return URGENCY_WORDS[Urgency(value)]
    if name == "kind" and value:
        return KIND_WORDS[AppealKind(value)]
    return str(value or "（空）")
