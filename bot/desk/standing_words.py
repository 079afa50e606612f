"""Where an appeal stands, in a few words for staff (谁在办、到什么时候): with a tone for the eye."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.appeals.appeal import WEAKNESS_WORDS, Appeal, AppealEvent
from actions.appeals.effects import RETURNS_BEFORE_SECRETARY
from actions.appeals.life import AppealStatus, Move
from actions.clock import words as clock_words
from actions.clock.calendar import WorkingCalendar
from bot.desk import case_words as words
from bot.desk.tabs import NEAR

_S = AppealStatus
# Steps that put an appeal into somebody's hands, and states in which nobody has to act on it.
_HANDED = frozenset({"filed", Move.DISPATCH, Move.REDISPATCH, Move.REOPEN, Move.RETURN})
_ENDED = frozenset({_S.DONE, _S.CALLED_BACK, _S.CLOSED, _S.WITHDRAWN, _S.NOT_ACCEPTED})


@dataclass(frozen=True, slots=True)
class Due:
    """What stands in the column of due dates; `runs` says that it is a date to keep.

    `tone` is plain, near or over; `icon` and `label` go with it.
    """

    text: str
    tone: str = "plain"
    runs: bool = False

    @property
    def icon(self) -> str:
        return {"near": "schedule", "over": "priority_high"}.get(self.tone, "")

    @property
    def label(self) -> str:
        return words.DUE if self.runs else words.PROGRESS


def due_words(appeal: Appeal, now: datetime, calendar: WorkingCalendar) -> Due:
    """By when, or what the appeal waits for."""

    def since(at: datetime | None) -> str:
        return clock_words.since(at, now, calendar.zone) if at else ""

    match appeal.status:
        case _S.SUSPENDED:
            return Due(words.RESTS.format(since=since(appeal.suspended_until)))
        case _S.DONE:
            return Due(words.DONE_AT.format(since=since(appeal.done_at)))
        case _S.CALLED_BACK:
            return Due(f"{since(appeal.called_back_at)}回访")
        case _S.CLOSED:
            return Due(f"{since(appeal.closed_at)}归档")
        case _S.WITHDRAWN | _S.NOT_ACCEPTED:
            return Due(since(appeal.updated_at))
    if appeal.due_at is None:
        return Due(words.ASKED_AGO.format(since=since(appeal.created_at)))
    if appeal.is_overdue(now):
        return Due(f"{words.OVERDUE}：{since(appeal.due_at)}", "over", True)
    near = appeal.due_at - now < NEAR
    return Due(clock_words.until(appeal.due_at, now, calendar), "near" if near else "plain", True)


def holder_words(appeal: Appeal) -> str:
    """The lead, or who else has it."""
    if appeal.lead_party:
        return appeal.lead_party
    return words.NOBODY if appeal.status in (_S.RECEIVED, _S.RETURNED) else "社区工作人员"


def holder_since(history: Sequence[AppealEvent]) -> datetime | None:
    """Since when whoever has it has it; None without a history."""
    for event in reversed(history):
        handed_back = event.kind == Move.CALL_BACK and event.to_status == _S.DISPATCHED
        ended = event.to_status in _ENDED
        if event.kind in _HANDED or handed_back or ended:
            return event.at
    return None


def marks(appeal: Appeal, now: datetime) -> list[tuple[str, str]]:
    """Small marks beside an appeal, as (tone, words): what presses, and what happened to it."""
    found: list[tuple[str, str]] = []
    late = appeal.status is _S.DISPATCHED and appeal.sign_due_at and appeal.sign_due_at < now
    if late:
        found.append(("over", words.SIGN_LATE))
    if appeal.returns >= RETURNS_BEFORE_SECRETARY and appeal.status is _S.RETURNED:
        found.append(("over", "待书记定"))
    elif appeal.returns:
        found.append(("near", f"退单 {appeal.returns} 次"))
    counted = (
        (appeal.escalation_level, f"升级 {appeal.escalation_level} 级"),
        (appeal.supervision, f"督办 {appeal.supervision} 级"),
        (appeal.reopened, f"重办 {appeal.reopened} 次"),
        (appeal.urged, f"催办 {appeal.urged} 次"),
        (appeal.extended, f"延期 {appeal.extended} 次"),
    )
    found += [("near", text) for count, text in counted if count]
    if appeal.status is _S.DONE and appeal.call_back_attempts:
        found.append(("near", words.ATTEMPTS.format(attempts=appeal.call_back_attempts)))
    if appeal.duplicate_of is not None:
        found.append(("plain", words.PART_OF_ANOTHER))
    return found


def weak_words(appeal: Appeal) -> str:
    """独居老人、残疾人, or empty."""
    return "、".join(WEAKNESS_WORDS[each] for each in appeal.weak)
