"""Appeals in SQL: file them and find them; `casework.py` changes them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import deeds, reading, worklist
from actions.appeals.appeal import Appeal, AppealEvent, Filing
from actions.appeals.casework import SYSTEM
from actions.appeals.life import OPEN, AppealStatus
from actions.appeals.record import Record
from actions.appeals.tables import AppealRow
from actions.appeals.worklist import Cursor, Filters, Order, Page
from actions.clock.deadlines import Deadlines
from actions.weak.care import attended
from knowledge.storage.database import Database

_FILING_LOCK = 0x5351  # "SQ"
_NO_FILTERS = Filters()


class Appeals:
    """Files and finds appeals, for chat, desk and API alike."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        deadlines: Deadlines,
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._record = Record(clock, deadlines)

    async def file(self, filing: Filing, actor: str = "resident") -> Appeal:
        """Store an appeal with a number (SQ + date + four digits); dispatch it where a lead is known.

        The same source message, or the same number of another platform, files one appeal: asking
        again returns the one that exists. Raises `UnknownParty`.
        """
        async with self._database.write() as session:
            return await self.file_within(session, filing, actor)

    async def file_within(
        self, session: AsyncSession, filing: Filing, actor: str = "resident"
    ) -> Appeal:
        """The same inside the caller's writing session, beside what else must hold with it."""
        now, filing = self._clock(), attended(filing)
        await self._wait_for_other_filers(session)
        if filed := await self._filed_before(session, filing):
            return filed
        row = AppealRow(
            **filing.model_dump(exclude={"lead_party_id", "helper_ids"}),
            number=await self._next_number(session, now),
            status=AppealStatus.RECEIVED,
            version=1,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        await session.flush()
        await self._record.tell(
            session,
            row.id,
            1,
            kind="filed",
            actor=actor,
            came_from=None,
            to=AppealStatus.RECEIVED,
            note="" if filing.lead_party_id else filing.why,
        )
        appeal = await reading.one(session, AppealRow.id == row.id)
        if filing.lead_party_id is None:
            return appeal
        to_whom = deeds.Dispatch(
            party_id=filing.lead_party_id, helper_ids=filing.helper_ids, note=filing.why
        )
        return await self._record.do(session, appeal, to_whom, SYSTEM)

    async def get(self, appeal_id: int) -> Appeal:
        """Raises `UnknownAppeal`."""
        async with self._database.read() as session:
            return await reading.one(session, AppealRow.id == appeal_id)

    async def by_number(self, number: str, resident_id: int | None = None) -> Appeal:
        """By its number; with a resident their own only: anybody else's raises `UnknownAppeal`."""
        conditions = [AppealRow.number == number.upper()]
        if resident_id is not None:
            conditions.append(AppealRow.resident_id == resident_id)
        async with self._database.read() as session:
            return await reading.one(session, *conditions)

    async def filed_from(self, message_id: int) -> Appeal | None:
        """The appeal that was filed from this message."""
        of_message = select(AppealRow.id).where(AppealRow.source_message_id == message_id)
        async with self._database.read() as session:
            return next(iter(await reading.some(session, of_message)), None)

    async def of_resident(
        self, resident_id: int, limit: int = 5, only_open: bool = False
    ) -> list[Appeal]:
        """A resident's appeals, the newest first."""
        ids = select(AppealRow.id).where(AppealRow.resident_id == resident_id)
        if only_open:
            ids = ids.where(AppealRow.status.in_(OPEN))
        async with self._database.read() as session:
            return await reading.some(session, ids, newest_first=True, limit=limit)

    async def worklist(
        self,
        filters: Filters = _NO_FILTERS,
        *,
        order: Order = Order.DUE,
        limit: int = 50,
        offset: int = 0,
        behind: Cursor | None = None,
    ) -> Page:
        """The appeals that fit, a page at a time, with counts of all that fit."""
        page: dict[str, Any] = {"order": order, "limit": limit, "offset": offset, "behind": behind}
        async with self._database.read() as session:
            return await worklist.find(session, filters, self._clock(), **page)

    async def history(self, appeal_id: int) -> list[AppealEvent]:
        """Every step of an appeal, the oldest first."""
        async with self._database.read() as session:
            return await reading.history(session, appeal_id)

    async def _filed_before(self, session: AsyncSession, filing: Filing) -> Appeal | None:
        for column, value in (
            (AppealRow.source_message_id, filing.source_message_id),
            (AppealRow.external_number, filing.external_number),
        ):
            if value is not None:
                ids = select(AppealRow.id).where(column == value)
                if filed := await reading.some(session, ids):
                    return filed[0]
        return None

    async def _wait_for_other_filers(self, session: AsyncSession) -> None:
        """PostgreSQL lets many write at once; numbers must be given one after the other."""
        if not self._database.is_sqlite:
            await session.execute(select(func.pg_advisory_xact_lock(_FILING_LOCK)))

    async def _next_number(self, session: AsyncSession, now: datetime) -> str:
        day = now.astimezone(self._zone).strftime("SQ%Y%m%d")
        # The longest first: after 9999 comes 10000, which the alphabet puts before it.
        last = await session.scalar(
            select(AppealRow.number)
            .where(AppealRow.number.startswith(day))
            .order_by(func.length(AppealRow.number).desc(), AppealRow.number.desc())
            .limit(1)
        )
        return f"{day}{int(last[10:]) + 1 if last else 1:04d}"
