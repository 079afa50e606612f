"""SQL tables of outgoing webhooks (对外通知): who listens, and what each was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actions.appeals.tables import AppealEventRow
from knowledge.places.tables import PartyRow
from knowledge.storage.database import Base

# Where a delivery stands: on its way, arrived, or given up until somebody sends it again.
PENDING, SENT, FAILED = "pending", "sent", "failed"


class WebhookRow(Base):
    """An address that is told of events; its secret signs what is sent."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(80))
    # Kinds of events; an empty list means all.
    events: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class WebhookDeliveryRow(Base):
    """One event on its way to one webhook, or to the group robot of one party, with its tries."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        UniqueConstraint("party_id", "event_id"),
        Index(None, "status", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey(WebhookRow.id))
    party_id: Mapped[int | None] = mapped_column(ForeignKey(PartyRow.id))
    event_id: Mapped[int] = mapped_column(ForeignKey(AppealEventRow.id))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
