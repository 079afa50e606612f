"""SQL tables of knowledge entries, their versions and the questions without a sure answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.storage.database import Base


class EntryRow(Base):
    """A knowledge entry: what is published and what is being edited."""

    __tablename__ = "knowledge_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int] = mapped_column(default=0)
    published: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    updated_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime]


class EntryVersionRow(Base):
    """History of an entry, only ever added to."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (Index(None, "entry_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("knowledge_entries.id"))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    editor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class RevisionRow(Base):
    """One row that counts what residents may notice: publications and retirements."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class MissRow(Base):
    """A question that found no sure answer (未答问题), kept for the office."""

    __tablename__ = "knowledge_misses"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text, index=True)
    # unknown or offered.
    kind: Mapped[str] = mapped_column(String(16), default="unknown")
    nearest_entry_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_entries.id"))
    confidence: Mapped[float]
    # Ids of the entries that were offered at last, best first.
    offered: Mapped[list[int]] = mapped_column(JSON, default=list)
    # How often which of them was tapped; JSON knows no numbers as keys.
    taps: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    times: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(16), default="open", index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
