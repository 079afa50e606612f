"""A gateway as tests see it: the real parts, and a resident who writes to it."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import select

from bot.conversations.contract import Accepted, Inbound, MessageKind, Outgoing, Recipient
from bot.conversations.handling import Conversations
from bot.conversations.live import Live
from bot.conversations.outbox import Outbox
from bot.conversations.tables import ConversationRow, HandoffRow, MessageRow, ResidentRow
from knowledge.storage.database import Database

_KEYS = itertools.count(1)


class Phone:
    """A channel's sender: keeps what arrived, or refuses as it is told."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.trouble: list[Exception] = []
        self.seconds = 0.0

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.arrived]

    async def send(self, recipient: Recipient, outgoing: Outgoing) -> None:
        await asyncio.sleep(self.seconds)
        if self.trouble:
            raise self.trouble.pop(0)
        self.arrived.append((recipient.channel_user, outgoing.text))


@dataclass
class Gateway:
    """One gateway process."""

    conversations: Conversations
    outbox: Outbox
    database: Database
    live: Live
    redis: Redis
    phone: Phone = field(default_factory=Phone)

    async def accept(
        self,
        text: str,
        who: str = "li",
        *,
        key: str = "",
        channel: str = "wechat",
        kind: MessageKind = "text",
        **more: Any,
    ) -> Accepted:
        key = key or f"m{next(_KEYS)}"
        return await self.conversations.accept(Inbound(channel, who, key, kind, text, **more))

    async def say(self, text: str, who: str = "li", **more: Any) -> list[Outgoing]:
        """Write a message and read the replies."""
        return await self.conversations.replies_to(await self.accept(text, who, **more))

    async def hears(self, text: str, who: str = "li", **more: Any) -> list[str]:
        """The texts of the replies, as the channel's own answer carries them."""
        replies = await self.say(text, who, **more)
        await self.conversations.take_passive([reply.message_id for reply in replies])
        return texts(replies)

    async def stored(self, direction: str = "in") -> Sequence[MessageRow]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(MessageRow).where(MessageRow.direction == direction).order_by(MessageRow.id)
            )
            return rows.all()

    async def deliveries(self) -> list[str]:
        return [row.delivery for row in await self.stored("out")]

    async def conversation(self, who: str = "li") -> ConversationRow:
        async with self.database.read() as session:
            row = await session.scalar(
                select(ConversationRow)
                .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                .where(ResidentRow.channel_user == who)
            )
        assert row is not None
        return row

    async def handoffs(self) -> Sequence[HandoffRow]:
        async with self.database.read() as session:
            return (await session.scalars(select(HandoffRow).order_by(HandoffRow.id))).all()

    async def change(self, who: str = "li", **columns: Any) -> None:
        """Change a conversation behind the gateway's back, as staff do."""
        async with self.database.write() as session:
            row = await session.get_one(ConversationRow, (await self.conversation(who)).id)
            for name, value in columns.items():
                setattr(row, name, value)

    async def close(self) -> None:
        await self.outbox.stop()
        await self.conversations.close()
        await self.live.stop()
        await self.redis.aclose()
        await self.database.close()


def texts(replies: Sequence[Outgoing]) -> list[str]:
    return [reply.text for reply in replies]


async def until(check: Any, seconds: float = 5.0) -> None:
    """Wait until something that another task does has happened."""
    async with asyncio.timeout(seconds):
        while not await check():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


MINUTE = timedelta(minutes=1)
