"""SQL tables of volunteers (能人), of what help is asked for, and of who was matched to it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from actions.appeals.tables import AppealRow
from knowledge.places.tables import CommunityRow
from knowledge.storage.database import Base


class VolunteerRow(Base):
    """A resident who offers to help, with skills and times in their own words."""

    __tablename__ = "volunteers"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    times: Mapped[list[str]] = mapped_column(JSON, default=list)
    community_id: Mapped[int | None] = mapped_column(ForeignKey(CommunityRow.id), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class HelpRequestRow(Base):
    """Something that a volunteer could do, asked for by staff."""

    __tablename__ = "help_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey(AppealRow.id), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey(CommunityRow.id))
    skill: Mapped[str] = mapped_column(String(40))
    # When help is wanted, in words: 周六上午.
    wanted_at: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), index=True)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class VolunteerMatchRow(Base):
    """A volunteer asked to help with a request, and the thanks for it."""

    __tablename__ = "volunteer_matches"
    __table_args__ = (UniqueConstraint("request_id", "volunteer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey(HelpRequestRow.id))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey(VolunteerRow.id), index=True)
    status: Mapped[str] = mapped_column(String(16))
    thanks: Mapped[str] = mapped_column(Text, default="")
    thanked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
