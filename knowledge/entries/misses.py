"""Questions without a sure answer (未答问题): counted, shown to the office, settled."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

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


class MissKind(StrEnum):
    """What the resident got instead of an answer: 不知道, or a few entries to choose from."""

    UNKNOWN = "unknown"
    OFFERED = "offered"


class Miss(BaseModel):
    """A question without a sure answer, and the entries that came near."""

    id: int
    text: str
    kind: MissKind
    nearest_entry_id: int | None
    confidence: float
    offered: list[int] = Field(description="最近一次给居民选的条目编号，最像的在前")
    taps: dict[int, int] = Field(description="条目编号：居民选了它几次")
    times: int
    status: MissStatus
    first_at: datetime
    last_at: datetime

    @property
    def untapped(self) -> int:
        """How often nothing of what was offered was chosen."""
        return self.times - sum(self.taps.values())

    @property
    def choices(self) -> list[int]:
        """Every entry that was offered at last or ever tapped, most tapped first."""
        every = dict.fromkeys([*self.offered, *self.taps])
        return sorted(every, key=lambda entry_id: -self.taps.get(entry_id, 0))


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

        def record(session: Session) -> None:
            row = _count_up(session, question, MissKind.UNKNOWN, self._clock())
            row.nearest_entry_id, row.confidence = nearest_entry_id, confidence

        question = normalised(text)
        if question:
            await self._database.change(record)

    async def record_offer(
        self, text: str, offered: Sequence[int], confidence: float
    ) -> int | None:
        """Count a question up that was answered with entries to choose from, best first.

        The id that `record_tap` wants, None for a question of nothing but marks.
        """

        def record(session: Session) -> int:
            row = _count_up(session, question, MissKind.OFFERED, self._clock())
            row.nearest_entry_id, row.confidence = offered[0], confidence
            row.offered = list(offered)
            session.flush()
            return row.id

        question = normalised(text)
        return await self._database.change(record) if question else None

    async def record_tap(self, miss_id: int, entry_id: int) -> None:
        """Note which of the offered entries a resident tapped.

        A button of an earlier question may be tapped too: an entry that was not offered for this
        one is no choice of it.
        """

        def record(session: Session) -> None:
            row = session.get(MissRow, miss_id, with_for_update=True)
            if row is not None and entry_id in row.offered:
                key = str(entry_id)
                row.taps = {**row.taps, key: row.taps.get(key, 0) + 1}

        await self._database.change(record)

    async def misses(
        self,
        status: MissStatus | None = MissStatus.OPEN,
        limit: int = 100,
        kind: MissKind = MissKind.UNKNOWN,
    ) -> Sequence[Miss]:
        """Questions of a kind, most asked first."""
        query = (
            select(MissRow)
            .where(MissRow.kind == kind.value)
            .order_by(MissRow.times.desc(), MissRow.last_at.desc())
            .limit(limit)
        )
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
        """Settled, of whichever kind; asked again without a sure answer, it opens anew."""
        async with self._database.write() as session:
            row = await session.get(MissRow, miss_id, with_for_update=True)
            if row is None:
                raise UnknownMiss(UNKNOWN)
            await session.execute(
                update(MissRow)
                .where(MissRow.text == row.text, MissRow.status == MissStatus.OPEN.value)
                .values(status=MissStatus.DONE.value)
            )
        return _miss(row)

    async def open_misses(self, kind: MissKind = MissKind.UNKNOWN) -> int:
        count = select(func.count()).where(
            MissRow.status == MissStatus.OPEN.value, MissRow.kind == kind.value
        )
        async with self._database.read() as session:
            return await session.scalar(count) or 0


def _count_up(session: Session, question: str, kind: MissKind, now: datetime) -> MissRow:
    row = session.scalar(
        select(MissRow)
        .where(
            MissRow.text == question,
            MissRow.kind == kind.value,
            MissRow.status == MissStatus.OPEN.value,
        )
        .order_by(MissRow.id)
        .limit(1)
        .with_for_update()
    )
    if row is None:
        row = MissRow(text=question, kind=kind.value, times=0, status=MissStatus.OPEN.value)
        row.first_at = now
        session.add(row)
    row.times += 1
    row.last_at = now
    return row


def _miss(row: MissRow) -> Miss:
    return Miss.model_validate(row, from_attributes=True)
