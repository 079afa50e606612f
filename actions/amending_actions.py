"""Puts right an appeal that was filed already (更正): what is wrong, asked for where it was not said."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ValidationError
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals.amending import amendments
from actions.appeals.appeal import Appeal
from actions.appeals.desk import AppealDesk
from actions.appeals.repository import Appeals
from actions.appeals.short_answers import wrong_part
from actions.followups import STALE_AFTER
from actions.loose_facts import keep_loose_facts
from actions.speaking import Heard, hear, speak
from actions.turn import Outcome, TurnNote

# A correction so long after filing is about something else.
RECENT = timedelta(days=3)
_LOOKED_AT = 10
_SHORT = 30


class Pending(BaseModel):
    """What the assistant asked for just before: the right value of a part of an appeal."""

    number: str
    part: str = ""
    at: datetime

    @classmethod
    def recalled(cls, memory: dict[str, Any], now: datetime) -> Self | None:
        """The correction that the resident was asked for, unless that was long ago."""
        try:
            pending = cls.model_validate(memory.get("amending"))
        except ValidationError:
            return None
        return pending if now - pending.at <= STALE_AFTER else None


class Amend(Action):  # type: ignore[misc]
    """Changes the appeal, writes it into the history and tells the resident what stands there now."""

    def __init__(self, appeals: Appeals, desk: AppealDesk, clock: Callable[[], datetime]) -> None:
        self._appeals = appeals
        self._desk = desk
        self._clock = clock

    def name(self) -> str:
        return "action_amend"

    def awaits(self, heard: Heard) -> bool:
        """Whether the resident was asked just before what is right."""
        return Pending.recalled(heard.context.memory, self._clock()) is not None

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        pending = Pending.recalled(heard.context.memory, self._clock())
        appeal = await self._meant(heard, pending)
        if appeal is None:
            return keep_loose_facts(dispatcher, heard)
        wrong = wrong_part(heard.question)
        waited_for = pending.part if pending else ""
        changes = amendments(appeal, heard.said, "" if wrong else waited_for)
        note = TurnNote(outcome=Outcome.ANSWERED, appeal=appeal.number, category=appeal.category)
        if not changes:
            note.outcome = Outcome.ASKED_BACK
            part = wrong or waited_for
            asked = Pending(number=appeal.number, part=part, at=self._clock())
            note.remember = {"amending": asked.model_dump(mode="json")}
            ask = texts.ASK_RIGHT.get(part) or texts.ASK_AMEND.format(
                number=appeal.number, what=appeal.content[:_SHORT]
            )
            speak(dispatcher, heard, ask, note)
            return []
        appeal = await self._desk.amend(appeal, changes, heard.question, heard.context)
        note.remember = {"amending": None}
        lines = [
            words.format(getattr(appeal, name))
            for name, words in texts.AMENDED_PARTS.items()
            if name in changes
        ]
        said = texts.AMENDED.format(number=appeal.number, changes="\n".join(lines))
        speak(dispatcher, heard, said, note)
        return []

    async def _meant(self, heard: Heard, pending: Pending | None) -> Appeal | None:
        newest = await self._appeals.of_resident(
            heard.context.resident_id, limit=_LOOKED_AT, only_open=True
        )
        if pending:
            return next((each for each in newest if each.number == pending.number), None)
        recent = self._clock() - RECENT
        return next((each for each in newest if each.created_at >= recent), None)
