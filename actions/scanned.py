"""The place whose code a resident scanned (扫码地点): remembered for a while, so nobody asks where."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from actions.appeals.draft import Facts
from knowledge.places.codes import PlaceCode
from knowledge.places.place import building_key

# Its key in a conversation's memory.
MEMORY = "place_code"
LASTS = timedelta(hours=2)


class ScannedPlace(BaseModel):
    """What the memory keeps of a scanned code."""

    code: str
    label: str
    names: list[str]
    building: str
    unit: str
    spot: str
    until: datetime

    @classmethod
    def of(cls, place: PlaceCode, now: datetime) -> "ScannedPlace":
        return cls(
            code=place.code,
            label=place.full_label,
            names=place.names,
            building=place.building,
            unit=place.unit,
            spot=place.spot,
            until=now + LASTS,
        )

    def is_elsewhere(self, told: Mapping[str, Any]) -> bool:
        """Whether what was told names another community or another building than the code's."""
        community, building = str(told.get("community") or ""), str(told.get("building") or "")
        if community and not any(name in community or community in name for name in self.names):
            return True
        return bool(building and self.building) and not self._same(building)

    def facts(self, told: Mapping[str, Any]) -> dict[str, str]:
        """What a filing begins with; what the resident tells by themselves goes before it."""
        if self.is_elsewhere(told):
            return {}
        known = {"community": self.names[0], "building": self.building, "unit": self.unit}
        if told.get("building") and not self.building:
            # A grid or a gate: the building says more.
            return {"community": self.names[0]}
        return known | {"place": self.spot}

    def is_place_of(self, facts: Facts) -> bool:
        """Whether the place of a filing is still the code's."""
        told = facts.model_dump(include={"community", "building"})
        return bool(facts.community) and not self.is_elsewhere(told)

    def _same(self, building: str) -> bool:
        return building_key(building) == building_key(self.building)


def scanned_in(memory: Mapping[str, Any]) -> ScannedPlace | None:
    """The scanned place that a memory keeps."""
    kept = memory.get(MEMORY)
    return ScannedPlace.model_validate(kept) if kept else None


def told_before(memory: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What a filing begins with before its first message: a scanned place, and loose facts."""
    place = scanned_in(memory)
    loose = memory.get("told_facts") or {}
    return {**(place.facts({**loose, **told}) if place else {}), **loose}


def answered_by_scan(facts: Facts, memory: Mapping[str, Any], told: Mapping[str, Any]) -> Facts:
    """The facts of a filing whose place was asked for, and answered by scanning a code."""
    place = scanned_in(memory)
    if place is None or facts.where:
        return facts
    return facts.model_copy(update=place.facts(told))


def code_for(memory: Mapping[str, Any], facts: Facts) -> str:
    """The code that a filing carries; empty where its place is another one."""
    place = scanned_in(memory)
    return place.code if place and place.is_place_of(facts) else ""


def still_there(
    memory: Mapping[str, Any], now: datetime, told: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The memory without a place that was scanned too long ago, or that somebody has left."""
    place = scanned_in(memory)
    if place and (place.until < now or place.is_elsewhere(told or {})):
        return {key: value for key, value in memory.items() if key != MEMORY}
    return dict(memory)
