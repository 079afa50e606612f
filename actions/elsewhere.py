"""Tells a resident where a matter belongs that is not the community's to take (不归社区受理)."""

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import texts
from actions.appeals.draft import Facts
from actions.matters import Matters
from actions.speaking import Heard, speak
from actions.turn import Outcome, TurnNote

KEPT_FACTS = ("community", "building", "unit", "room", "place", "phone", "time", "category")


class Elsewhere:
    """Where to go, why, and the offer to take it down all the same."""

    def __init__(self, matters: Matters) -> None:
        self._matters = matters

    def tell(self, dispatcher: CollectingDispatcher, heard: Heard) -> list[dict[str, Any]] | None:
        """Say where the message's matter belongs; None, and nothing said, where it is ours.

        The slots keep what was told, so that a resident who insists need not say it again.
        """
        matter = self._matters.elsewhere(heard.question)
        if matter is None:
            return None
        text = texts.ELSEWHERE.format(reason=matter.reason, where=matter.where)
        note = TurnNote(outcome=Outcome.ANSWERED, matter=matter.name, open_matter=True)
        speak(dispatcher, heard, text, note, texts.ELSEWHERE_BUTTONS)
        facts = {name: heard.said.entities.get(name, "") for name in KEPT_FACTS}
        kept = Facts.model_validate({**facts, "matter": matter.name})
        if heard.said.media_id is not None:
            kept.photos.append(heard.said.media_id)
        return [
            SlotSet("appeal_what", heard.question),
            SlotSet("appeal_facts", kept.model_dump()),
        ]
