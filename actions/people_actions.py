"""Actions that bring a person: hand-off (转人工), danger, mediation, and voices for the community."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals.appeal import QUARREL
from actions.appeals.draft import is_letter
from actions.danger import first_line
from actions.elsewhere import KEPT_FACTS, Elsewhere
from actions.matters import Matters
from actions.speaking import Heard, hear, speak
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnNote
from actions.voices import Voices
from actions.volunteers.sign_up import SignUp
from actions.weak.reading import weak_signs

_SURE = 0.6
_MEDIATION = "mediation"
_REASONS = {
    "ask_person": (HandoffReason.ASKED, 0),
    "complain_staff": (HandoffReason.STAFF_COMPLAINT, 0),
    "despair": (HandoffReason.DESPAIR, 1),
    "anger": (HandoffReason.ANGER, 1),
    "vulnerable_neighbour": (HandoffReason.VULNERABLE, 1),
    _MEDIATION: (HandoffReason.MEDIATION, 1),
}
_MAY_BELONG_ELSEWHERE = frozenset({"complain_staff", "anger", "neighbour_dispute"})


class HandOff(Action):  # type: ignore[misc]
    """Asks the gateway for a person; the gateway tells the place in the queue.

    Anger at a matter that belongs elsewhere is first told where to go, with a person on offer.
    A quarrel between neighbours is offered mediation (调解), or to be filed and kept to itself.
    """

    def __init__(self, elsewhere: Elsewhere, matters: Matters) -> None:
        self._elsewhere = elsewhere
        self._matters = matters

    def name(self) -> str:
        return "action_hand_off"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if heard.said.intent in _MAY_BELONG_ELSEWHERE and not heard.filing:
            kept = self._elsewhere.tell(dispatcher, heard)
            if kept is not None:
                return kept
            complains = heard.said.intent == "complain_staff"
            if complains and not self._matters.is_about_community_staff(heard.question):
                # About a company, a shop or a neighbour: an appeal like others.
                return [FollowupAction("appeal_form")]
        if heard.said.intent == "neighbour_dispute":
            return _offer_mediation(dispatcher, tracker, heard)
        wanted, detail = _wanted(heard)
        reason, priority = _REASONS[wanted]
        signs = weak_signs().read(detail)
        if signs.weak:
            detail, priority = f"【{signs.named}】{detail}", max(priority, 1)
        note = TurnNote(
            outcome=Outcome.HANDED_OFF,
            handoff=HandoffAsk(reason=reason, detail=detail, priority=priority),
            category=heard.said.entities.get("category", ""),
            remember={"quarrel": None},
        )
        speak(dispatcher, heard, texts.HAND_OFF[wanted], note)
        return []


def _wanted(heard: Heard) -> tuple[str, str]:
    """Why a person is wanted, a key of `_REASONS`, and the words that tell of what."""
    intent = heard.said.intent if heard.said.intent in _REASONS else "ask_person"
    if intent == "ask_person" and heard.said.entities.get("category") == QUARREL:
        return _MEDIATION, str(heard.context.memory.get("quarrel") or heard.question)
    return intent, heard.question


def _offer_mediation(
    dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard
) -> list[dict[str, Any]]:
    """Offer a mediator, or to file it; the slots keep what was told, so that it is said once."""
    told = [tracker.get_slot("appeal_what") if heard.filing else "", heard.question]
    what = "；".join(each for each in told if each)
    known = (tracker.get_slot("appeal_facts") or {}) if heard.filing else {}
    facts = {name: heard.said.entities.get(name) or known.get(name, "") for name in KEPT_FACTS}
    note = TurnNote(
        outcome=Outcome.ASKED_BACK,
        category=QUARREL,
        open_matter=True,
        remember={"quarrel": what},
    )
    speak(dispatcher, heard, texts.MEDIATE, note, texts.MEDIATE_BUTTONS)
    return [
        SlotSet("appeal_what", what),
        SlotSet("appeal_facts", {**known, **facts, "category": QUARREL}),
    ]


class Emergency(Action):  # type: ignore[misc]
    """Danger to life: the number first, then a person at once."""

    def name(self) -> str:
        return "action_emergency"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        danger = heard.said.entities.get("danger", "other")
        asked = HandoffAsk(reason=HandoffReason.DANGER, detail=heard.question, priority=2)
        note = TurnNote(outcome=Outcome.HANDED_OFF, danger=danger, handoff=asked)
        # Anger that gathers needs no number to call, only somebody who comes.
        text = first_line(danger)
        if danger != "group":
            text += f"\n{texts.EMERGENCY_AFTER}"
        speak(dispatcher, heard, text, note)
        return []


class KeepVoice(Action):  # type: ignore[misc]
    """Praise, suggestions and offers of help are kept in the resident's own words.

    Who offers to help is a volunteer from then on (能人).
    """

    def __init__(self, voices: Voices, sign_up: SignUp) -> None:
        self._voices = voices
        self._sign_up = sign_up

    def name(self) -> str:
        return "action_voice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if is_letter(heard.question) and heard.said.confidence < _SURE and not heard.filing:
            # A whole matter that only sounds a little like a suggestion is taken in as one.
            return [FollowupAction("appeal_form")]
        kind = heard.said.intent if heard.said.intent in texts.VOICE else "suggest"
        await self._voices.keep(kind, heard.question, heard.context)
        if kind == "volunteer":
            await self._sign_up.take(dispatcher, heard)
        else:
            speak(dispatcher, heard, texts.VOICE[kind], TurnNote(outcome=Outcome.CHAT))
        return []
