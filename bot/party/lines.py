"""An appeal's history as its parties read it (办理经过): what helps to solve it, nobody's name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from actions.appeals.appeal import AppealEvent
from actions.appeals.life import By, Move
from actions.appeals.standing import LEVELS
from actions.clock import words as clock_words
from actions.clock.calendar import WorkingCalendar
from bot.appeals.words import LEVELS_OF_SATISFACTION
from bot.party import words
from bot.party.privacy import Privacy

# A household that joins says where it lives; an amendment keeps what stood there before.
_WITHOUT_WORDS = frozenset({"amended", Move.JOIN})


@dataclass(frozen=True, slots=True)
class Step:
    """One line; `photos` are media ids, `stage` says whether they show before or after."""

    at: datetime
    when: str
    title: str
    text: str
    photos: tuple[int, ...]
    stage: Literal["", "before", "after"]
    side: Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Names:
    """The parties by name, and which of them is the reader's."""

    own: int
    parties: Mapping[int, str]

    def who(self, event: AppealEvent) -> str:
        """A person of a party by name, of another one with the party's; all others by their part."""
        match event.details.get("by"):
            case By.PARTY:
                party_id = event.details.get("of_party")
                party = "" if party_id == self.own else f"{self.parties.get(party_id or 0, '')} "
                return f"{party}{event.actor.partition('（')[0]}"
            case By.SECRETARY:
                return words.SECRETARY
            case By.STAFF:
                return words.STAFF
            case By.SYSTEM:
                return words.SYSTEM
            case _:
                return words.RESIDENT


def steps(
    history: Sequence[AppealEvent],
    names: Names,
    private: Privacy,
    now: datetime,
    calendar: WorkingCalendar,
) -> list[Step]:
    """The lines, the oldest first; notes of staff are for staff alone."""
    return list(_steps(history, names, private, now, calendar))


def mentioned(history: Sequence[AppealEvent]) -> set[int]:
    """The parties that a history speaks of."""
    fields = ("party_id", "of_party")
    return {each for event in history for name in fields if (each := event.details.get(name))}


def _steps(
    history: Sequence[AppealEvent],
    names: Names,
    private: Privacy,
    now: datetime,
    calendar: WorkingCalendar,
) -> Iterator[Step]:
    for event in history:
        title = _title(event, names, calendar)
        if not title:
            continue
        yield Step(
            event.at,
            clock_words.since(event.at, now, calendar.zone),
            title,
            "" if event.kind in _WITHOUT_WORDS else private(_text(event)),
            tuple(event.details.get("photos") or ()),
            _stage(event),
            "ours" if event.details.get("of_party") == names.own else "theirs",
        )


def _title(event: AppealEvent, names: Names, calendar: WorkingCalendar) -> str | None:
    kind, details = event.kind, event.details
    if kind == Move.NOTE and details.get("by") != By.PARTY:
        return None
    if kind == Move.CALL_BACK:
        return words.CALLED_BACK[details.get("solved")]
    if kind not in words.LINES:
        return None
    until = details.get("until")
    moment = datetime.fromisoformat(until) if until else event.at
    at_end = clock_words.on_record(moment, calendar.zone)
    satisfaction = details.get("satisfaction")
    return words.LINES[kind].format(
        who=names.who(event),
        party=names.parties.get(details.get("party_id", 0), ""),
        until=at_end if kind == Move.SUSPEND else f"{at_end}前",
        level=LEVELS.get(details.get("level", 0), ""),
        satisfaction=LEVELS_OF_SATISFACTION[5 - satisfaction] if satisfaction else "",
    )


def _text(event: AppealEvent) -> str:
    evidence = event.details.get("evidence")
    extra = words.EVIDENCE.format(evidence=evidence) if evidence else ""
    return "\n".join(part for part in (event.note, extra) if part)


def _stage(event: AppealEvent) -> Literal["", "before", "after"]:
    if event.details.get("by") != By.PARTY:
        return ""
    if event.kind == Move.ANSWER or event.note.startswith(words.AFTER):
        return "after"
    return "before" if event.note.startswith(words.BEFORE) else ""
