"""Actions on appeals that exist: progress, urging, withdrawing, adding."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.desk import resident
from actions.appeals.draft import is_letter
from actions.appeals.life import (
    ANSWERED,
    OPEN,
    STATUS_WORDS,
    AppealError,
    AppealStatus,
    By,
    Move,
    TooOften,
    UnknownAppeal,
    allowed,
)
from actions.appeals.repository import Appeals
from actions.appeals.standing import last_told, standing
from actions.clock.calendar import WorkingCalendar
from actions.clock.words import since
from actions.elsewhere import Elsewhere
from actions.following import Followed, Following
from actions.speaking import Heard, Pairs, hear, speak
from actions.turn import Outcome, TurnNote

_NUMBER = re.compile(r"SQ\d{12,}", re.IGNORECASE)
_SHORT = 30
_LOOKED_AT = 10


class OnAppeal(Action):  # type: ignore[misc]
    """Finds the appeal that is meant: by number, or the newest that the action is for."""

    wanted = OPEN

    def __init__(
        self,
        appeals: Appeals,
        casework: Casework,
        elsewhere: Elsewhere,
        clock: Callable[[], datetime],
        calendar: WorkingCalendar,
        following: Following,
    ) -> None:
        self._appeals = appeals
        self._casework = casework
        self._following = following
        self._elsewhere = elsewhere
        self._clock = clock
        self._calendar = calendar

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        asker = heard.context.resident_id
        # A choice under an answer names the appeal that it is about.
        chosen = heard.said.entities.get("entry", "")
        number = _NUMBER.search(chosen) or _NUMBER.search(heard.question)
        newest = await self._appeals.of_resident(asker, limit=_LOOKED_AT)
        meant = self._meant(newest) if newest else None
        own = meant if meant and meant.status in self.wanted else None
        joined = await self._following.meant(
            asker, number.group() if number else "", own, answered=self.wanted == ANSWERED
        )
        if joined and (told := await self._of_joined(heard, joined)):
            note = TurnNote(outcome=Outcome.ANSWERED, appeal=joined.appeal.number)
            speak(dispatcher, heard, told, note)
            return []
        if meant is None:
            return self._without_appeal(dispatcher, heard)
        appeal = meant
        if number:
            try:
                appeal = await self._appeals.by_number(number.group(), asker)
            except UnknownAppeal:
                said = texts.NO_SUCH_NUMBER.format(number=number.group(), latest=newest[0].number)
                speak(dispatcher, heard, said, TurnNote(outcome=Outcome.ASKED_BACK))
                return []
        try:
            text, note, buttons = await self._act(heard, appeal)
        except AppealError as refusal:
            text, note, buttons = self._refused(refusal), TurnNote(outcome=Outcome.ANSWERED), ()
        note.appeal, note.category = appeal.number, appeal.category
        speak(dispatcher, heard, text, note, buttons)
        return []

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        raise NotImplementedError

    def _meant(self, newest: Sequence[Appeal]) -> Appeal:
        """The appeal that is meant where no number was said."""
        return next((each for each in newest if each.status in self.wanted), newest[0])

    async def _of_joined(self, heard: Heard, joined: Followed) -> str:
        """What is said of an appeal of others that the resident joined; empty: nothing to say."""
        return ""

    async def _do(self, heard: Heard, appeal: Appeal, deed: Deed) -> Appeal:
        return await self._casework.act(appeal.id, deed, resident(heard.context))

    async def _standing(self, appeal: Appeal) -> str:
        history = await self._appeals.history(appeal.id)
        return standing(appeal, history, self._clock(), self._calendar)

    def _refused(self, refusal: AppealError) -> str:
        if isinstance(refusal, TooOften) and refusal.again_at:
            again = since(refusal.again_at, self._clock(), self._calendar.zone)
            return f"{refusal}{texts.AGAIN_FROM.format(again=again)}"
        return str(refusal)

    def _without_appeal(
        self, dispatcher: CollectingDispatcher, heard: Heard
    ) -> list[dict[str, Any]]:
        kept = None if heard.filing else self._elsewhere.tell(dispatcher, heard)
        if kept is not None:
            return kept
        tells = heard.said.entities.get("problem") or is_letter(heard.question)
        if tells and not heard.filing:
            # Nothing was filed yet, and the message tells of a problem: it is the first one.
            return [FollowupAction("appeal_form")]
        speak(dispatcher, heard, texts.NO_APPEAL, TurnNote(outcome=Outcome.ASKED_BACK))
        return []


class Progress(OnAppeal):
    """Where an appeal stands."""

    wanted = frozenset(AppealStatus)

    def name(self) -> str:
        return "action_progress"

    async def _of_joined(self, heard: Heard, joined: Followed) -> str:
        return await self._following.progress(joined)

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        told = last_told(await self._appeals.history(appeal.id))
        text = texts.PROGRESS.format(
            number=appeal.number,
            what=_short(appeal.content),
            standing=await self._standing(appeal),
            filed=since(appeal.created_at, self._clock(), self._calendar.zone),
            last=f"\n最近进展：{told}" if told else "",
        )
        others = await self._appeals.of_resident(
            heard.context.resident_id, limit=10, only_open=True
        )
        more = [other for other in others if other.id != appeal.id]
        if more:
            text += "\n" + texts.PROGRESS_MORE.format(count=len(more))
        buttons: Pairs = ()
        if appeal.status in OPEN:
            buttons = (("催一下", "催一下"), ("补充情况", "我要补充一下"))
        elif appeal.status is AppealStatus.DONE:
            text += "\n" + texts.ASK_SOLVED
            buttons = texts.SOLVED_BUTTONS
        return text, TurnNote(outcome=Outcome.ANSWERED), buttons


class Urge(OnAppeal):
    """Urging (催办): kept in the record of an appeal that is open, not more often than helps."""

    def name(self) -> str:
        return "action_urge"

    async def _of_joined(self, heard: Heard, joined: Followed) -> str:
        return await self._following.progress(joined)

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        if appeal.status not in OPEN:
            status = STATUS_WORDS[appeal.status]
            said = texts.URGED_DONE.format(number=appeal.number, status=status)
            return said, TurnNote(outcome=Outcome.ANSWERED), (texts.PERSON_BUTTON,)
        urged = await self._do(heard, appeal, deeds.Urge(note=kept(heard)))
        said = texts.URGED.format(number=appeal.number, standing=await self._standing(urged))
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


class Withdraw(OnAppeal):
    """The resident takes an appeal back."""

    def name(self) -> str:
        return "action_withdraw"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        if Move.WITHDRAW not in allowed(appeal.status, By.RESIDENT):
            status = STATUS_WORDS[appeal.status]
            said = texts.CANNOT_WITHDRAW.format(number=appeal.number, status=status)
            return said, TurnNote(outcome=Outcome.ANSWERED), ()
        await self._do(heard, appeal, deeds.Withdraw(reason=kept(heard)))
        said = texts.WITHDRAWN.format(number=appeal.number)
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


class AddToAppeal(OnAppeal):
    """More words or a photo for an appeal."""

    def name(self) -> str:
        return "action_add_to_appeal"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        if appeal.status is AppealStatus.CLOSED:
            said = texts.ADD_CLOSED.format(number=appeal.number)
            return said, TurnNote(outcome=Outcome.ANSWERED), texts.SOLVED_BUTTONS[1:]
        photos = [heard.said.media_id] if heard.said.media_id is not None else []
        await self._do(heard, appeal, deeds.Add(note=kept(heard), photos=photos))
        said = texts.ADDED.format(number=appeal.number)
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


def kept(heard: Heard) -> str:
    """The resident's words as the history keeps them."""
    return heard.question[: deeds.WORDS_MOST]


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
