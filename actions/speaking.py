"""What every action shares: reading the turn that Rasa hands over, and answering it."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.appeals.draft import Said
from actions.turn import TurnContext, TurnNote

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """The resident's message with what Rasa understood and what the gateway remembers."""

    said: Said
    context: TurnContext
    filing: bool

    @property
    def question(self) -> str:
        """The words that Rasa read; a button's own title where one was tapped."""
        return self.said.text


def hear(tracker: Tracker) -> Heard:
    """Read the latest message of a tracker; the gateway's metadata is validated here."""
    message: dict[str, Any] = tracker.latest_message
    context = TurnContext.model_validate(message.get("metadata") or {})
    intent = message.get("intent") or {}
    entities: dict[str, str] = {}
    for entity in message.get("entities") or []:
        entities.setdefault(entity["entity"], str(entity["value"]))
    text = message.get("text") or ""
    official = message.get("official_category") or {}
    said = Said(
        # A payload is nothing that anybody said: the title of its button stands in.
        text=context.raw_text if text.startswith("/") or not text else text,
        intent=intent.get("name") or "nlu_fallback",
        confidence=intent.get("confidence") or 0.0,
        entities=entities,
        official_category=official.get("name") or "",
        official_confidence=official.get("confidence") or 0.0,
        media_id=context.media_id,
        latitude=context.latitude,
        longitude=context.longitude,
    )
    return Heard(said, context, filing=bool((tracker.active_loop or {}).get("name")))


def speak(
    dispatcher: CollectingDispatcher, heard: Heard, text: str, note: TurnNote, buttons: Pairs = ()
) -> None:
    """Say one thing, and tell the gateway what was decided."""
    note.intent = note.intent or heard.said.intent
    note.confidence = note.confidence or round(heard.said.confidence, 4)
    note.entities = note.entities or heard.said.entities
    note.official_category = heard.said.official_category
    note.official_confidence = round(heard.said.official_confidence, 4)
    dispatcher.utter_message(
        text=text, buttons=[{"title": title, "payload": payload} for title, payload in buttons]
    )
    dispatcher.utter_message(json_message={"turn": note.model_dump(mode="json")})
