"""How an appeal is taken in: facts gather from messages until what and where are known and agreed."""

import re

from actions.appeals.draft import PLACE_FACTS, Draft, Facts, Said
from actions.appeals.short_answers import (
    Short,
    bare_number,
    only_says_wrong,
    put_right,
    short_answer,
    sounds_like_a_place,
    without_lead,
    wrong_part,
)

# Words that announce an appeal without saying what it is about.
_ANNOUNCING = frozenset(
    [
        "我要报修",
        "报修",
        "我要投诉",
        "投诉",
        "我要反映问题",
        "反映问题",
        "我想反映个问题",
        "我有诉求",
        "反映一个问题",
        "反映情况",
        "我要反映",
    ]
)
# The resident wants to have it taken down although it was said to belong elsewhere.
_INSISTING = re.compile(
    r"(?:仍|还)(?:是|要)?.{0,6}(?:登记|记下|记一下|报上去|反映)|就(?:登记|报|反映)(?:这|它)|坚持要?(?:登记|报|反映)|先登记"
)
PLACE_UNKNOWN = "不详"
_SURE = 0.6
_ROOM_FROM = 100
# These leave the form whatever was asked.
LEAVING = frozenset({"cancel", "withdraw_appeal", "ask_person", "emergency"})
DETOURS = frozenset(
    [
        "ask_service",
        "ask_followup",
        "choose",
        "greet",
        "goodbye",
        "thanks",
        "help",
        "chitchat",
        "unhelpful",
        "out_of_scope",
        "nlu_fallback",
        "ask_progress",
        "urge_appeal",
        "rate_appeal",
        "praise",
        "suggest",
        "volunteer",
        "complain_staff",
        "despair",
        "anger",
        "vulnerable_neighbour",
        "neighbour_dispute",
    ]
)


def insists(text: str) -> bool:
    """Whether a resident wants a matter taken down that was said to belong elsewhere."""
    return len(text) <= 20 and bool(_INSISTING.search(text))


def read(draft: Draft, said: Said, asked: str | None, home: dict[str, str]) -> Draft | None:
    """The draft after one message, or None where the message goes elsewhere (a detour).

    `asked` names the slot that the assistant asked for just before; None at the beginning.
    """
    if asked is not None and is_detour(said, asked):
        return None
    after = draft.model_copy(deep=True)
    changed = _take_facts(after.facts, said)
    if said.intent == "send_photo":
        pass
    elif asked is None:
        _begin(after, said)
    elif asked == "appeal_what":
        after.what = draft.what if short_answer(said.text) else _problem_in(said) or draft.what
    elif asked == "appeal_where":
        _take_place(after.facts, said, home)
    elif asked == "appeal_confirmed" and not _take_verdict(after, said, changed):
        return after
    facts = after.facts
    if said.official_category and after.what != draft.what:
        facts.official_category = said.official_category
        facts.official_confidence = said.official_confidence
    if after.what and draft.facts.phone:
        # A wrong number in the words themselves would be rung all the same.
        after.what = after.what.replace(draft.facts.phone, facts.phone)
    if not facts.where and asked is None:
        _take_home(facts, said, home)
    known = facts.known_enough(after.what or "")
    after.where = (facts.where or PLACE_UNKNOWN) if known else None
    return after


def _begin(draft: Draft, said: Said) -> None:
    told = draft.facts.told if not said.entities.get("problem") else ""
    if not (draft.what and insists(said.text)):
        draft.what = told or _problem_in(said)


def _take_place(facts: Facts, said: Said, home: dict[str, str]) -> None:
    """The answer to 在哪里: a place in any words, a bare number, or that it is not known."""
    if said.tells_place or _take_home(facts, said, home) or _take_number(facts, said):
        return
    if short_answer(said.text):
        facts.matter = facts.matter or "no_place_told"
    elif said.intent != "affirm" and not _tells_only(said, "time", "phone"):
        facts.place_text = said.text


def _take_number(facts: Facts, said: Said) -> bool:
    """A number alone names what is missing of the place: building, then unit; a long one a room."""
    number = bare_number(said.text)
    if number is None:
        return False
    if number >= _ROOM_FROM:
        facts.room = str(number)
    elif facts.building:
        facts.unit = f"{number}单元"
    else:
        facts.building = f"{number}栋"
    return True


