"""SQL tables of residents, conversations, messages and hand-offs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.staff.tables import StaffRow
from knowledge.storage.database import Base


class ResidentRow(Base):
    """A resident as one channel knows them."""

    __tablename__ = "residents"
    __table_args__ = (Index(None, "channel", "channel_user", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    channel_user: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    home: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    subscribed: Mapped[bool] = mapped_column(default=True)
    # How long and how often staff may still write on WeChat without being asked.
    window_until: Mapped[datetime | None]
    window_left: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class ConversationRow(Base):
    """A resident's conversation and its one owner: bot, queue or a staff member."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), unique=True)
    owner: Mapped[str] = mapped_column(String(16), default="bot", index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey(StaffRow.id))
    # Rasa's session number; a finished matter starts the next one.
    session: Mapped[int] = mapped_column(default=1)
    misses: Mapped[int] = mapped_column(default=0)
    # What the bot must remember between sessions: last topic, choices offered, notes of staff.
    memory: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class HandoffRow(Base):
    """A hand-off to a person (转人工), from the asking to the end."""

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text, default="")
    # 0 ordinary, 1 raised (anger, the weak), 2 danger: served first.
    priority: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey(StaffRow.id))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text, default="")


class MediaRow(Base):
    """A photo or a sound that a resident or staff sent; the bytes lie in the media folder."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    mime: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    created_at: Mapped[datetime]


class MessageRow(Base):
    """One message, in or out; outgoing ones are the outbox too."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "channel", "dedup_key", unique=True),
        Index(None, "conversation_id", "id"),
        Index(None, "delivery", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    channel: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(3))
    author: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey(StaffRow.id))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    buttons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    # The channel's own id of an incoming message: a retry has the same one.
    dedup_key: Mapped[str | None] = mapped_column(String(160))
    reply_to: Mapped[int | None] = mapped_column(index=True)
    # What the bot understood and decided (intent, confidence, entry, appeal, reason).
    understanding: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # in: received → handled; out: held → passive | pending → sent | failed.
    delivery: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
