"""Voices (心声): praise, suggestions and offers to volunteer, kept as they were said."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from actions.turn import TurnContext
from knowledge.storage.database import Base, Database


class VoiceRow(Base):
    """What a resident wanted the community to hear."""

    __tablename__ = "voices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    text: Mapped[str] = mapped_column(Text)
    resident_id: Mapped[int]
    message_id: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]


class Voice(BaseModel):
    """A voice as stored; `kind` is praise (表扬), suggest (建议) or volunteer (志愿)."""

    id: int
    kind: str
    text: str
    resident_id: int
    at: datetime


class Voices:
    """Keeps voices and lists them for the desk."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, kind: str, text: str, context: TurnContext) -> None:
        """Keep a voice once; the same message heard again changes nothing."""
        async with self._database.write() as session:
            known = await session.scalar(
                select(VoiceRow.id).where(VoiceRow.message_id == context.message_id)
            )
            if known is None:
                session.add(
                    VoiceRow(
                        kind=kind,
                        text=text,
                        resident_id=context.resident_id,
                        message_id=context.message_id,
                        at=self._clock(),
                    )
                )

    async def latest(self, kind: str = "", limit: int = 50) -> Sequence[Voice]:
        """The newest voices first."""
        query = select(VoiceRow).order_by(VoiceRow.id.desc()).limit(limit)
        if kind:
            query = query.where(VoiceRow.kind == kind)
        async with self._database.read() as session:
            rows = await session.scalars(query)
            return [Voice.model_validate(row, from_attributes=True) for row in rows]
