"""Questions that found no answer (未答问题): counted, shown to the office, settled."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import func, select

from knowledge.entries.tables import MissRow
from knowledge.storage.database import Database

_NUMBER = re.compile(r"\d{7,}[xX]?")
_EDGES = " \t\r\n,.!?;:~、，。！？；：…～"
LONGEST = 200
UNKNOWN = "没有这个问题，可能已经不在了。"


class MissStatus(StrEnum):
    """Whether somebody has looked after the question."""

    OPEN = "open"
    DONE = "done"


class Miss(BaseModel):
    """A question without an answer, and the entry that came nearest."""

    id: int
    text: str
    nearest_entry_id: int | None
    confidence: float
    times: int
    status: MissStatus
    first_at: datetime
    last_at: datetime


class UnknownMiss(LookupError):
    """No such question (没有这个问题)."""


def normalised(text: str) -> str:
    """The same question asked with other widths, spaces or marks reads the same.

    Long numbers (telephone, identity card) are private and say nothing of the question.
    """
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"\s+", " ", text).strip(_EDGES).casefold()
    return _NUMBER.sub("〔号码〕", text)[:LONGEST]


class Misses:
    """Record, list and settle."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def record_miss(self, text: str, nearest_entry_id: int | None, confidence: float) -> None:
        """Count an open question up, or note it for the first time."""
        question = normalised(text)
        if not question:
            return
        now = self._clock()
        async with self._database.write() as session:
            row = await session.scalar(
                select(MissRow)
                .where(MissRow.text == question, MissRow.status == MissStatus.OPEN.value)
                .order_by(MissRow.id)
                .limit(1)
                .with_for_update()
            )
            if row is None:
                row = MissRow(text=question, times=0, status=MissStatus.OPEN.value, first_at=now)
                session.add(row)
            row.times += 1
            row.nearest_entry_id, row.confidence, row.last_at = nearest_entry_id, confidence, now

    async def misses(
        self, status: MissStatus | None = MissStatus.OPEN, limit: int = 100
    ) -> Sequence[Miss]:
        """Questions, most asked first."""
        query = select(MissRow).order_by(MissRow.times.desc(), MissRow.last_at.desc()).limit(limit)
        if status:
            query = query.where(MissRow.status == status.value)
        async with self._database.read() as session:
            return [_miss(row) for row in await session.scalars(query)]

    async def miss(self, miss_id: int) -> Miss:
        async with self._database.read() as session:
            row = await session.get(MissRow, miss_id)
        if row is None:
            raise UnknownMiss(UNKNOWN)
        return _miss(row)

    async def resolve_miss(self, miss_id: int) -> Miss:
        """Settled; asked again and still without an answer, the question opens anew."""
        async with self._database.write() as session:
            row = await session.get(MissRow, miss_id, with_for_update=True)
            if row is None:
                raise UnknownMiss(UNKNOWN)
            row.status = MissStatus.DONE.value
        return _miss(row)

    async def open_misses(self) -> int:
        async with self._database.read() as session:
            count = select(func.count()).where(MissRow.status == MissStatus.OPEN.value)
            return await session.scalar(count) or 0


def _miss(row: MissRow) -> Miss:
    return Miss.model_validate(row, from_attributes=True)
