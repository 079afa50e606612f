"""Actions of the appeal form (诉求登记表单): read, ask for what is missing, read back, file."""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.amending_actions import Amend
from actions.appeals.desk import AppealDesk
from actions.appeals.draft import Draft, Facts
from actions.appeals.intake import PLACE_UNKNOWN, insists, is_detour, read
from actions.appeals.offers import answered
from actions.appeals.short_answers import short_answer
from actions.beside import Beside
from actions.elsewhere import Elsewhere
from actions.loose_facts import keep_loose_facts
from actions.matters import PASSED_ON, Matters
from actions.offering import Offering
from actions.read_back import holder, offer, read_back
from actions.scanned import answered_by_scan, told_before
from actions.speaking import Pairs, hear, speak
from actions.turn import Outcome, TurnNote
from actions.volunteers.sign_up import SignUp

_END_OF_FORM = (ActiveLoop(None), SlotSet("requested_slot", None))


def draft_of(tracker: Tracker, told: dict[str, str] | None = None) -> Draft:
    """The draft that the slots hold; a fresh one begins with what staff were told."""
    known = tracker.get_slot("appeal_facts")
    fields = set(Facts.model_fields)
    facts = known if known is not None else {k: v for k, v in (told or {}).items() if k in fields}
    return Draft(
        what=tracker.get_slot("appeal_what"),
        where=tracker.get_slot("appeal_where"),
        confirmed=tracker.get_slot("appeal_confirmed") == "yes",
        facts=Facts.model_validate(facts),
    )


class ValidateAppealForm(FormValidationAction):  # type: ignore[misc]
    """Reads each message of a filing.

    It speaks only of what stands beside: a question in the same message is answered before the
    form goes on, and a matter that belongs elsewhere ends the form.
    """

    def __init__(
        self,
        beside: Beside,
        elsewhere: Elsewhere,
        matters: Matters,
        amend: Amend,
    ) -> None:
        self._beside = beside
        self._elsewhere = elsewhere
        self._matters = matters
        self._amend = amend

    def name(self) -> str:
        return "validate_appeal_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        asked = tracker.get_slot("requested_slot")
        if asked is None and self._amend.awaits(heard):
            return [*await self._amend.run(dispatcher, tracker, domain), *_END_OF_FORM]
        told = told_before(heard.context.memory, heard.said.entities)
        before = draft_of(tracker, told)
        if asked == "appeal_where":
            entities, memory = heard.said.entities, heard.context.memory
            before.facts = answered_by_scan(before.facts, memory, entities)
        if asked == "appeal_confirmed" and before.facts.offered:
            after_offer = answered(before, heard.said)
            if after_offer is not None:
                return _slots(after_offer)
        if asked is None and before.what and not insists(heard.said.text):
            # Kept for a resident who might insist; this is another matter.
            before = Draft(facts=Facts.model_validate(told))
        begins = asked in (None, "appeal_what") and before.what is None
        if begins and not (asked and is_detour(heard.said, asked)):
            kept = self._elsewhere.tell(dispatcher, heard)
            if kept is not None:
                return [*kept, *_END_OF_FORM]
        two = await self._beside.answered(heard, asked)
        said = two.said if two else heard.said
        draft = read(before, said, asked, heard.context.home)
        if draft is None:
            return []
        if two:
            for reply in two.replies:
                speak(dispatcher, heard, reply.text, reply.note)
        if begins and draft.what and self._matters.is_passed_on(draft.what):
            draft = _without_insisting(draft)
        return _slots(draft)


class AskWhat(Action):  # type: ignore[misc]
    """What is the matter?"""

    def name(self) -> str:
        return "action_ask_appeal_what"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        again = tracker.get_slot("requested_slot") and short_answer(heard.said.text)
        text, buttons = (
            (texts.ASK_WHAT_AGAIN, (texts.PERSON_BUTTON,)) if again else (texts.ASK_WHAT, ())
        )
        speak(dispatcher, heard, text, _asked_back(draft_of(tracker)), buttons)
        return []


class AskWhere(Action):  # type: ignore[misc]
    """Where is it? Only what is missing of the place is asked for."""

    def name(self) -> str:
        return "action_ask_appeal_where"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        draft = draft_of(tracker)
        facts = draft.facts
        if facts.community:
            text = texts.ASK_SPOT.format(community=facts.community)
        elif facts.spot:
            text = texts.ASK_COMMUNITY.format(spot=facts.spot)
        else:
            text = texts.ASK_WHERE
        speak(dispatcher, hear(tracker), text, _asked_back(draft))
        facts.asked_where += 1
        return [SlotSet("appeal_facts", facts.model_dump())]


