"""A party's tasks (我的任务) as its phone page and its API show them: no name that was not given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from actions.appeals.appeal import (
    KIND_WORDS,
    URGENCY_WORDS,
    WEAKNESS_WORDS,
    Appeal,
    AppealEvent,
    Urgency,
)
from actions.appeals.life import ANSWERED, STATUS_WORDS, AppealStatus, By, Move, allowed
from actions.clock import words as clock_words
from actions.clock.calendar import WorkingCalendar
from bot.party import words
from bot.party.lines import Names, Step, steps
from bot.party.privacy import Privacy

# Within which an appeal counts as nearly due.
_SOON = timedelta(hours=4)
# What one does next, where it stands.
_NEXT = {
    AppealStatus.DISPATCHED: Move.SIGN,
    AppealStatus.SIGNED: Move.START,
    AppealStatus.IN_PROGRESS: Move.ANSWER,
    AppealStatus.SUSPENDED: Move.RESUME,
}
_OF_HELPERS = frozenset({Move.CONTACT, Move.NOTE})


class Card(BaseModel):
    """A task as the list shows it."""

    number: str = Field(description="诉求编号")
    title: str
    place: str
    kind: str = Field(description="咨询、求助、建议、投诉、举报、表扬")
    category: str
    status: str
    tone: Literal["late", "soon", "open", "rest", "done"] = Field(
        description="late 已超时，soon 快到期，open 在办，rest 暂停或不办，done 已办结"
    )
    due: str = Field(description="期限，用话说")
    sign_due: str = Field(description="还没签收的：最晚什么时候签收；否则为空")
    overdue: bool
    households: int = Field(description="几户反映同一个问题")
    role: Literal["lead", "helper"] = Field(description="lead 主办，helper 协办")
    lead: str = Field(description="主办单位")
    marks: list[str] = Field(description="紧急、书记督办、重办等")


class Contact(BaseModel):
    """Somebody to call, who agreed to it."""

    name: str
    phone: str
    relation: str


class Line(BaseModel):
    """One step of the history; photos are keys."""

    at: datetime
    when: str
    title: str
    text: str
    photos: list[str]
    side: Literal["ours", "theirs"]


class Task(Card):
    """A task with everything that its party may know, and what it may do now."""

    version: int = Field(description="提交时带回，别人先改过就会提示")
    content: str
    helpers: list[str]
    contacts: list[Contact] = Field(description="居民同意公开、且还在办理时才有")
    contact_hint: str
    photos: list[str] = Field(description="居民的照片")
    before: list[str] = Field(description="处理前的照片")
    after: list[str] = Field(description="处理后的照片")
    lines: list[Line] = Field(description="办理经过，新的在前")
    can: list[Move] = Field(description="现在可以做的")
    next: Move | None = Field(description="下一步通常做什么")
    due_day: str = Field(description="期限那一天，例如 2026-11-28；没有期限为空")


@dataclass(frozen=True, slots=True)
class Glance:
    """Who looks at a task, when, and what names they know."""

    party_id: int
    now: datetime
    calendar: WorkingCalendar


def card(appeal: Appeal, glance: Glance, private: Privacy) -> Card:
    """The task of a list."""
    overdue = appeal.is_overdue(glance.now)
    return Card(
        number=appeal.number,
        title=private(appeal.title or appeal.content[:40]),
        place=_place(appeal, private),
        kind=KIND_WORDS[appeal.kind],
        category=appeal.category,
        status=STATUS_WORDS[appeal.status],
        tone=_tone(appeal, glance.now),
        due=_due(appeal, glance),
        sign_due=_sign_due(appeal, glance),
        overdue=overdue,
        households=1 + appeal.followers,
        role="lead" if appeal.lead_party_id == glance.party_id else "helper",
        lead=appeal.lead_party,
        marks=_marks(appeal, private),
    )


def task(
    appeal: Appeal,
    history: Sequence[AppealEvent],
    glance: Glance,
    private: Privacy,
    names: Mapping[int, str],
    keys: Mapping[int, str],
) -> Task:
    """The whole task; `names` of parties and `keys` of photos by their ids."""
    shown = card(appeal, glance, private)
    people = Names(glance.party_id, names)
    told = steps(history, people, private, glance.now, glance.calendar)
    in_lines = {photo for step in told for photo in step.photos}
    due = appeal.due_at.astimezone(glance.calendar.zone) if appeal.due_at else None
    can = _possible(appeal, shown.role)
    next_move = _NEXT.get(appeal.status)
    return Task(
        **shown.model_dump(),
        version=appeal.version,
        content=private(appeal.content),
        helpers=appeal.helpers,
        contacts=_contacts(appeal, private),
        contact_hint=_contact_hint(appeal, private),
        photos=_keys([photo for photo in appeal.photos if photo not in in_lines], keys),
        before=_keys(_of_stage(told, "before"), keys),
        after=_keys(_of_stage(told, "after"), keys),
        lines=[_line(step, keys) for step in reversed(told)],
        can=can,
        next=next_move if next_move in can else None,
        due_day=due.date().isoformat() if due else "",
    )


def _place(appeal: Appeal, private: Privacy) -> str:
    room = "" if private.hides else appeal.room
    parts = (
        appeal.building,
        appeal.unit and appeal.unit.removesuffix("单元") + "单元",
        room and room.removesuffix("室") + "室",
    )
    known = appeal.community + "".join(parts)
    said = private(appeal.place_text)
    if appeal.building or not said:
        return known
    return said if appeal.community in said else f"{appeal.community} {said}".strip()


def _tone(appeal: Appeal, now: datetime) -> Literal["late", "soon", "open", "rest", "done"]:
    if appeal.status in ANSWERED:
        return "done"
    if not appeal.is_open or appeal.status is AppealStatus.SUSPENDED:
        return "rest"
    if appeal.is_overdue(now):
        return "late"
    return "soon" if appeal.due_at and appeal.due_at - now <= _SOON else "open"


def _due(appeal: Appeal, glance: Glance) -> str:
    now, calendar = glance.now, glance.calendar

    def since(at: datetime | None) -> str:
        return clock_words.since(at, now, calendar.zone) if at else ""

    if appeal.status in ANSWERED:
        return words.DONE_AT.format(since=since(appeal.done_at or appeal.updated_at))
    if not appeal.is_open:
        return words.ENDED
    if appeal.status is AppealStatus.SUSPENDED:
        return words.RESTING.format(since=since(appeal.suspended_until))
    if appeal.due_at is None:
        return words.NO_DUE
    if appeal.is_overdue(now):
        return words.LATE.format(since=since(appeal.due_at))
    return words.DUE.format(until=clock_words.until(appeal.due_at, now, calendar))


def _sign_due(appeal: Appeal, glance: Glance) -> str:
    due = appeal.sign_due_at
    if appeal.status is not AppealStatus.DISPATCHED or due is None or due <= glance.now:
        return ""
    until = clock_words.until(due, glance.now, glance.calendar)
    return words.SIGN_DUE.format(until=until)


def _marks(appeal: Appeal, private: Privacy) -> list[str]:
    marks = []
    if appeal.urgency is not Urgency.NORMAL:
        marks.append(URGENCY_WORDS[appeal.urgency])
    if appeal.supervision:
        marks.append(words.SUPERVISED)
    if appeal.reopened:
        marks.append(words.REOPENED)
    if appeal.urged:
        marks.append(words.URGED.format(times=appeal.urged))
    if not private.hides:
        marks += [WEAKNESS_WORDS[each] for each in appeal.weak]
    return marks


def _possible(appeal: Appeal, role: str) -> list[Move]:
    moves = allowed(appeal.status, By.PARTY)
    return moves if role == "lead" else [move for move in moves if move in _OF_HELPERS]


def _contacts(appeal: Appeal, private: Privacy) -> list[Contact]:
    if private.hides or not appeal.is_open:
        return []
    other = appeal.on_behalf
    people = (
        Contact(name=appeal.contact_name, phone=appeal.phone, relation=""),
        Contact(
            name=other.get("name", ""),
            phone=other.get("phone", ""),
            relation=other.get("relation", ""),
        ),
    )
    return [person for person in people if person.phone]


def _contact_hint(appeal: Appeal, private: Privacy) -> str:
    if private.hides:
        return words.CONTACT_HIDDEN
    if not appeal.is_open:
        return words.CONTACT_OVER
    return "" if _contacts(appeal, private) else words.CONTACT_NONE


def _of_stage(told: Sequence[Step], stage: str) -> list[int]:
    return [photo for step in told if step.stage == stage for photo in step.photos]


def _keys(photos: Sequence[int], keys: Mapping[int, str]) -> list[str]:
    return [keys[photo] for photo in photos if photo in keys]


def _line(step: Step, keys: Mapping[int, str]) -> Line:
    return Line(
        at=step.at,
        when=step.when,
        title=step.title,
        text=step.text,
        photos=_keys(step.photos, keys),
        side=step.side,
    )
