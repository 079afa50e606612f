"""An appeal (诉求) in plain Python: what is filed, what is stored, and one step of its history."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from actions.appeals.life import OPEN, AppealStatus
from knowledge.categories.tree import category_tree

# Neighbours at odds: neither learns from us who complained (邻里纠纷).
QUARREL = "邻里纠纷"
_TITLE_CHARACTERS = 40
_CLAUSE_END = re.compile(r"[。！？!?；;\n]|[，,]")
_GREETING = re.compile(
    r"^(?:(?:(?:您|你)们?好|尊敬的\S{0,8}?[，,：:]|领导|请问|麻烦)[，,：:！!。\s]*)+"
)
_SAID_KINDS = re.compile("(举报)|(投诉)|(建议)|(咨询|请问)|(表扬|感谢)")


class AppealKind(StrEnum):
    """What sort of appeal it is: 咨询, 求助, 建议, 投诉, 举报, 表扬."""

    CONSULT = "consult"
    HELP = "help"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    REPORT = "report"
    PRAISE = "praise"


KIND_WORDS = {
    AppealKind.CONSULT: "咨询",
    AppealKind.HELP: "求助",
    AppealKind.SUGGESTION: "建议",
    AppealKind.COMPLAINT: "投诉",
    AppealKind.REPORT: "举报",
    AppealKind.PRAISE: "表扬",
}

_KINDS_SAID = (
    AppealKind.REPORT,
    AppealKind.COMPLAINT,
    AppealKind.SUGGESTION,
    AppealKind.CONSULT,
    AppealKind.PRAISE,
)


class Urgency(StrEnum):
    """How pressing it is: 普通, 加急 (the weak first), 紧急 (two hours)."""

    NORMAL = "normal"
    RAISED = "raised"
    URGENT = "urgent"


URGENCY_WORDS = {Urgency.NORMAL: "普通", Urgency.RAISED: "加急", Urgency.URGENT: "紧急"}


class Weakness(StrEnum):
    """Who needs care first: 独居老人, 残疾人, 困境儿童, 困难家庭."""

    ELDERLY_ALONE = "elderly_alone"
    DISABLED = "disabled"
    CHILD = "child"
    HARDSHIP = "hardship"


WEAKNESS_WORDS = {
    Weakness.ELDERLY_ALONE: "独居老人",
    Weakness.DISABLED: "残疾人",
    Weakness.CHILD: "困境儿童",
    Weakness.HARDSHIP: "困难家庭",
}


class NeedLevel(StrEnum):
    """What sort of need stands behind it: 物质, 社会交往, 心理; empty where nobody said."""

    UNKNOWN = ""
    MATERIAL = "material"
    SOCIAL = "social"
    PSYCHOLOGICAL = "psychological"


NEED_WORDS = {
    NeedLevel.UNKNOWN: "",
    NeedLevel.MATERIAL: "物质",
    NeedLevel.SOCIAL: "社会交往",
    NeedLevel.PSYCHOLOGICAL: "心理",
}


class Filing(BaseModel):
    """What is needed to file an appeal; without a title, the first clause of the content is one.

    A quarrel between neighbours is confidential unless the filer says that it is not.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    resident_id: int
    conversation_id: int | None = None
    source_message_id: int | None = None
    external_number: Annotated[str, Field(max_length=64)] | None = None
    channel: str
    kind: AppealKind = AppealKind.HELP
    title: str = Field("", max_length=80)
    content: str = Field(min_length=1, max_length=5000)
    category: str
    official_category: str = Field("", max_length=40)
    official_path: list[str] = []
    official_confidence: float | None = None
    tags: list[str] = []
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    anonymous: bool = False
    contact_name: str = Field("", max_length=40)
    # 代办: name, phone and relation of the person it is about.
    on_behalf: dict[str, str] = {}
    place_text: str = ""
    community_id: int | None = None
    grid_id: int | None = None
    building: str = ""
    unit: str = ""
    room: str = ""
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    place_code: str = ""
    phone: str = ""
    photos: list[int] = []
    lead_party_id: int | None = None
    helper_ids: list[int] = []
    # 派单理由: why it goes to whom it goes, or to nobody yet; an event keeps it, no column.
    why: str = Field("", exclude=True, max_length=500)
    duplicate_of: int | None = None
    need: NeedLevel = NeedLevel.UNKNOWN
    weak: list[Weakness] = []

    @model_validator(mode="after")
    def _has_a_title(self) -> "Filing":
        self.title = self.title or title_of(self.content)
        return self

    @model_validator(mode="after")
    def _keeps_a_quarrel_to_itself(self) -> "Filing":
        if "confidential" not in self.model_fields_set:
            self.confidential = is_quarrel(self.category)
        return self


