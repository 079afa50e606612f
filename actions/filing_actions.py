"""Actions of the appeal form (诉求登记表单): read, ask for what is missing, read back, file."""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals.desk import AppealDesk
from actions.appeals.intake import Draft, Facts, is_detour, read
from actions.speaking import hear, speak
from actions.turn import Outcome, TurnNote

_WHAT_READ_BACK = 120


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
    """Reads each message of a filing; says nothing itself."""

    def name(self) -> str:
        return "validate_appeal_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        before = draft_of(tracker, heard.context.memory.get("told_facts"))
        draft = read(before, heard.said, tracker.get_slot("requested_slot"), heard.context.home)
        if draft is None:
            return []
        return [
            SlotSet("appeal_what", draft.what),
            SlotSet("appeal_where", draft.where),
            SlotSet("appeal_confirmed", "yes" if draft.confirmed else None),
            SlotSet("appeal_facts", draft.facts.model_dump()),
        ]


class AskWhat(Action):  # type: ignore[misc]
    """What is the matter?"""

    def name(self) -> str:
        return "action_ask_appeal_what"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        speak(dispatcher, hear(tracker), texts.ASK_WHAT, _asked_back(draft_of(tracker)))
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
    """Reads the appeal back before it is filed."""

    def name(self) -> str:
        return "action_ask_appeal_confirmed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        draft = draft_of(tracker)
        facts = draft.facts
        if facts.changing:
            speak(dispatcher, hear(tracker), texts.ASK_CHANGE, _asked_back(draft))
            return []
        heard = hear(tracker)
        template = texts.CONFIRM_CHANGED if facts.changed else texts.CONFIRM
        if is_detour(heard.said, "appeal_confirmed"):
            template = texts.CONFIRM_STILL
        text = template.format(
            what=_short(draft.what or ""),
            where=draft.where,
            category=facts.category or texts.NO_CATEGORY,
            extra=_extra(facts),
        )
        speak(dispatcher, heard, text, _asked_back(draft), texts.CONFIRM_BUTTONS)
        return []


class SubmitAppeal(Action):  # type: ignore[misc]
    """Files the appeal that the resident agreed to."""

    def __init__(self, desk: AppealDesk) -> None:
        self._desk = desk

    def name(self) -> str:
        return "action_submit_appeal"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        draft = draft_of(tracker)
        appeal = await self._desk.file(draft, heard.context)
        if appeal.lead_party:
            text = texts.FILED.format(number=appeal.number, party=appeal.lead_party)
        else:
            text = texts.FILED_NO_PARTY.format(number=appeal.number)
        home = {}
        if draft.facts.room and draft.facts.community:
            names = ("community", "building", "unit", "room")
            home = {name: getattr(draft.facts, name) for name in names}
        note = TurnNote(
            outcome=Outcome.FILED,
            appeal=appeal.number,
            category=appeal.category,
            remember={"appeal": appeal.number, "told_facts": None, "staff_note": None},
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

    def name(self) -> str:
        return "action_loose_facts"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if heard.said.entities.get("problem"):
            return [FollowupAction("appeal_form")]
        facts: dict[str, Any] = dict(heard.context.memory.get("told_facts") or {})
        facts.update(heard.said.entities)
        if heard.said.media_id is not None:
            facts["photos"] = [*facts.get("photos", []), heard.said.media_id]
        text = texts.LOOSE_PHOTO if heard.said.intent == "send_photo" else texts.LOOSE_FACTS
        note = TurnNote(outcome=Outcome.ASKED_BACK, remember={"told_facts": facts})
        speak(dispatcher, heard, text, note)
        return []


def _asked_back(draft: Draft) -> TurnNote:
    return TurnNote(outcome=Outcome.ASKED_BACK, open_matter=True, category=draft.facts.category)


def _short(what: str) -> str:
    """The matter as it is read back; a long letter is kept whole and shown by its beginning."""
    return what if len(what) <= _WHAT_READ_BACK else what[:_WHAT_READ_BACK] + "……（全文已记下）"


def _extra(facts: Facts) -> str:
    lines = ""
    if facts.photos:
        lines += f"\n照片：{len(facts.photos)} 张"
    if facts.phone:
        lines += f"\n电话：{facts.phone}"
    if facts.time:
        lines += f"\n时间：{facts.time}"
    if facts.from_home:
        lines += "\n（地点是您上次登记的住处）"
    return lines
