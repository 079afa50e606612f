"""SQL of appeals: file, find, move on, add to — every change writes its event."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import (
    OPEN,
    Appeal,
    AppealEvent,
    AppealStatus,
    Filing,
    StaleAppeal,
    UnknownAppeal,
    check_transition,
)
from actions.appeals.history import History
from actions.appeals.tables import AppealEventRow, AppealRow
from knowledge.places.tables import CommunityRow, GridRow, PartyRow
from knowledge.storage.database import Database

_FILING_LOCK = 0x5351  # "SQ"


class Appeals:
    """The one door to appeals, for chat, desk and API alike."""

    def __init__(self, database: Database, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._history = History(clock)

    async def file(self, filing: Filing, actor: str = "resident") -> Appeal:
        """Store an appeal with a number (SQ + date + four digits) and its first event.

        The same source message files one appeal: asking again returns the one that exists.
        """
        now = self._clock()
        async with self._database.write() as session:
            await self._wait_for_other_filers(session)
            if filing.source_message_id is not None:
                of_message = AppealRow.source_message_id == filing.source_message_id
                if filed := await self._many(session, of_message, limit=1):
                    return filed[0]
            status = AppealStatus.DISPATCHED if filing.lead_party_id else AppealStatus.RECEIVED
            row = AppealRow(
                **filing.model_dump(),
                number=await self._next_number(session, now),
                status=status,
                version=1,
                created_at=now,
                updated_at=now,
            )
            session.add(row)
            await session.flush()
            self._history.write(session, row.id, 1, "filed", actor, to=AppealStatus.RECEIVED)
            if filing.lead_party_id:
                self._history.write(
                    session,
                    row.id,
                    2,
                    "dispatched",
                    "system",
                    came_from=AppealStatus.RECEIVED,
                    to=AppealStatus.DISPATCHED,
                    details={"party_id": filing.lead_party_id},
                )
            await session.flush()
            return await self._one(session, AppealRow.id == row.id)

    async def get(self, appeal_id: int) -> Appeal:
        async with self._database.read() as session:
            return await self._one(session, AppealRow.id == appeal_id)

    async def by_number(self, number: str, resident_id: int) -> Appeal:
        """A resident's own appeal; raises `UnknownAppeal` for anybody else's too."""
        async with self._database.read() as session:
            return await self._one(
                session,
                func.upper(AppealRow.number) == number.upper(),
                AppealRow.resident_id == resident_id,
            )

    async def filed_from(self, message_id: int) -> Appeal | None:
        """The appeal that was filed from this message."""
        async with self._database.read() as session:
            of_message = AppealRow.source_message_id == message_id
            return next(iter(await self._many(session, of_message, limit=1)), None)

    async def of_resident(
        self, resident_id: int, limit: int = 5, only_open: bool = False
    ) -> list[Appeal]:
        """A resident's appeals, the newest first."""
        conditions = [AppealRow.resident_id == resident_id]
        if only_open:
            conditions.append(AppealRow.status.in_(OPEN))
        async with self._database.read() as session:
            return await self._many(session, *conditions, limit=limit)

    async def search(
        self,
        text: str = "",
        status: AppealStatus | None = None,
        category: str = "",
        limit: int = 50,
        offset: int = 0,
    ) -> list[Appeal]:
        """Appeals whose number, content or place contains `text`, the newest first."""
        conditions: list[Any] = []
        if text:
            conditions.append(_mentions(text))
        if status:
            conditions.append(AppealRow.status == status)
        if category:
            conditions.append(AppealRow.category == category)
        async with self._database.read() as session:
            return await self._many(session, *conditions, limit=limit, offset=offset)

    async def count_by_status(self, text: str = "") -> dict[AppealStatus, int]:
        """How many appeals stand where, among those that `search(text)` finds."""
        query = select(AppealRow.status, func.count()).group_by(AppealRow.status)
        if text:
            query = query.where(_mentions(text))
        async with self._database.read() as session:
            rows = await session.execute(query)
            return {AppealStatus(status): count for status, count in rows}

    async def history(self, appeal_id: int) -> list[AppealEvent]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(AppealEventRow)
                .where(AppealEventRow.appeal_id == appeal_id)
                .order_by(AppealEventRow.sequence)
            )
            return [AppealEvent.model_validate(row, from_attributes=True) for row in rows]

    async def move(
        self,
        appeal_id: int,
        target: AppealStatus,
        actor: str,
        note: str = "",
        expected_version: int | None = None,
    ) -> Appeal:
        """Change the status.

        Raises `IllegalTransition` for a move that the table does not know and `StaleAppeal` where
        the appeal changed since the caller read it.
        """
        async with self._database.write() as session:
            appeal = await self._for_change(session, appeal_id)
            if expected_version is not None and appeal.version != expected_version:
                raise StaleAppeal("这条诉求刚被同事更新过，请刷新后再操作。")
            check_transition(appeal.status, target)
            await self._touch(session, appeal, status=target)
            await self._history.append(session, appeal, "status", actor, note=note, to=target)
            return await self._one(session, AppealRow.id == appeal_id)

    async def add(
        self, appeal_id: int, actor: str, kind: str, note: str, photos: list[int] | None = None
    ) -> Appeal:
        """Add words, photos, an urging (催办) or a note without changing the status."""
        async with self._database.write() as session:
            appeal = await self._for_change(session, appeal_id)
            values = {"photos": [*appeal.photos, *photos]} if photos else {}
            await self._touch(session, appeal, **values)
            await self._history.append(
                session, appeal, kind, actor, note=note, details={"photos": photos or []}
            )
            return await self._one(session, AppealRow.id == appeal_id)

    async def amend(
        self, appeal_id: int, actor: str, changes: Mapping[str, Any], note: str
    ) -> Appeal:
        """Put right what was filed wrongly; the event keeps what stood there before.

        `changes` are fields of the table with their new values. A first responsible party
        dispatches the appeal; one that is being worked on keeps its party: staff decide.
        """
        async with self._database.write() as session:
            appeal = await self._for_change(session, appeal_id)
            row = await session.get_one(AppealRow, appeal_id)
            values = {name: value for name, value in changes.items() if getattr(row, name) != value}
            if appeal.status is AppealStatus.IN_PROGRESS:
                values.pop("lead_party_id", None)
            was = {name: [getattr(row, name), value] for name, value in values.items()}
            dispatched = appeal.status is AppealStatus.RECEIVED and values.get("lead_party_id")
            status = AppealStatus.DISPATCHED if dispatched else appeal.status
            await self._touch(session, appeal, **values, status=status)
            facts: Any = {"note": note, "details": {"changes": was}}
            await self._history.append(session, appeal, "amended", actor, **facts)
            if values.get("lead_party_id"):
                party = {"party_id": values["lead_party_id"]}
                to = AppealStatus.DISPATCHED
                await self._history.append(
                    session, appeal, "dispatched", "system", to=to, details=party
                )
            return await self._one(session, AppealRow.id == appeal_id)

    async def rate(self, appeal_id: int, stars: int, note: str) -> Appeal:
        """Keep a resident's satisfaction, 1 (非常不满意) to 5 (非常满意)."""
        async with self._database.write() as session:
            appeal = await self._for_change(session, appeal_id)
            await self._touch(session, appeal, satisfaction=stars)
            await self._history.append(
                session, appeal, "rated", "resident", note=note, details={"stars": stars}
            )
            return await self._one(session, AppealRow.id == appeal_id)

    async def _wait_for_other_filers(self, session: AsyncSession) -> None:
        """PostgreSQL lets many write at once; numbers must be given one after the other."""
        if not self._database.is_sqlite:
            await session.execute(select(func.pg_advisory_xact_lock(_FILING_LOCK)))

    async def _next_number(self, session: AsyncSession, now: datetime) -> str:
        day = now.astimezone(self._zone).strftime("SQ%Y%m%d")
        # The longest first: after 9999 comes 10000, which the alphabet puts before it.
        last = await session.scalar(
            select(AppealRow.number)
            .where(AppealRow.number.like(f"{day}%"))
            .order_by(func.length(AppealRow.number).desc(), AppealRow.number.desc())
            .limit(1)
        )
        return f"{day}{int(last[10:]) + 1 if last else 1:04d}"

    async def _for_change(self, session: AsyncSession, appeal_id: int) -> Appeal:
        """The appeal as it stands when it is our turn to change it."""
        query = select(AppealRow.id).where(AppealRow.id == appeal_id).with_for_update()
        await session.execute(query)
        return await self._one(session, AppealRow.id == appeal_id)

    async def _touch(self, session: AsyncSession, appeal: Appeal, **values: Any) -> None:
        await session.execute(
            update(AppealRow)
            .where(AppealRow.id == appeal.id)
            .values(version=appeal.version + 1, updated_at=self._clock(), **values)
        )

    async def _one(self, session: AsyncSession, *conditions: Any) -> Appeal:
        found = await self._many(session, *conditions, limit=1)
        if not found:
            raise UnknownAppeal("没有找到这条诉求，请核对编号。")
        return found[0]

    async def _many(
        self, session: AsyncSession, *conditions: Any, limit: int, offset: int = 0
    ) -> list[Appeal]:
        rows = await session.execute(
            select(AppealRow, CommunityRow.name, GridRow.name, PartyRow.name)
            .outerjoin(CommunityRow, CommunityRow.id == AppealRow.community_id)
            .outerjoin(GridRow, GridRow.id == AppealRow.grid_id)
            .outerjoin(PartyRow, PartyRow.id == AppealRow.lead_party_id)
            .where(*conditions)
            .order_by(AppealRow.id.desc())
            .limit(limit)
            .offset(offset)
            .execution_options(populate_existing=True)
        )
        return [_appeal(*row) for row in rows]


def _mentions(text: str) -> ColumnElement[bool]:
    return or_(
        AppealRow.number.icontains(text, autoescape=True),
        AppealRow.content.icontains(text, autoescape=True),
        AppealRow.place_text.icontains(text, autoescape=True),
    )


def _appeal(row: AppealRow, community: str | None, grid: str | None, party: str | None) -> Appeal:
    fields = {name: getattr(row, name) for name in Appeal.model_fields if hasattr(row, name)}
    return Appeal(**fields, community=community or "", grid=grid or "", lead_party=party or "")
