"""An address, a number or a photo that came without a matter: kept, and the matter asked for."""

from typing import Any

from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.speaking import Heard, speak
from actions.turn import Outcome, TurnNote


def keep_loose_facts(dispatcher: CollectingDispatcher, heard: Heard) -> list[dict[str, Any]]:
    """Remember what was told for the filing to come; a problem among it begins that filing."""
    if heard.said.entities.get("problem") and not heard.filing:
        return [FollowupAction("appeal_form")]
    facts: dict[str, Any] = dict(heard.context.memory.get("told_facts") or {})
    facts.update(heard.said.entities)
    if heard.said.media_id is not None:
        facts["photos"] = [*facts.get("photos", []), heard.said.media_id]
    if heard.said.latitude is not None:
        facts |= {"latitude": heard.said.latitude, "longitude": heard.said.longitude}
    text = texts.LOOSE_PHOTO if heard.said.intent == "send_photo" else texts.LOOSE_FACTS
    note = TurnNote(outcome=Outcome.ASKED_BACK, remember={"told_facts": facts})
    speak(dispatcher, heard, text, note)
    return []
