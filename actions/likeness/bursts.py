"""Bursts (突发): many households with the same problem within minutes alert the desk, once."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import reading
from actions.appeals.appeal import Appeal
from actions.appeals.casework import SYSTEM, Casework
from actions.appeals.deeds import Add
from actions.appeals.life import OPEN, Actor
from actions.appeals.record import Record
from actions.appeals.tables import AppealAlarmRow, AppealFollowerRow, AppealRow
from actions.likeness.likeness import BurstRule
from actions.likeness.merging import Merging
from knowledge.categories.tree import OTHER
from knowledge.storage.database import Database

# The kind of the alarm, of the event on its first appeal, and of the live event for the desk.
BURST = "burst"
_NOTICE = (
    "{community}{category}的事，已有 {households} 户反映，社区正在和{party}核实处理。"
    "有了消息第一时间告诉大家，请不用重复反映。"
)


@dataclass(frozen=True)
class Burst:
    """Many households, one community, one leaf; `first` is the appeal that the rest follow."""

    first: Appeal
    appeal_ids: tuple[int, ...]
    households: int
    since: datetime

    @property
    def notice(self) -> str:
        """One notice for all (一条通知), for staff to change and send."""
        return _NOTICE.format(
            community=self.first.community,
            category=self.first.category,
            households=self.households,
            party=self.first.lead_party or "有关单位",
        )

    @property
    def event(self) -> dict[str, Any]:
        """What a live event tells the desk; ready for JSON."""
        return {
            "appeal_id": self.first.id,
            "number": self.first.number,
            "community_id": self.first.community_id,
            "community": self.first.community,
            "category": self.first.category,
            "households": self.households,
            "since": self.since.isoformat(),
        }


class Bursts:
    """Sees bursts, alerts once for each, and gathers them into one appeal with one notice."""

    def __init__(
        self,
        database: Database,
        casework: Casework,
        merging: Merging,
        record: Record,
        rule: BurstRule,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._casework = casework
        self._merging = merging
        self._record = record
        self._rule = rule
        self._clock = clock

    async def check(self, appeal: Appeal) -> Burst | None:
        """The burst that this appeal, or who joined it just now, completes; None otherwise.

        The alert is an alarm row and an event `burst` on the first appeal, in one transaction:
        of two processes that see the same burst, one gets it and the other None.
        """
        if appeal.community_id is None or appeal.category in ("", OTHER):
            return None
        now = self._clock()
        async with self._database.read() as session:
            if await self._counted(session, appeal, now) < self._rule.households:
                return None
        async with self._database.write() as session:
            await self._wait_for_others(session, appeal)
            if await self._alerted(session, appeal, now):
                return None
            if await self._counted(session, appeal, now) < self._rule.households:
                return None
            burst = await self._burst(session, appeal, now - self._rule.window)
            session.add(
                AppealAlarmRow(
                    appeal_id=burst.first.id, kind=BURST, due_at=burst.since, raised_at=now
                )
            )
            await session.flush()
            await self._record.write(
                session, burst.first, kind=BURST, actor=SYSTEM.name, to=burst.first.status,
                columns={}, note="", details={"by": SYSTEM.by.value, **burst.event},
            )  # fmt: skip
            return burst

    async def running(self) -> list[Burst]:
        """Bursts that were alerted of and are not quiet yet, the newest first; counted anew."""
        since = self._clock() - self._rule.quiet
        query = (
            select(AppealAlarmRow.appeal_id, AppealAlarmRow.due_at)
            .where(AppealAlarmRow.kind == BURST, AppealAlarmRow.raised_at >= since)
            .order_by(AppealAlarmRow.raised_at.desc())
        )
        async with self._database.read() as session:
            alarms = (await session.execute(query)).all()
            firsts = await reading.by_ids(session, [alarm.appeal_id for alarm in alarms])
            begun = {alarm.appeal_id: alarm.due_at for alarm in alarms}
            return [
                await self._burst(session, first, begun[first.id])
                for first in firsts
                if first.is_open
            ]

    async def notify(self, burst: Burst, words: str, actor: Actor) -> Appeal:
        """One notice for all: the appeals become one, and its event tells everybody `words`.

        Raises an `AppealError` where the first appeal is not open any more; then nothing changed.
        """
        async with self._database.write() as session:
            for appeal_id in burst.appeal_ids:
                if appeal_id != burst.first.id:
                    await self._merging.merge_within(session, appeal_id, burst.first.id, actor)
            return await self._casework.act_within(session, burst.first.id, Add(note=words), actor)

    async def _counted(self, session: AsyncSession, appeal: Appeal, now: datetime) -> int:
        """Different residents who filed or joined within the window."""
        since = now - self._rule.window
        alike = _alike(appeal)
        filed = select(AppealRow.resident_id).where(*alike, AppealRow.created_at >= since)
        joined = (
            select(AppealFollowerRow.resident_id)
            .join(AppealRow, AppealRow.id == AppealFollowerRow.appeal_id)
            .where(*alike, AppealFollowerRow.joined_at >= since)
        )
        households = union_all(filed, joined).subquery()
        count = select(func.count(func.distinct(households.c.resident_id)))
        return await session.scalar(count) or 0

    async def _burst(self, session: AsyncSession, appeal: Appeal, since: datetime) -> Burst:
        """The burst as it stands: open appeals of the kind since then, and all their households."""
        query = (
            select(AppealRow.id)
            .where(*_alike(appeal), AppealRow.duplicate_of.is_(None), AppealRow.created_at >= since)
            .order_by(AppealRow.created_at, AppealRow.id)
        )
        appeals: Sequence[Appeal] = await reading.some(session, query)
        # Everybody joined one that was filed before: that one is the first.
        appeals = appeals or [appeal]
        ids = [each.id for each in appeals]
        followers = select(AppealFollowerRow.resident_id).where(
            AppealFollowerRow.appeal_id.in_(ids)
        )
        residents = {each.resident_id for each in appeals} | set(await session.scalars(followers))
        return Burst(appeals[0], tuple(ids), len(residents), appeals[0].created_at)

    async def _alerted(self, session: AsyncSession, appeal: Appeal, now: datetime) -> bool:
        """Whether the desk has heard of this burst already."""
        found = await session.scalar(
            select(AppealAlarmRow.id)
            .join(AppealRow, AppealRow.id == AppealAlarmRow.appeal_id)
            .where(
                AppealAlarmRow.kind == BURST,
                AppealAlarmRow.raised_at >= now - self._rule.quiet,
                AppealRow.community_id == appeal.community_id,
                AppealRow.category == appeal.category,
            )
            .limit(1)
        )
        return found is not None

    async def _wait_for_others(self, session: AsyncSession, appeal: Appeal) -> None:
        """PostgreSQL lets many write at once; whoever alerts of a place and leaf does so in turn."""
        if not self._database.is_sqlite:
            key = zlib.crc32(f"{BURST} {appeal.community_id} {appeal.category}".encode())
            await session.execute(select(func.pg_advisory_xact_lock(key)))


def _alike(appeal: Appeal) -> tuple[Any, ...]:
    return (
        AppealRow.community_id == appeal.community_id,
        AppealRow.category == appeal.category,
        AppealRow.status.in_(OPEN),
    )