class AppealEvent(BaseModel):
    """One step of an appeal's history; its kind is filed, amended or the name of a move."""

    id: int
    sequence: int
    kind: str
    from_status: str
    to_status: str
    actor: str
    note: str
    details: dict[str, Any]
    at: datetime


class Appeal(BaseModel):
    """An appeal as stored, with the names that people read."""

    id: int
    number: str
    external_number: str | None
    status: AppealStatus
    resident_id: int
    conversation_id: int | None
    channel: str
    kind: AppealKind
    title: str
    content: str
    category: str
    official_category: str
    official_path: list[str]
    official_confidence: float | None
    tags: list[str]
    urgency: Urgency
    confidential: bool
    anonymous: bool
    contact_name: str
    on_behalf: dict[str, str]
    place_text: str
    community_id: int | None
    community: str
    grid_id: int | None
    grid: str
    lead_party_id: int | None
    lead_party: str
    helper_ids: list[int]
    helpers: list[str]
    followers: int
    building: str
    unit: str
    room: str
    latitude: float | None
    longitude: float | None
    place_code: str
    phone: str
    photos: list[int]
    duplicate_of: int | None
    need: NeedLevel
    weak: list[Weakness]
    escalation_level: int
    supervision: int
    returns: int
    reopened: int
    extended: int
    urged: int
    urged_at: datetime | None
    call_back_attempts: int
    dispatched_at: datetime | None
    signed_at: datetime | None
    contacted_at: datetime | None
    sign_due_at: datetime | None
    contact_due_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    called_back_at: datetime | None
    closed_at: datetime | None
    suspended_until: datetime | None
    answer: str
    solved: bool | None
    called_back_by: str
    call_back_result: str
    satisfaction: int | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been solved before; what rests or is answered is not."""
        running = self.is_open and self.status is not AppealStatus.SUSPENDED
        return running and self.due_at is not None and self.due_at < now

    def concerns(self, party_id: int | None) -> bool:
        """Whether a party leads or helps."""
        return party_id is not None and (
            party_id == self.lead_party_id or party_id in self.helper_ids
        )


def is_quarrel(category: str) -> bool:
    """Whether a category is a quarrel between neighbours, which is confidential."""
    return category_tree().dispatch_of(category) == QUARREL


def title_of(content: str) -> str:
    """The first clause that says something, without the greeting: 你好，3栋电梯坏了 is 3栋电梯坏了."""
    words = " ".join(content.split())
    rest = _GREETING.sub("", words) or words
    for end in _CLAUSE_END.finditer(rest):
        clause = rest[: end.start()].strip()
        if len(clause) >= 4:
            return clause[:_TITLE_CHARACTERS]
    return rest.rstrip("，,。！？!?；; ")[:_TITLE_CHARACTERS] or words[:_TITLE_CHARACTERS]


def kind_of(content: str) -> AppealKind:
    """The kind that the words themselves name first; asking for help where they name none."""
    said = _SAID_KINDS.search(content)
    return _KINDS_SAID[said.lastindex - 1] if said and said.lastindex else AppealKind.HELP
