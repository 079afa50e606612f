"""Writes what was decided into an appeal's row, its history and the news; the caller commits."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import reading
from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.effects import Scene, change
from actions.appeals.life import Actor, AppealStatus, Move, UnknownParty
from actions.appeals.tables import AppealEventRow, AppealHelperRow, AppealNewsRow, AppealRow
from actions.clock.deadlines import Deadlines
from knowledge.places.tables import PartyRow


class Record:
    """The one pen that changes appeals: each change is one event, one version and one piece of news."""

    def __init__(self, clock: Callable[[], datetime], deadlines: Deadlines) -> None:
        self._clock = clock
        self._deadlines = deadlines

    async def locked(self, session: AsyncSession, appeal_id: int) -> Appeal:
        """The appeal as it stands when it is our turn to change it; raises `UnknownAppeal`."""
        query = select(AppealRow.id).where(AppealRow.id == appeal_id).with_for_update()
        await session.execute(query)
        return await reading.one(session, AppealRow.id == appeal_id)

    async def do(self, session: AsyncSession, appeal: Appeal, deed: Deed, actor: Actor) -> Appeal:
        """Do a deed to a locked appeal; raises an `AppealError` and then has written nothing."""
        scene = Scene(actor, self._clock(), self._deadlines)
        if deed.move is Move.RESUME:
            scene = Scene(
                actor, scene.now, scene.deadlines, await _suspended_at(session, appeal.id)
            )
        to = change(appeal, deed, scene)
        parties = [to.columns.get("lead_party_id"), *(to.helper_ids or [])]
        await _check_parties(session, {each for each in parties if each is not None})
        if to.helper_ids is not None:
            await self.set_helpers(session, appeal.id, to.helper_ids)
        details = {"by": actor.by.value, **deed.details, **to.details}
        if actor.party_id is not None:
            details["of_party"] = actor.party_id
        return await self.write(
            session,
            appeal,
            kind=deed.move.value,
            actor=actor.name,
            to=to.status,
            columns=to.columns,
            note=deed.words,
            details=details,
        )

    async def write(
        self,
        session: AsyncSession,
        appeal: Appeal,
        *,
        kind: str,
        actor: str,
        to: AppealStatus,
        columns: Mapping[str, Any],
        note: str,
        details: Mapping[str, Any],
    ) -> Appeal:
        """Write one event of a locked appeal, and the columns that it changes."""
        await session.execute(
            update(AppealRow)
            .where(AppealRow.id == appeal.id)
            .values(**columns, status=to, version=appeal.version + 1, updated_at=self._clock())
        )
        last = await session.scalar(
            select(func.max(AppealEventRow.sequence)).where(AppealEventRow.appeal_id == appeal.id)
        )
        moved = to is not appeal.status
        await self.tell(
            session,
            appeal.id,
            (last or 0) + 1,
            kind=kind,
            actor=actor,
            came_from=appeal.status if moved else None,
            to=to if moved else None,
            note=note,
            details=details,
        )
        return await reading.one(session, AppealRow.id == appeal.id)

    async def tell(
        self,
        session: AsyncSession,
        appeal_id: int,
        sequence: int,
        *,
        kind: str,
        actor: str,
        came_from: AppealStatus | None,
        to: AppealStatus | None,
        note: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an event under a number that the caller knows to be free, and its piece of news."""
        event = AppealEventRow(
            appeal_id=appeal_id,
            sequence=sequence,
            kind=kind,
            from_status=came_from or "",
            to_status=to or "",
            actor=actor,
            note=note,
            details=dict(details or {}),
            at=self._clock(),
        )
        session.add(event)
        await session.flush()
        session.add(AppealNewsRow(event_id=event.id))
        await session.flush()

    async def set_helpers(
        self, session: AsyncSession, appeal_id: int, helper_ids: list[int]
    ) -> None:
        """Replace the helpers of an appeal; who helped already keeps the time of joining."""
        helpers = AppealHelperRow.appeal_id == appeal_id
        known = set(await session.scalars(select(AppealHelperRow.party_id).where(helpers)))
        gone = known - set(helper_ids)
        if gone:
            await session.execute(
                delete(AppealHelperRow).where(helpers, AppealHelperRow.party_id.in_(gone))
            )
        now = self._clock()
        session.add_all(
            AppealHelperRow(appeal_id=appeal_id, party_id=each, added_at=now)
            for each in helper_ids
            if each not in known
        )
        await session.flush()


async def _suspended_at(session: AsyncSession, appeal_id: int) -> datetime | None:
    return await session.scalar(
        select(AppealEventRow.at)
        .where(AppealEventRow.appeal_id == appeal_id, AppealEventRow.kind == Move.SUSPEND)
        .order_by(AppealEventRow.sequence.desc())
        .limit(1)
    )


async def _check_parties(session: AsyncSession, party_ids: set[int]) -> None:
    if not party_ids:
        return
    known = await session.scalars(select(PartyRow.id).where(PartyRow.id.in_(party_ids)))
    if set(known) != party_ids:
        raise UnknownParty
