"""Duplicates at the desk (并案): what is proposed, and making two appeals one."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import reading
from actions.appeals.appeal import Appeal
from actions.appeals.life import Actor, AppealError, By, IllegalTransition, NotYourAppeal
from actions.appeals.record import Record
from actions.appeals.tables import AppealFollowerRow, AppealRow
from actions.likeness.finder import Alike, Finder
from knowledge.storage.database import Database

# Kinds of the two events: of the appeal that goes on, and of the one that is part of it now.
TOOK_IN, MERGED = "took_in", "merged"


class SameAppeal(AppealError):
    """Two appeals that cannot become one: the same, or one is part of another already."""


class Merging:
    """Proposes duplicates to staff and merges what they agree to."""

    def __init__(self, database: Database, finder: Finder, record: Record) -> None:
        self._database = database
        self._finder = finder
        self._record = record

    async def proposals(self, appeal_id: int, limit: int = 5) -> list[Alike]:
        """Open appeals that are likely the same as this one; raises `UnknownAppeal`."""
        async with self._database.read() as session:
            appeal = await reading.one(session, AppealRow.id == appeal_id)
        return await self._finder.candidates(appeal, limit)

    async def merge(self, duplicate_id: int, into_id: int, actor: Actor) -> Appeal:
        """Make one appeal part of another, which goes on; comes back as it stands then.

        Who filed the duplicate, and who joined it, follow the other from now on; what was part of
        the duplicate becomes part of the other. Raises `SameAppeal` for what would be a loop,
        `IllegalTransition` where one is not open, `NotYourAppeal` for anybody but staff.
        """
        async with self._database.write() as session:
            return await self.merge_within(session, duplicate_id, into_id, actor)

    async def merge_within(
        self, session: AsyncSession, duplicate_id: int, into_id: int, actor: Actor
    ) -> Appeal:
        """The same inside the caller's writing session."""
        if actor.by not in (By.STAFF, By.SECRETARY):
            raise NotYourAppeal("并案由工作人员来做。")
        if duplicate_id == into_id:
            raise SameAppeal("这是同一条诉求，不用合并。")
        # Always in this order, so that two who merge crosswise do not wait for each other.
        locked = {
            each: await self._record.locked(session, each)
            for each in sorted((duplicate_id, into_id))
        }
        duplicate, into = locked[duplicate_id], locked[into_id]
        if duplicate.duplicate_of == into.id:
            return into
        for each in (duplicate, into):
            if each.duplicate_of is not None:
                number = await session.scalar(
                    select(AppealRow.number).where(AppealRow.id == each.duplicate_of)
                )
                raise SameAppeal(f"{each.number} 已经并入 {number}，请在 {number} 上操作。")
            if not each.is_open:
                raise IllegalTransition(f"{each.number} 已经不在办理中，不能合并。")
        carried = await self._carry_over(session, duplicate, into)
        await session.execute(
            update(AppealRow)
            .where(AppealRow.duplicate_of == duplicate.id)
            .values(duplicate_of=into.id)
        )
        facts = {"by": actor.by.value}
        await self._record.write(
            session, duplicate, kind=MERGED, actor=actor.name, to=duplicate.status,
            columns={"duplicate_of": into.id}, note="",
            details={**facts, "into_id": into.id, "into": into.number},
        )  # fmt: skip
        return await self._record.write(
            session, into, kind=TOOK_IN, actor=actor.name, to=into.status, columns={}, note="",
            details={
                **facts, "appeal_id": duplicate.id, "number": duplicate.number, "joined": carried,
            },
        )  # fmt: skip

    async def _carry_over(
        self, session: AsyncSession, duplicate: Appeal, into: Appeal
    ) -> list[int]:
        """The residents who follow `into` now and did not before."""
        following = select(AppealFollowerRow.resident_id).where(
            AppealFollowerRow.appeal_id == into.id
        )
        known = {into.resident_id, *await session.scalars(following)}
        rows = await session.scalars(
            select(AppealFollowerRow)
            .where(AppealFollowerRow.appeal_id == duplicate.id)
            .order_by(AppealFollowerRow.id)
        )
        coming = [
            AppealFollowerRow(
                appeal_id=into.id,
                resident_id=duplicate.resident_id,
                conversation_id=duplicate.conversation_id,
                joined_at=duplicate.created_at,
                place_text=duplicate.place_text,
                note=duplicate.content[:2000],
            ),
            *(
                AppealFollowerRow(
                    appeal_id=into.id,
                    resident_id=row.resident_id,
                    conversation_id=row.conversation_id,
                    joined_at=row.joined_at,
                    place_text=row.place_text,
                    note=row.note,
                )
                for row in rows
            ),
        ]
        new = {row.resident_id: row for row in coming if row.resident_id not in known}
        session.add_all(new.values())
        await session.flush()
        return list(new)