class AskConfirmed(Action):  # type: ignore[misc]
    """Reads the appeal back before it is filed; where others told of the same, offers to join."""

    def __init__(self, offering: Offering) -> None:
        self._offering = offering

    def name(self) -> str:
        return "action_ask_appeal_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        draft = draft_of(tracker)
        facts, heard = draft.facts, hear(tracker)
        offered, alike = facts.offered, None
        asked = tracker.get_slot("requested_slot") == "appeal_confirmed"
        still = asked and is_detour(heard.said, "appeal_confirmed")
        if not (facts.changing or facts.declined or still):
            alike = await self._offering.find(draft, heard.context)
        facts.offered = alike.appeal.id if alike else 0
        if facts.changing:
            text = texts.ASK_RIGHT.get(facts.changing_part, texts.ASK_CHANGE)
            buttons: Pairs = ()
        elif alike:
            text, buttons = offer(draft, alike)
        else:
            text, buttons = read_back(draft, still), texts.CONFIRM_BUTTONS
        speak(dispatcher, heard, text, _asked_back(draft), buttons)
        return [SlotSet("appeal_facts", facts.model_dump())] if facts.offered != offered else []


class SubmitAppeal(Action):  # type: ignore[misc]
    """Files the appeal that the resident agreed to, or joins another; without a yes nothing."""

    def __init__(self, desk: AppealDesk, offering: Offering) -> None:
        self._desk = desk
        self._offering = offering

    def name(self) -> str:
        return "action_submit_appeal"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        draft = draft_of(tracker)
        if not draft.confirmed:
            # The form ended early: what was said is said, and nothing was agreed to.
            return []
        joined = await self._offering.join(draft, heard.context) if draft.facts.joins else None
        if joined:
            appeal, outcome = joined.appeal, Outcome.ANSWERED
            text = texts.JOINED.format(
                number=appeal.number, households=joined.households, who=holder(appeal)
            )
        else:
            appeal, outcome = await self._desk.file(draft, heard.context), Outcome.FILED
            await self._offering.watch(appeal)
            told = texts.FILED if appeal.lead_party else texts.FILED_NO_PARTY
            text = told.format(number=appeal.number, party=appeal.lead_party)
        home = {}
        if draft.facts.room and draft.facts.community:
            names = ("community", "building", "unit", "room")
            home = {name: getattr(draft.facts, name) for name in names}
        note = TurnNote(
            outcome=outcome,
            appeal=appeal.number,
            category=appeal.category,
            remember={
                "appeal": appeal.number,
                "told_facts": None,
                "staff_note": None,
                "topic": None,
                "amending": None,
                "quarrel": None,
            },
            home=home,
            phone=draft.facts.phone,
        )
        speak(dispatcher, heard, text, note)
        return [AllSlotsReset()]


class DropAppeal(Action):  # type: ignore[misc]
    """The resident changed their mind."""

    def name(self) -> str:
        return "action_drop_appeal"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        speak(dispatcher, hear(tracker), texts.DROPPED, TurnNote(outcome=Outcome.CHAT))
        return [AllSlotsReset()]


class LooseFacts(Action):  # type: ignore[misc]
    """An address or a photo came without a matter: it is kept, and the matter asked for."""

    def __init__(self, amend: Amend, sign_up: SignUp) -> None:
        self._amend = amend
        self._sign_up = sign_up

    def name(self) -> str:
        return "action_loose_facts"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if self._amend.awaits(heard):
            return await self._amend.run(dispatcher, tracker, domain)
        if await self._sign_up.goes_on(dispatcher, heard):
            return []
        return keep_loose_facts(dispatcher, heard)


def _without_insisting(draft: Draft) -> Draft:
    """What city or district must decide needs no building; a place that was told is kept."""
    facts = draft.facts.model_copy(update={"matter": PASSED_ON})
    return draft.model_copy(
        update={"facts": facts, "where": draft.where or facts.where or PLACE_UNKNOWN}
    )


def _slots(draft: Draft) -> list[dict[str, Any]]:
    return [
        SlotSet("appeal_what", draft.what),
        SlotSet("appeal_where", draft.where),
        SlotSet("appeal_confirmed", "yes" if draft.confirmed else None),
        SlotSet("appeal_facts", draft.facts.model_dump()),
    ]


def _asked_back(draft: Draft) -> TurnNote:
    return TurnNote(outcome=Outcome.ASKED_BACK, open_matter=True, category=draft.facts.category)
