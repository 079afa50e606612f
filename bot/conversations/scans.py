"""A resident scanned the code of a place (扫码): greeted with it, and asked nothing of where."""

from datetime import datetime

from actions.appeals.draft import PLACE_FACTS
from actions.scanned import MEMORY, ScannedPlace
from actions.turn import Outcome, TurnNote
from bot.conversations import store, texts
from bot.conversations.recording import Plan
from knowledge.places.codes import PlaceCodes

SCANNED_EVENTS = frozenset({"subscribe", "SCAN"})


async def greeting(matter: store.Matter, codes: PlaceCodes, now: datetime) -> Plan:
    """What is said to an event; one that tells of a code keeps its place in mind."""
    details = matter.message.details
    if details.get("event") not in SCANNED_EVENTS:
        return Plan()
    place = await codes.find(str(details.get("scene") or ""))
    if place is None:
        return Plan(texts=[(texts.WELCOME, ())])
    welcome = texts.SCANNED_FIRST if details["event"] == "subscribe" else texts.SCANNED
    scanned = ScannedPlace.of(place, now)
    # What was told of another place before no longer holds; photos and a number do.
    loose = matter.memory.get("told_facts") or {}
    kept = {name: fact for name, fact in loose.items() if name not in (*PLACE_FACTS, "place_text")}
    note = TurnNote(
        outcome=Outcome.CHAT,
        open_matter=True,
        remember={MEMORY: scanned.model_dump(mode="json"), "told_facts": kept or None},
    )
    return Plan(texts=[(welcome.format(place=place.full_label), ())], note=note)
