"""SQL tables of appeals, their append-only history, and who else has to do with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.storage.database import Base


class AppealRow(Base):
    """An appeal (诉求); its times are moments, its due dates come from the working calendar."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index(None, "status", "due_at"),
        Index(None, "lead_party_id", "status"),
        Index(None, "community_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    status: Mapped[str] = mapped_column(String(24))
    resident_id: Mapped[int] = mapped_column(index=True)
    conversation_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="help")
    title: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(40), index=True)
    official_category: Mapped[str] = mapped_column(String(40), default="")
    official_path: Mapped[list[str]] = mapped_column(JSON, default=list)
    official_confidence: Mapped[float | None]
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    urgency: Mapped[str] = mapped_column(String(16), default="normal")
    confidential: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    # 代办: name, phone and relation of the person it is about.
    on_behalf: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    place_text: Mapped[str] = mapped_column(Text, default="")
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    building: Mapped[str] = mapped_column(String(40), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    room: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    place_code: Mapped[str] = mapped_column(String(16), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    photos: Mapped[list[int]] = mapped_column(JSON, default=list)
    lead_party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    source_message_id: Mapped[int | None] = mapped_column(unique=True)
    external_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("appeals.id"), index=True)
    need: Mapped[str] = mapped_column(String(16), default="")
    weak: Mapped[list[str]] = mapped_column(JSON, default=list)
    escalation_level: Mapped[int] = mapped_column(default=0)
    supervision: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    extended: Mapped[int] = mapped_column(default=0)
    urged: Mapped[int] = mapped_column(default=0)
    call_back_attempts: Mapped[int] = mapped_column(default=0)
    dispatched_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    sign_due_at: Mapped[datetime | None]
    contact_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    solved: Mapped[bool | None]
    called_back_by: Mapped[str] = mapped_column(String(80), default="")
    # solved, unsolved, unreached, or empty.
    call_back_result: Mapped[str] = mapped_column(String(24), default="")
    satisfaction: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]


class AppealEventRow(Base):
    """One step of an appeal's life, only ever added to."""

    __tablename__ = "appeal_events"
    __table_args__ = (Index(None, "appeal_id", "sequence", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    from_status: Mapped[str] = mapped_column(String(24), default="")
    to_status: Mapped[str] = mapped_column(String(24), default="")
    actor: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


class AppealHelperRow(Base):
    """A party that helps the lead of an appeal (协办单位)."""

    __tablename__ = "appeal_helpers"

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]


class AppealFollowerRow(Base):
    """A resident who has the same problem (我家也是); whether it is solved is theirs to say."""

    __tablename__ = "appeal_followers"
    __table_args__ = (UniqueConstraint("appeal_id", "resident_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    resident_id: Mapped[int] = mapped_column(index=True)
    conversation_id: Mapped[int | None]
    joined_at: Mapped[datetime]
    place_text: Mapped[str] = mapped_column(Text, default="")
    solved: Mapped[bool | None]
    satisfaction: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")


class AppealNewsRow(Base):
    """An event that residents, parties and webhooks have not been told of yet."""

    __tablename__ = "appeal_news"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("appeal_events.id"), primary_key=True, autoincrement=False
    )


class AppealAlarmRow(Base):
    """A reminder or an alarm that was raised; claimed by its row, so that none is raised twice."""

    __tablename__ = "appeal_alarms"
    __table_args__ = (UniqueConstraint("appeal_id", "kind", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"))
    kind: Mapped[str] = mapped_column(String(24))
    due_at: Mapped[datetime]
    raised_at: Mapped[datetime]
