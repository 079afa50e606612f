"""Actions that bring a person: hand-off (转人工), danger, and voices for the community."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.appeals.draft import is_letter
from actions.danger import first_line
from actions.elsewhere import Elsewhere
from actions.matters import Matters
from actions.speaking import hear, speak
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnNote
from actions.voices import Voices

_SURE = 0.6
_REASONS = {
    "ask_person": (HandoffReason.ASKED, 0),
    "complain_staff": (HandoffReason.STAFF_COMPLAINT, 0),
    "despair": (HandoffReason.DESPAIR, 1),
    "anger": (HandoffReason.ANGER, 1),
    "vulnerable_neighbour": (HandoffReason.VULNERABLE, 1),
    "neighbour_dispute": (HandoffReason.DISPUTE, 0),
}
_MAY_BELONG_ELSEWHERE = frozenset({"complain_staff", "anger", "neighbour_dispute"})


class HandOff(Action):  # type: ignore[misc]
    """Asks the gateway for a person; the gateway tells the place in the queue.

    Anger at a matter that belongs elsewhere is first told where to go, with a person on offer.
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
        intent = heard.said.intent if heard.said.intent in _REASONS else "ask_person"
        reason, priority = _REASONS[intent]
        asked = HandoffAsk(reason=reason, detail=heard.question, priority=priority)
        note = TurnNote(
            outcome=Outcome.HANDED_OFF,
            handoff=asked,
            category=heard.said.entities.get("category", ""),
        )
        speak(dispatcher, heard, texts.HAND_OFF[intent], note)
        return []


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
    """Praise, suggestions and offers of help are kept in the resident's own words."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

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
        speak(dispatcher, heard, texts.VOICE[kind], TurnNote(outcome=Outcome.CHAT))
        return []
