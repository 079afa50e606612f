"""The outbox: sends what is stored, in order within a conversation, until it arrived or never can."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, exists, select, update
from sqlalchemy.orm import aliased

from bot.background import Background
from bot.conversations import deliveries
from bot.conversations.contract import NotNow, Recipient, Sender, Undeliverable
from bot.conversations.live import DESK, Live, conversation_topic
from bot.conversations.tables import ConversationRow, MessageRow, ResidentRow
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

MAX_TRIES = 8
# WeChat asks again for up to twenty seconds, and may still carry the reply itself.
HELD_AT_MOST = timedelta(seconds=25)


class Outbox(Background):
    """Delivers pending messages and rescues what was left behind."""

    name = "outbox"

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        live: Live,
        clock: Callable[[], datetime],
        has_work: asyncio.Event,
    ) -> None:
        self._database = database
        self._senders = senders
        self._live = live
        self._clock = clock
        self._has_work = has_work

    async def deliver_due(self) -> int:
        """Send every message that is due once; returns how many were tried."""
        tried = 0
        while due := await self._claim():
            await asyncio.gather(*(self._deliver(row, recipient) for row, recipient in due))
            tried += len(due)
        return tried

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_work.wait(), timeout=1.0)
            self._has_work.clear()
            try:
                now = self._clock()
                async with self._database.read() as session:
                    due = await session.scalar(select(exists().where(_due(now) | _stale(now))))
                if due:
                    await self._database.change(deliveries.rescue_held, now - HELD_AT_MOST, now)
                    await self.deliver_due()
            except Exception:
                # The loop must outlive a database that is away for a while.
                log.exception("outbox round failed, trying again")
                await asyncio.sleep(1)

    async def _claim(self) -> list[tuple[MessageRow, Recipient]]:
        now = self._clock()
        earlier = aliased(MessageRow)
        async with self._database.write() as session:
            rows = (
                await session.execute(
                    select(MessageRow, ResidentRow)
                    .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
                    .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                    .where(
                        _due(now),
                        ~exists().where(
                            earlier.conversation_id == MessageRow.conversation_id,
                            earlier.id < MessageRow.id,
                            earlier.delivery.in_(
                                [deliveries.PENDING, deliveries.SENDING, deliveries.HELD]
                            ),
                        ),
                    )
                    .order_by(MessageRow.id)
                    .limit(32)
                )
            ).all()
            claimed = []
            for message, resident in rows:
                result = await session.execute(
                    update(MessageRow)
                    .where(MessageRow.id == message.id, MessageRow.delivery == deliveries.PENDING)
                    .values(delivery=deliveries.SENDING, next_try_at=now + deliveries.LEASE)
                    .execution_options(synchronize_session=False)
                )
                assert isinstance(result, CursorResult)
                if result.rowcount:
                    recipient = Recipient(
                        resident.id,
                        resident.channel_user,
                        resident.window_until,
                        resident.window_left,
                    )
                    claimed.append((message, recipient))
            return claimed

    async def _deliver(self, message: MessageRow, recipient: Recipient) -> None:
        tries = message.tries + 1
        try:
            await self._senders[message.channel].send(recipient, deliveries.outgoing(message))
            outcome, error = deliveries.SENT, ""
        except NotNow as reason:
            outcome, error = deliveries.WAITING, str(reason)
            log.info("message %d waits until its resident writes: %s", message.id, reason)
        except Undeliverable as reason:
            outcome, error = deliveries.FAILED, str(reason)
            log.warning("message %d cannot be delivered: %s", message.id, reason)
        except Exception as problem:
            # A notice that cannot be sent for long is told when the resident writes.
            given_up = deliveries.WAITING if message.details.get("notice") else deliveries.FAILED
            outcome = given_up if tries >= MAX_TRIES else deliveries.PENDING
            error = "发送失败，正在重试" if outcome == deliveries.PENDING else "多次发送失败"
            log.warning("message %d not delivered (try %d): %r", message.id, tries, problem)
        async with self._database.write() as session:
            await session.execute(
                update(MessageRow)
                .where(MessageRow.id == message.id)
                .values(
                    delivery=outcome,
                    error=error,
                    tries=tries,
                    next_try_at=self._clock() + timedelta(seconds=min(2**tries, 300)),
                )
            )
            if outcome == deliveries.SENT:
                await session.execute(
                    update(ResidentRow)
                    .where(ResidentRow.id == recipient.resident_id, ResidentRow.window_left > 0)
                    .values(window_left=ResidentRow.window_left - 1)
                )
        await self._live.publish(
            conversation_topic(message.conversation_id), "delivery", id=message.id
        )
        if outcome == deliveries.FAILED:
            await self._live.publish(DESK, "failed", conversation_id=message.conversation_id)


def _due(now: datetime) -> ColumnElement[bool]:
    return (MessageRow.delivery == deliveries.PENDING) & (MessageRow.next_try_at <= now)


def _stale(now: datetime) -> ColumnElement[bool]:
    held = (MessageRow.delivery == deliveries.HELD) & (MessageRow.created_at < now - HELD_AT_MOST)
    lost = (MessageRow.delivery == deliveries.SENDING) & (MessageRow.next_try_at < now)
    return held | lost
