"""Watches the due dates (时限看守): reminds, raises alarms, tells the next level, resumes."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.casework import SYSTEM, Casework
from actions.appeals.deeds import Deed, Escalate, Resume
from actions.appeals.life import AppealError
from actions.appeals.record import Record
from actions.appeals.tables import AppealEventRow
from actions.clock import alarms
from actions.clock.alarms import ESCALATION, NOT_DISPATCHED, Found, Step
from actions.clock.deadlines import WorkingDeadlines
from actions.clock.words import on_record
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

REMINDER = "reminder"
ALARM = "alarm"
EVENT_WORDS = {REMINDER: "时限提醒", ALARM: "超时"}
STEP_WORDS = {Step.SIGN: "签收", Step.CONTACT: "联系居民", Step.SOLVE: "办结"}
_SOON = "{step}的时限快到了，请在{due}前{step}。"
_LATE = "{step}超过了时限，本应在{due}前{step}。"
_NOT_DISPATCHED = "还没有承办单位，本应在{due}前派出去。"
_ESCALATED = "办结的时限是{due}，还没有办结，上报{level}。"
_RESUMED = "挂起到期，恢复办理。"

# What is done about an appeal inside a transaction that holds it.
_Work = Callable[[AsyncSession], Awaitable[object]]


class Watch:
    """Raises each reminder, alarm and escalation once, however many schedulers sweep.

    It keeps nothing in memory: what was due while no process ran is raised by the next sweep.
    """

    def __init__(
        self,
        database: Database,
        casework: Casework,
        deadlines: WorkingDeadlines,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._casework = casework
        self._deadlines = deadlines
        self._clock = clock
        self._record = Record(clock, deadlines)

    async def sweep(self) -> int:
        """Do all that is due by now; returns how much that was."""
        now = self._clock()
        done = await self._resume(now) + await self._ask_for_dispatch(now)
        for step in Step:
            done += await self._remind(step, now)
            done += await self._alarm(step, now)
        return done + await self._escalate(now)

    async def _resume(self, now: datetime) -> int:
        query, done = alarms.to_resume(now), 0
        async for row in self._pages(query):
            done += await self._once(query, row.id, self._doing(row.id, Resume(note=_RESUMED)))
        return done

    async def _remind(self, step: Step, now: datetime) -> int:
        opening = self._deadlines.calendar.next_opening(now)
        query = alarms.soon(step, now, self._deadlines.terms.remind_at, opening)
        return await self._tell(query, f"{step}_soon", REMINDER, step, _SOON)

    async def _alarm(self, step: Step, now: datetime) -> int:
        return await self._tell(alarms.late(step, now), f"{step}_late", ALARM, step, _LATE)

    async def _tell(self, query: Found, alarm: str, kind: str, step: Step, words: str) -> int:
        done = 0
        async for row in self._pages(query):
            due = on_record(row.due_at, self._deadlines.calendar.zone)
            note = words.format(step=STEP_WORDS[step], due=due)
            event = _Event(row.id, kind, step, row.due_at, note)
            done += await self._once(query, row.id, self._telling(event), (alarm, row.due_at))
        return done

    async def _ask_for_dispatch(self, now: datetime) -> int:
        query, done = alarms.with_community(), 0
        async for row in self._pages(query):
            calendar = self._deadlines.calendar
            due_at = self._deadlines.terms.dispatch.after(row.since, calendar)
            if due_at > now:
                continue
            note = _NOT_DISPATCHED.format(due=on_record(due_at, calendar.zone))
            event = _Event(row.id, ALARM, "dispatch", due_at, note)
            claim = (NOT_DISPATCHED, due_at)
            done += await self._once(query, row.id, self._telling(event), claim)
        return done

    def _doing(self, appeal_id: int, deed: Deed) -> _Work:
        async def do(session: AsyncSession) -> None:
            await self._casework.act_within(session, appeal_id, deed, SYSTEM)

        return do

    def _telling(self, event: "_Event") -> _Work:
        """Adds an event that does not change the appeal: whoever has it open may still save."""

        async def tell(session: AsyncSession) -> None:
            await self._record.tell(
                session,
                event.appeal_id,
                await _next_sequence(session, event.appeal_id),
                kind=event.kind,
                actor=SYSTEM.name,
                came_from=None,
                to=None,
                note=event.note,
                details={
                    "by": SYSTEM.by.value,
                    "step": str(event.step),
                    "due_at": event.due_at.isoformat(),
                },
            )

        return tell

    async def _escalate(self, now: datetime) -> int:
        """One level at a time: after a long night two levels hear of it in two sweeps."""
        ladder = self._deadlines.terms.ladder
        query, done = alarms.to_escalate(now, top=len(ladder)), 0
        async for row in self._pages(query):
            level = row.escalation_level + 1
            moment = row.due_at
            if row.last is not None:
                about = (row.kind, row.category, row.urgency)
                moment = self._deadlines.next_level_at(*about, level, row.last)
            if moment > now:
                continue
            due = on_record(row.due_at, self._deadlines.calendar.zone)
            reason = _ESCALATED.format(due=due, level=ladder[level - 1].name)
            deed = Escalate(level=level, reason=reason)

            claim = (ESCALATION, moment)
            done += await self._once(query, row.id, self._doing(row.id, deed), claim)
        return done

    async def _pages(self, query: Found) -> AsyncIterator[Row[*tuple[Any, ...]]]:
        last = 0
        while rows := await alarms.page_after(self._database, query, last):
            for row in rows:
                yield row
            last = rows[-1].id

    async def _once(
        self,
        query: Found,
        appeal_id: int,
        work: _Work,
        claim: tuple[str, datetime] | None = None,
    ) -> bool:
        """Do it if the appeal is still due and nobody else did; all in one transaction."""
        try:
            async with self._database.write() as session:
                if not await alarms.still(session, query, appeal_id):
                    return False
                if claim and not await alarms.claim(session, appeal_id, *claim, self._clock()):
                    return False
                await work(session)
        except AppealError as refused:
            # Somebody changed it since it was found; the next sweep looks again.
            log.info("appeal %d was left to the next sweep: %s", appeal_id, refused)
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Event:
    """A reminder or an alarm as the history keeps it."""

    appeal_id: int
    kind: str
    step: str
    due_at: datetime
    note: str


async def _next_sequence(session: AsyncSession, appeal_id: int) -> int:
    last = await session.scalar(
        select(func.max(AppealEventRow.sequence)).where(AppealEventRow.appeal_id == appeal_id)
    )
    return (last or 0) + 1
