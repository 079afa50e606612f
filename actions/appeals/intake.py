"""How an appeal is taken in: facts gather from messages until what and where are known and agreed."""

from pydantic import BaseModel, Field

PLACE_FACTS = ("community", "building", "unit", "room", "place")
# Problems that concern a whole estate: its name is place enough.
AREA_WIDE = frozenset({"停水停电", "物业服务", "停车充电", "绿化", "垃圾环境"})
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
_SURE = 0.6
_ROADS = ("路", "街", "大道", "巷", "号", "路口", "街口")
_LETTER_CHARACTERS = 60
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


class Facts(BaseModel):
    """What was read from the messages of one filing."""

    community: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    place: str = ""
    place_text: str = ""
    phone: str = ""
    time: str = ""
    category: str = ""
    photos: list[int] = Field(default_factory=list)
    # The problem as it was told to staff before.
    told: str = ""
    asked_where: int = 0
    changing: bool = False
    changed: bool = False
    from_home: bool = False

    @property
    def spot(self) -> str:
        """The place inside the community."""
        return "".join([self.building, self.unit, self.room]) + self.place

    @property
    def where(self) -> str:
        """The place as it is read back: a road stands before the community, a spot behind it."""
        inside = "".join([self.building, self.unit, self.room])
        if self.place.endswith(_ROADS) and (self.community or inside):
            return self.place + self.community + inside
        return (self.community + inside + self.place) or self.place_text

    def known_enough(self, what: str) -> bool:
        """Whether somebody could go there; after one question what was said must do.

        A letter tells more of the place than what was read from it.
        """
        if self.where and (self.asked_where or is_letter(what)):
            return True
        if self.community:
            return bool(self.spot) or self.category in AREA_WIDE
        return bool(self.place and not self.building and len(self.place) > 3) or bool(
            self.place_text
        )


class Said(BaseModel):
    """One message as it was understood."""

    text: str
    intent: str
    confidence: float = 1.0
    entities: dict[str, str] = Field(default_factory=dict)
    media_id: int | None = None

    @property
    def tells_place(self) -> bool:
        return any(self.entities.get(name) for name in PLACE_FACTS)


class Draft(BaseModel):
    """An appeal that is being taken in."""

    what: str | None = None
    where: str | None = None
    confirmed: bool = False
    facts: Facts = Field(default_factory=Facts)


def is_letter(text: str) -> bool:
    """Whether a message tells a whole matter rather than asking or answering something."""
    return len(text) >= _LETTER_CHARACTERS


def read(draft: Draft, said: Said, asked: str | None, home: dict[str, str]) -> Draft | None:
    """The draft after one message, or None where the message goes elsewhere (a detour).

    `asked` names the slot that the assistant asked for just before; None at the beginning.
    """
    if asked is not None and is_detour(said, asked):
        return None
    facts = draft.facts.model_copy(deep=True)
    changed = _take_facts(facts, said)
    what = draft.what
    if said.intent == "send_photo":
        pass
    elif asked is None:
        told = facts.told if not said.entities.get("problem") else ""
        what = what or told or _problem_in(said)
    elif asked == "appeal_what":
        what = _problem_in(said) or what
    elif asked == "appeal_where":
        named = said.tells_place or _take_home(facts, said, home)
        if not named and said.intent != "affirm":
            facts.place_text = said.text
    elif asked == "appeal_confirmed":
        if said.intent == "affirm":
            return draft.model_copy(update={"facts": facts, "confirmed": True})
        other_matter = bool(said.entities.get("problem"))
        if said.intent == "deny" and not changed and not other_matter:
            facts.changing = True
            return draft.model_copy(update={"facts": facts})
        more = said.intent in ("file_appeal", "add_to_appeal")
        if more or (not changed and (said.intent != "correct" or other_matter)):
            what = f"{draft.what}；{said.text}" if draft.what else said.text
        facts.changed, facts.changing = True, False
    if not facts.where and asked is None:
        _take_home(facts, said, home)
    where = facts.where if facts.known_enough(what or "") else None
    return Draft(what=what, where=where, facts=facts)


def is_detour(said: Said, asked: str) -> bool:
    """Whether a message goes elsewhere than to what the form asked."""
    if said.intent in LEAVING:
        return said.confidence >= 0.5
    if said.intent not in DETOURS:
        return False
    if asked == "appeal_where" and said.tells_place:
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
