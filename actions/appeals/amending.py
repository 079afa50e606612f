"""Corrections after filing (登记后更正): what a message changes of an appeal that exists."""

from typing import Any

from actions.appeals.appeal import Appeal
from actions.appeals.draft import PLACE_FACTS, Facts, Said
from actions.appeals.short_answers import put_right, short_answer, taken_back, without_lead

_CORRECTED = "{content}（居民更正：{said}）"


def amendments(appeal: Appeal, said: Said, part: str) -> dict[str, Any]:
    """The fields that a message puts right, with their new values; empty where it names none.

    `part` is what the resident said was wrong before (where, phone, time, what), or empty.
    """
    changes: dict[str, Any] = {}
    if phone := said.entities.get("phone"):
        changes["phone"] = phone
        if appeal.phone and appeal.phone in appeal.content:
            changes["content"] = appeal.content.replace(appeal.phone, phone)
    only_a_spot = {name for name in PLACE_FACTS if said.entities.get(name)} == {"place"}
    if said.tells_place and not (part == "where" and only_a_spot):
        changes.update(_place(appeal, said))
    names_none = not changes and not said.entities.get("time") and not said.entities.get("problem")
    if names_none and part == "where" and not short_answer(said.text):
        told = Facts(community=appeal.community, place=without_lead(said.text)[:60])
        changes.update(_place_fields(told))
    elif names_none and part in ("time", "what") and not short_answer(said.text):
        changes["content"] = _told(appeal, said)
    elif said.entities.get("time") or said.entities.get("problem"):
        changes["content"] = _told(appeal, said)
        if category := said.entities.get("category"):
            changes["category"] = category
    right = put_right(appeal.content, said.text) if said.tells_place else None
    if right and "content" not in changes:
        changes["content"] = right
    return changes


def _place(appeal: Appeal, said: Said) -> dict[str, Any]:
    told = {name: said.entities.get(name, "") for name in PLACE_FACTS}
    if told["community"] and told["community"] != appeal.community:
        return _place_fields(Facts(**told))
    rest, old = _rest(appeal), taken_back(said.text)
    known = {"community": appeal.community, "place": "" if old and old in rest else rest}
    if not told["building"]:
        known["building"] = appeal.building
    if not told["building"] or told["building"] == appeal.building:
        known |= {"unit": appeal.unit, "room": appeal.room}
    return _place_fields(Facts(**{**known, **{k: v for k, v in told.items() if v}}))


def _rest(appeal: Appeal) -> str:
    """What the place says beside community, building, unit and room: 楼道, 江城路."""
    left = appeal.place_text
    for known in (appeal.community, appeal.building, appeal.unit, appeal.room):
        left = left.replace(known, "", 1)
    return left


def _place_fields(facts: Facts) -> dict[str, Any]:
    names = ("building", "unit", "room")
    return {"place_text": facts.where, **{name: getattr(facts, name) for name in names}}


def _told(appeal: Appeal, said: Said) -> str:
    right = put_right(appeal.content, said.text)
    return right or _CORRECTED.format(content=appeal.content, said=without_lead(said.text))