def _take_verdict(draft: Draft, said: Said, changed: bool) -> bool:
    """The answer to the reading back. False where nothing in what or where can have changed."""
    facts = draft.facts
    changed = changed or _take_number(facts, said)
    short = short_answer(said.text) if not changed else None
    agrees = said.intent == "affirm" and not changed
    if agrees or (short in (Short.NOTHING, Short.WHATEVER) and not facts.changing):
        draft.confirmed = True
        return False
    if short:
        return False
    part = wrong_part(said.text)
    other_matter = bool(said.entities.get("problem"))
    denies = said.intent == "deny" or only_says_wrong(said.text)
    if not changed and not other_matter and (part or denies):
        facts.changing, facts.changing_part = True, part
        return False
    right = None if other_matter else put_right(draft.what or "", said.text)
    if right:
        draft.what = right
    elif facts.changing_part and (not changed or _only_a_spot(facts.changing_part, said)):
        if not _change(draft, said):
            return False
    elif said.intent in ("file_appeal", "add_to_appeal") or (
        not changed and (said.intent != "correct" or other_matter)
    ):
        draft.what = f"{draft.what}；{said.text}" if draft.what else said.text
    facts.changed, facts.changing, facts.changing_part = True, False, ""
    return True


def _change(draft: Draft, said: Said) -> bool:
    """Put in what was said to be wrong, in the resident's words; False where they name nothing."""
    facts, right = draft.facts, without_lead(said.text)
    if facts.changing_part == "where":
        facts.building = facts.unit = facts.room = facts.place_text = ""
        facts.place = right
    elif facts.changing_part == "time":
        facts.time = right[:30]
    elif facts.changing_part == "what":
        draft.what = right
    else:
        return False
    return True


def _only_a_spot(part: str, said: Said) -> bool:
    """Whether a new place was told in words of which a rule knows but some: 菜场后门."""
    told = {name for name in PLACE_FACTS if said.entities.get(name)}
    return part == "where" and told == {"place"}


def _tells_only(said: Said, *names: str) -> bool:
    """Whether a message is nothing but such facts: 昨天晚上, 13800000000."""
    left = said.text
    for name in names:
        left = left.replace(said.entities.get(name, ""), "")
    return left != said.text and len(re.sub(r"[\W的是在]", "", left)) <= 2


def is_detour(said: Said, asked: str) -> bool:
    """Whether a message goes elsewhere than to what the form asked."""
    if said.intent in LEAVING:
        return said.confidence >= 0.5
    if said.intent not in DETOURS:
        return False
    if short_answer(said.text) or bare_number(said.text) is not None or insists(said.text):
        return False
    if asked == "appeal_where" and (said.tells_place or sounds_like_a_place(said.text)):
        return False
    if said.intent == "nlu_fallback":
        return False
    return said.confidence >= _SURE


def _take_facts(facts: Facts, said: Said) -> bool:
    changed = False
    told = {name: said.entities.get(name, "") for name in (*PLACE_FACTS, "phone", "time")}
    if told["building"] and told["building"] != facts.building and facts.building:
        # Another building: unit and room of the first no longer hold.
        facts.unit = facts.room = ""
    for name, value in told.items():
        if value and getattr(facts, name) != value:
            setattr(facts, name, value)
            changed = True
            facts.from_home = facts.from_home and name not in PLACE_FACTS
    corrects = facts.changing or said.intent in ("correct", "deny")
    if said.entities.get("category") and (corrects or not facts.category):
        facts.category = said.entities["category"]
    if said.latitude is not None:
        facts.latitude, facts.longitude = said.latitude, said.longitude
    if said.media_id is not None and said.media_id not in facts.photos:
        facts.photos.append(said.media_id)
        changed = True
    return changed


def _take_home(facts: Facts, said: Said, home: dict[str, str]) -> bool:
    """The resident's remembered home, where the message speaks of it."""
    at_home = any(
        word in said.text for word in ("我家", "家里", "屋里", "我屋", "老地方", "我们楼")
    )
    if not home or not at_home:
        return False
    for name in ("community", "building", "unit", "room"):
        setattr(facts, name, home.get(name, ""))
    facts.from_home = True
    return True


def _problem_in(said: Said) -> str | None:
    text = said.text.strip()
    if not text or text.strip("。！!，, ") in _ANNOUNCING:
        return None
    if said.intent == "inform" and not said.entities.get("problem"):
        return None
    return text
