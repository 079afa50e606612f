"""Actions on appeals that exist: progress, urging, withdrawing, adding, rating."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals.appeal import (
    OPEN,
    STATUS_WORDS,
    TRANSITIONS,
    Appeal,
    AppealStatus,
    UnknownAppeal,
)
from actions.appeals.draft import is_letter
from actions.appeals.repository import Appeals
from actions.elsewhere import Elsewhere
from actions.speaking import Heard, Pairs, hear, speak
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnNote

_NUMBER = re.compile(r"SQ\d{12,}", re.IGNORECASE)
_SHORT = 30
_LOOKED_AT = 10
# Tried in this order; "2分钟" is no rating.
_STARS = (
    (1, re.compile(r"非常不满意|很不满意|太差|一星|1(?:星|分(?!钟))|垃圾|差评")),
    (
        2,
        re.compile(
            r"不满|不太满意|没修|没解决|没办|没好|不行|不太?好|不怎么|失望|糟|两星|二星|2(?:星|分(?!钟))|差(?!不多)"
        ),
    ),
    (3, re.compile(r"一般|还行|还可以|凑合|马马虎虎|差不多|三星|3(?:星|分(?!钟))")),
    (
        5,
        re.compile(
            r"非常满意|很满意|蛮满意|特别|太好|五星|5(?:星|分(?!钟))|好评|点赞|不错|蛮好|很好"
        ),
    ),
    (4, re.compile(r"满意|好|可以|四星|4(?:星|分(?!钟))")),
)


class _OnAppeal(Action):  # type: ignore[misc]
    """Finds the appeal that is meant: by number, or the newest that the action is for."""

    wanted = OPEN

    def __init__(self, appeals: Appeals, zone: ZoneInfo, elsewhere: Elsewhere) -> None:
        self._appeals = appeals
        self._zone = zone
        self._elsewhere = elsewhere

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        resident = heard.context.resident_id
        number = _NUMBER.search(heard.question)
        newest = await self._appeals.of_resident(resident, limit=_LOOKED_AT)
        if not newest:
            return self._without_appeal(dispatcher, heard)
        appeal = next((each for each in newest if each.status in self.wanted), newest[0])
        if number:
            try:
                appeal = await self._appeals.by_number(number.group(), resident)
            except UnknownAppeal:
                said = texts.NO_SUCH_NUMBER.format(number=number.group(), latest=newest[0].number)
                speak(dispatcher, heard, said, TurnNote(outcome=Outcome.ASKED_BACK))
                return []
        text, note, buttons = await self._act(heard, appeal)
        note.appeal, note.category = appeal.number, appeal.category
        speak(dispatcher, heard, text, note, buttons)
        return []

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        raise NotImplementedError

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


class Progress(_OnAppeal):
    """Where an appeal stands."""

    wanted = frozenset(AppealStatus)

    def name(self) -> str:
        return "action_progress"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        history = await self._appeals.history(appeal.id)
        told = [event for event in history if event.kind == "status" and event.note]
        filed = appeal.created_at.astimezone(self._zone).strftime("%m月%d日 %H:%M")
        text = texts.PROGRESS.format(
            number=appeal.number,
            what=_short(appeal.content),
            status=STATUS_WORDS[appeal.status],
            party=f"，由{appeal.lead_party}处理" if appeal.lead_party else "",
            filed=filed,
            last=f"\n最近进展：{told[-1].note}" if told else "",
        )
        others = await self._appeals.of_resident(
            heard.context.resident_id, limit=10, only_open=True
        )
        more = [other for other in others if other.id != appeal.id]
        if more:
            text += "\n" + texts.PROGRESS_MORE.format(count=len(more))
        buttons = (
            (("催一下", "催一下"), ("补充情况", "我要补充一下")) if appeal.status in OPEN else ()
        )
        return text, TurnNote(outcome=Outcome.ANSWERED), buttons


class Urge(_OnAppeal):
    """Urging (催办): kept in the record of an appeal that is open."""

    def name(self) -> str:
        return "action_urge"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        status = STATUS_WORDS[appeal.status]
        if appeal.status not in OPEN:
            said = texts.URGED_DONE.format(number=appeal.number, status=status)
            return said, TurnNote(outcome=Outcome.ANSWERED), (texts.PERSON_BUTTON,)
        await self._appeals.add(appeal.id, "resident", "urged", heard.question)
        party = f"，由{appeal.lead_party}处理" if appeal.lead_party else ""
        said = texts.URGED.format(number=appeal.number, status=status, party=party)
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


class Withdraw(_OnAppeal):
    """The resident takes an appeal back."""

    def name(self) -> str:
        return "action_withdraw"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        if AppealStatus.WITHDRAWN not in TRANSITIONS[appeal.status]:
            status = STATUS_WORDS[appeal.status]
            said = texts.CANNOT_WITHDRAW.format(number=appeal.number, status=status)
            return said, TurnNote(outcome=Outcome.ANSWERED), ()
        await self._appeals.move(appeal.id, AppealStatus.WITHDRAWN, "resident", heard.question)
        said = texts.WITHDRAWN.format(number=appeal.number)
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


class AddToAppeal(_OnAppeal):
    """More words or a photo for an appeal."""

    def name(self) -> str:
        return "action_add_to_appeal"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        photos = [heard.said.media_id] if heard.said.media_id is not None else []
        await self._appeals.add(appeal.id, "resident", "added", heard.question, photos)
        said = texts.ADDED.format(number=appeal.number)
        return said, TurnNote(outcome=Outcome.ANSWERED), ()


class Rate(_OnAppeal):
    """How satisfied the resident is, on five levels."""

    wanted = frozenset({AppealStatus.DONE, AppealStatus.CLOSED})

    def name(self) -> str:
        return "action_rate"

    async def _act(self, heard: Heard, appeal: Appeal) -> tuple[str, TurnNote, Pairs]:
        stars = next((n for n, pattern in _STARS if pattern.search(heard.question)), 4)
        await self._appeals.rate(appeal.id, stars, heard.question)
        note = TurnNote(outcome=Outcome.ANSWERED)
        if stars <= 2:
            note.outcome = Outcome.HANDED_OFF
            detail = f"对诉求 {appeal.number} 不满意：{heard.question}"
            note.handoff = HandoffAsk(reason=HandoffReason.ASKED, detail=detail, priority=1)
            return texts.RATED_LOW.format(number=appeal.number), note, ()
        return texts.RATED.format(number=appeal.number), note, ()

    def _without_appeal(
        self, dispatcher: CollectingDispatcher, heard: Heard
    ) -> list[dict[str, Any]]:
        speak(dispatcher, heard, texts.RATE_NOTHING, TurnNote(outcome=Outcome.CHAT))
        return []


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
