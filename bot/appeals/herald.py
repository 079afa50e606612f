"""The herald (告知): tells of every event of every appeal, once, whichever process wrote it."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import reading
from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.tables import AppealEventRow, AppealNewsRow, AppealRow
from bot.appeals.messages import ResidentMessages
from bot.background import Background
from bot.conversations.live import DESK, Live, conversation_topic
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

# The topic of `Live` on which whoever changed an appeal says so: a wake-up, never the news itself.
APPEALS = "appeals"
LOOK_EVERY = 2.0
# SQLite has one writer: others get their turn between two handfuls.
_AT_ONCE = 4
_AGAIN_AFTER = 60.0
_LOCK = 0x4E57  # "NW"
_ANY = "SELECT 1 FROM appeal_news LIMIT 1"

# Hears of an event inside the transaction that takes its news away: it may write rows beside it,
# and never calls the network. Where it raises, nobody has been told and the event comes again.
Hear = Callable[[AsyncSession, AppealEvent, Appeal], Awaitable[None]]


class Herald(Background):
    """A task of the gateway; several gateways may run it, and any may die at any moment.

    The news of an event is a row. The messages that tell of it are stored in the transaction that
    deletes the row, so each is told once; the outbox brings them to their residents.
    """

    name = "herald"

    def __init__(
        self,
        database: Database,
        residents: ResidentMessages,
        live: Live,
        outbox_has_work: Callable[[], None],
        listeners: Sequence[Hear] = (),
    ) -> None:
        self.listeners = list(listeners)
        self._database = database
        self._residents = residents
        self._live = live
        self._outbox_has_work = outbox_has_work
        self._resting: dict[int, float] = {}

    async def tell_due(self) -> int:
        """Tell everything that is new; returns how many events that were."""
        done, last = 0, 0
        while True:
            told, conversations, last = await self._tell_some(last)
            done += told
            for conversation_id in conversations:
                await self._live.publish(conversation_topic(conversation_id), "message")
                await self._live.publish(DESK, "queue", conversation_id=conversation_id)
            if conversations:
                self._outbox_has_work()
            if not last:
                return done

    async def _run(self) -> None:
        async with self._live.subscribe(APPEALS) as woken:
            while True:
                try:
                    if await self._database.glance(_ANY):
                        await self.tell_due()
                except Exception:
                    # The herald must outlive a database that is away for a while.
                    log.exception("the herald failed, trying again")
                await woken.next(LOOK_EVERY)

    async def _tell_some(self, after: int) -> tuple[int, list[int], int]:
        """(events told, conversations with new messages, the last event looked at; 0: no more)."""
        told, conversations = 0, list[int]()
        async with self._database.write() as session:
            if not await self._is_our_turn(session):
                return 0, [], 0
            query = select(AppealNewsRow.event_id).where(AppealNewsRow.event_id > after)
            due = list(
                await session.scalars(query.order_by(AppealNewsRow.event_id).limit(_AT_ONCE))
            )
            for event_id in due:
                if self._resting.get(event_id, 0.0) > time.monotonic():
                    continue
                try:
                    # What one event does wrong must not keep the others from being told.
                    async with session.begin_nested():
                        conversations += await self._tell(session, event_id)
                except Exception:
                    self._resting[event_id] = time.monotonic() + _AGAIN_AFTER
                    log.exception("event %d could not be told, trying again later", event_id)
                else:
                    self._resting.pop(event_id, None)
                    told += 1
        return told, conversations, due[-1] if len(due) == _AT_ONCE else 0

    async def _is_our_turn(self, session: AsyncSession) -> bool:
        """One herald at a time, so that what happened first is told first."""
        if self._database.is_sqlite:
            return True
        return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))

    async def _tell(self, session: AsyncSession, event_id: int) -> list[int]:
        row = await session.get_one(AppealEventRow, event_id)
        event = AppealEvent.model_validate(row, from_attributes=True)
        appeal = await reading.one(session, AppealRow.id == row.appeal_id)
        told = await self._residents.write(session, event, appeal)
        for hear in self.listeners:
            await hear(session, event, appeal)
        await session.execute(delete(AppealNewsRow).where(AppealNewsRow.event_id == event_id))
        return told
