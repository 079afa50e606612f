"""An appeal (诉求) in plain Python: its states, the moves between them, what filing needs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class AppealStatus(StrEnum):
    """Where an appeal stands: 已受理, 已派单, 办理中, 已办结, 已撤回, 已归档."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


STATUS_WORDS = {
    AppealStatus.RECEIVED: "已受理",
    AppealStatus.DISPATCHED: "已派单",
    AppealStatus.IN_PROGRESS: "办理中",
    AppealStatus.DONE: "已办结",
    AppealStatus.WITHDRAWN: "已撤回",
    AppealStatus.CLOSED: "已归档",
}

TRANSITIONS: dict[AppealStatus, frozenset[AppealStatus]] = {
    AppealStatus.RECEIVED: frozenset(
        {AppealStatus.DISPATCHED, AppealStatus.IN_PROGRESS, AppealStatus.WITHDRAWN}
    ),
    AppealStatus.DISPATCHED: frozenset({AppealStatus.IN_PROGRESS, AppealStatus.WITHDRAWN}),
    AppealStatus.IN_PROGRESS: frozenset({AppealStatus.DONE, AppealStatus.WITHDRAWN}),
    AppealStatus.DONE: frozenset({AppealStatus.CLOSED, AppealStatus.IN_PROGRESS}),
    AppealStatus.WITHDRAWN: frozenset({AppealStatus.CLOSED}),
    AppealStatus.CLOSED: frozenset(),
}

OPEN = frozenset({AppealStatus.RECEIVED, AppealStatus.DISPATCHED, AppealStatus.IN_PROGRESS})


class IllegalTransition(RuntimeError):
    """A move that the table does not allow; its text is Chinese, for staff."""


class StaleAppeal(RuntimeError):
    """Somebody else changed the appeal meanwhile (已被他人更新)."""


class UnknownAppeal(LookupError):
    """No such appeal (没有这条诉求)."""


def check_transition(current: AppealStatus, target: AppealStatus) -> None:
    """Raises `IllegalTransition` where the table does not know the move."""
    if target not in TRANSITIONS[current]:
        raise IllegalTransition(
            f"诉求目前是“{STATUS_WORDS[current]}”，不能直接改为“{STATUS_WORDS[target]}”。"
        )


class Filing(BaseModel):
    """What is needed to file an appeal."""

    model_config = ConfigDict(str_strip_whitespace=True)

    resident_id: int
    conversation_id: int | None = None
    source_message_id: int | None = None
    channel: str
    content: str = Field(min_length=1, max_length=5000)
    category: str
    place_text: str = ""
    community_id: int | None = None
    grid_id: int | None = None
    building: str = ""
    unit: str = ""
    room: str = ""
    phone: str = ""
    photos: list[int] = []
    urgency: str = "normal"
    lead_party_id: int | None = None


class AppealEvent(BaseModel):
    """One step of an appeal's history."""

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
    status: AppealStatus
    resident_id: int
    conversation_id: int | None
    channel: str
    content: str
    category: str
    urgency: str
    place_text: str
    community: str
    grid: str
    lead_party: str
    building: str
    unit: str
    room: str
    phone: str
    photos: list[int]
    satisfaction: int | None
    version: int
    created_at: datetime
    updated_at: datetime
