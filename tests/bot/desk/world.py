"""A small world for desk tests: staff, residents who write, and what the gateway does to them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from PIL import Image
from redis.asyncio import Redis

from actions.appeals.casework import Casework
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from actions.likeness.assembly import Neighbours
from actions.turn import HandoffReason
from bot.appeals.herald import Herald
from bot.appeals.messages import ResidentMessages
from bot.conversations import deliveries, store
from bot.conversations.contract import Accepted, Inbound, MessageKind, Window
from bot.conversations.handoffs import Handoffs
from bot.conversations.live import DESK, Live, conversation_topic
from bot.conversations.media import MediaStore
from bot.conversations.tables import ConversationRow, HandoffRow, MessageRow, ResidentRow
from bot.desk.cases import Cases
from bot.desk.residents import Residents
from bot.desk.service import DeskServices
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import StaffGuard
from bot.staff.member import Role, StaffMember
from bot.staff.sessions import Sessions
from knowledge.places.repository import PlaceRepository
from knowledge.storage.database import Database

SECRET = "secret of the test"
PASSWORD = "long enough"
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class World:
    """The parts of the desk, and what residents do to them."""

    services: DeskServices
    cases: Cases
    herald: Herald
    database: Database
    accounts: StaffAccounts
    clock: Callable[[], datetime]
    outbox_rung: list[int] = field(default_factory=list)
    _told: int = 0

    @property
    def handoffs(self) -> Handoffs:
        return self.services.handoffs

    @property
    def appeals(self) -> Appeals:
        return self.services.appeals

    async def member(
        self,
        username: str,
        name: str,
        role: Role = Role.STAFF,
        party_id: int | None = None,
    ) -> StaffMember:
        return await self.accounts.create(username, name, role, PASSWORD, party_id)

    async def says(
        self,
        who: str,
        text: str,
        *,
        channel: str = "web",
        kind: MessageKind = "text",
        media_id: int | None = None,
        window: Window | None = None,
        **columns: Any,
    ) -> Accepted:
        """A resident writes; the message is stored as the gateway stores it, and handled."""
        self._told += 1
        inbound = Inbound(
            channel, who, f"{who}-{self._told}-{self.clock()}", kind, text, media_id, {}, window
        )
        async with self.database.write() as session:
            known = await session.run_sync(store.known_resident, channel, who)
            known = known or await session.run_sync(store.enrol, channel, who, self.clock())
            accepted = await session.run_sync(store.add_inbound, inbound, *known, self.clock())
            message = await session.get_one(MessageRow, accepted.message_id)
            message.delivery = store.HANDLED
            message.understanding = columns.pop("understanding", {})
            conversation = await session.get_one(ConversationRow, accepted.conversation_id)
            conversation.last_at = self.clock()
            resident = await session.get_one(ResidentRow, accepted.resident_id)
            for name, value in columns.items():
                setattr(resident, name, value)
        await self.tell(accepted.conversation_id, accepted.message_id)
        return accepted

    async def answered(self, accepted: Accepted, text: str, **facts: Any) -> int:
        """The assistant answers."""
        async with self.database.write() as session:
            resident = await session.get_one(ResidentRow, accepted.resident_id)
            row = deliveries.new_outgoing(
                accepted.conversation_id, resident.channel, text, self.clock(), **facts
            )
            session.add(row)
            await session.flush()
            return row.id

    async def asks_for_person(
        self,
        accepted: Accepted,
        reason: HandoffReason = HandoffReason.ASKED,
        priority: int = 0,
        detail: str = "",
    ) -> None:
        """The gateway puts the conversation into the queue."""
        async with self.database.write() as session:
            conversation = await session.get_one(ConversationRow, accepted.conversation_id)
            conversation.owner = "queue"
            conversation.version += 1
            session.add(
                HandoffRow(
                    conversation_id=conversation.id,
                    reason=reason,
                    detail=detail,
                    priority=priority,
                    asked_at=self.clock(),
                    note="",
                )
            )
        await self.tell(accepted.conversation_id)

    async def waits(self, who: str, text: str = "有人吗", **facts: Any) -> Accepted:
        """A resident writes and waits for a person."""
        asked = {name: facts.pop(name) for name in ("reason", "priority") if name in facts}
        accepted = await self.says(who, text, **facts)
        await self.asks_for_person(accepted, **asked)
        return accepted

    async def tell(self, conversation_id: int, message_id: int | None = None) -> None:
        live = self.services.live
        await live.publish(conversation_topic(conversation_id), "message", id=message_id)
        await live.publish(DESK, "queue", conversation_id=conversation_id)


def a_photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(out, "JPEG")
    return out.getvalue()


async def _no_encoder(_: str) -> None:
    """Likeness without vectors: words, place and time alone."""


@contextlib.asynccontextmanager
async def open_world(
    database_url: str, redis_url: str, media: Path, clock: Callable[[], datetime]
) -> AsyncIterator[World]:
    """Everything that a desk needs, on a migrated database."""
    database = Database(database_url)
    redis = Redis.from_url(redis_url)
    live = Live(redis)
    await live.start()
    while not live.connected:  # noqa: ASYNC110 (Live has no event for it)
        await asyncio.sleep(0.01)
    rung: list[int] = []
    deadlines = WorkingDeadlines(ZONE)
    handoffs = Handoffs(database, live, clock, lambda: rung.append(1))
    quick = PasswordHasher(time_cost=1, memory_cost=64)
    accounts = StaffAccounts(database, clock, quick, on_deactivate=handoffs.release_all)
    services = DeskServices(
        guard=StaffGuard(Sessions(accounts, SECRET, clock)),
        handoffs=handoffs,
        appeals=Appeals(database, clock, ZONE, deadlines),
        casework=Casework(database, clock, deadlines),
        residents=Residents(database),
        dispatch=Dispatch.on(database, clock),
        media=MediaStore(database, media, clock),
        live=live,
        clock=clock,
        zone=ZONE,
    )
    casework = services.casework
    neighbours = Neighbours.on(database, casework, deadlines, _no_encoder, clock)
    cases = Cases(services, neighbours, PlaceRepository(database), deadlines)
    residents = ResidentMessages(clock, deadlines.calendar)
    herald = Herald(database, residents, live, lambda: rung.append(1))
    try:
        yield World(services, cases, herald, database, accounts, clock, rung)
    finally:
        await live.stop()
        await redis.aclose()
        await database.close()
