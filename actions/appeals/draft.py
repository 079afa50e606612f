"""What is known of an appeal before it is filed (诉求草稿), and a message as it was understood."""

from pydantic import BaseModel, Field

from knowledge.categories.tree import OTHER, category_tree

PLACE_FACTS = ("community", "building", "unit", "room", "place")
# Problems that concern a whole estate: its name is place enough.
AREA_WIDE = frozenset({"停水停电", "物业服务", "停车充电", "绿化", "垃圾环境"})
_ROADS = ("路", "街", "大道", "巷", "号", "路口", "街口")
_LETTER_CHARACTERS = 60


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
    # Of the message that told the matter.
    official_category: str = ""
    official_confidence: float = 0.0
    photos: list[int] = Field(default_factory=list)
    latitude: float | None = None
    longitude: float | None = None
    # The problem as it was told to staff before.
    told: str = ""
    asked_where: int = 0
    changing: bool = False
    # What shall be changed: where, phone, time or what; empty where that was not said.
    changing_part: str = ""
    changed: bool = False
    from_home: bool = False
    # The open appeal of others that was offered to be joined; 0 where none was.
    offered: int = 0
    joins: bool = False
    # It was not the same: it is not offered again.
    declined: bool = False
    # Set where no place is to be insisted on: the name of a matter, passed_on, or no_place_told.
    matter: str = ""

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

        A letter tells more of the place than what was read from it; what city or district must
        decide needs none.
        """
        handled_as = category_tree().dispatch_of(self.category)
        if self.matter or (is_letter(what) and handled_as in ("", OTHER)):
            return True
        if self.where and (self.asked_where or is_letter(what)):
            return True
        if self.community:
            return bool(self.spot) or handled_as in AREA_WIDE
        return bool(self.place and not self.building and len(self.place) > 3) or bool(
            self.place_text
        )


class Said(BaseModel):
    """One message as it was understood."""

    text: str
    intent: str
    confidence: float = 1.0
    entities: dict[str, str] = Field(default_factory=dict)
    official_category: str = ""
    official_confidence: float = 0.0
    media_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None

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
