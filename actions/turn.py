"""What one turn of the assistant decided, as it travels from actions through Rasa to the gateway."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field


class Outcome(StrEnum):
    """How a message ended."""

    ANSWERED = "answered"
    CHOICES = "choices"
    ASKED_BACK = "asked_back"
    FILED = "filed"
    HANDED_OFF = "handed_off"
    UNKNOWN = "unknown"
    CHAT = "chat"


class HandoffReason(StrEnum):
    """Why a person shall take over (转人工原因)."""

    ASKED = "asked"
    TWO_MISSES = "two_misses"
    ANGER = "anger"
    DANGER = "danger"
    DESPAIR = "despair"
    MEDIATION = "mediation"
    VULNERABLE = "vulnerable"
    STAFF_COMPLAINT = "staff_complaint"
    SYSTEM = "system"


class HandoffAsk(BaseModel):
    """A request for a person; only the gateway changes a conversation's owner."""

    reason: HandoffReason
    detail: str = ""
    # 0 ordinary, 1 raised, 2 danger.
    priority: int = Field(0, ge=0, le=2)


class EntryRef(BaseModel):
    """Which knowledge entry, in which version, an answer came from."""

    id: int
    title: str
    version: int


class TurnNote(BaseModel):
    """The custom payload of a turn.

    `remember` is merged into the conversation's memory (a None value forgets its key) and comes
    back as metadata with the next message; `open_matter` keeps Rasa's session for the next message.
    """

    outcome: Outcome
    intent: str = ""
    confidence: float = 0.0
    entities: dict[str, Any] = Field(default_factory=dict)
    entry: EntryRef | None = None
    choices: list[EntryRef] = Field(default_factory=list)
    category: str = ""
    official_category: str = ""
    official_confidence: float = 0.0
    appeal: str = ""
    # Where the matter belongs if not here: a name of `matters.yaml`.
    matter: str = ""
    danger: str = ""
    handoff: HandoffAsk | None = None
    open_matter: bool = False
    remember: dict[str, Any] = Field(default_factory=dict)
    home: dict[str, Any] = Field(default_factory=dict)
    phone: str = ""


class TurnContext(BaseModel):
    """What the gateway tells the actions with each message (Rasa metadata)."""

    resident_id: int
    conversation_id: int
    message_id: int
    channel: str
    kind: str = "text"
    raw_text: str = ""
    media_id: int | None = None
    # Of a place that the resident sent (发送位置), in degrees.
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    home: dict[str, Any] = Field(default_factory=dict)
    memory: dict[str, Any] = Field(default_factory=dict)
