"""A village for the herald's tests: residents who write, a party, and heralds beside each other."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy import func, select

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.record import Record
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealNewsRow
from actions.clock.deadlines import WorkingDeadlines
from actions.likeness.joining import Household, Joining
from bot.appeals.herald import Hear, Herald
from bot.appeals.messages import ResidentMessages
from bot.conversations import store
from bot.conversations.live import Live
from bot.conversations.tables import ConversationRow, MessageRow, ResidentRow
from knowledge.storage.database import Database
from tests.databases import Clock

ZONE = ZoneInfo("Asia/Shanghai")
STAFF = Actor(By.STAFF, "王芳（wang）")
SECRETARY = Actor(By.SECRETARY, "李书记（li）")
PUBLIC_URL = "https://shequ.example"


@dataclass
class Village:
    """It is Tuesday, 24 November 2026, 10:00 on the residents' clock."""

    url: str
    database: Database
    clock: Clock
    party_id: int
    other_id: int
    rung: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deadlines = WorkingDeadlines(ZONE)
        self.casework = Casework(self.database, self.clock, self.deadlines)
        self.appeals = Appeals(self.database, self.clock, ZONE, self.deadlines)
        record = Record(self.clock, self.deadlines)
        self.joining = Joining(self.database, self.casework, record)
        # Never connected: events stay in this process, as when Redis is away.
        self.live = Live(Redis.from_url("redis://127.0.0.1:1"))

    @property
    def master(self) -> Actor:
        return Actor(By.PARTY, "张师傅（zhang）", party_id=self.party_id)

    def herald(self, *listeners: Hear, database: Database | None = None) -> Herald:
        """A herald as each gateway process has one."""
        residents = ResidentMessages(self.clock, self.deadlines.calendar, PUBLIC_URL)
        return Herald(
            database or self.database,
            residents,
            self.live,
            lambda: self.rung.append(1),
            listeners,
        )

    async def resident(self, name: str, channel: str = "web", **columns: Any) -> int:
        async with self.database.write() as session:
            known = await session.run_sync(store.known_resident, channel, name)
            known = known or await session.run_sync(store.enrol, channel, name, self.clock())
            row = await session.get_one(ResidentRow, known[0])
            for column, value in columns.items():
                setattr(row, column, value)
        return known[0]

    async def filed(self, resident_id: int, actor: str = "resident", **facts: Any) -> Appeal:
        """An appeal that is with the property firm at once."""
        plain = {"channel": "web", "content": "3栋电梯坏了，老人下不了楼", "category": "电梯"}
        given = {"resident_id": resident_id, "lead_party_id": self.party_id, "building": "3栋"}
        return await self.appeals.file(Filing.model_validate({**plain, **given, **facts}), actor)

    async def act(self, appeal: Appeal, deed: Deed, actor: Actor = STAFF) -> Appeal:
        return await self.casework.act(appeal.id, deed, actor)

    async def joins(self, appeal: Appeal, resident_id: int) -> None:
        await self.joining.join(appeal.id, Household(resident_id))

    async def told(self, resident_id: int) -> list[str]:
        """What a resident has been told, the oldest first."""
        return [row.text for row in await self.messages(resident_id)]

    async def messages(self, resident_id: int) -> list[MessageRow]:
        query = (
            select(MessageRow)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(ConversationRow.resident_id == resident_id, MessageRow.direction == "out")
            .order_by(MessageRow.id)
        )
        async with self.database.read() as session:
            return list(await session.scalars(query))

    async def news(self) -> int:
        """How many events wait to be told."""
        async with self.database.read() as session:
            return int(await session.scalar(select(func.count(AppealNewsRow.event_id))) or 0)

    async def remembers(self, resident_id: int, **memory: Any) -> None:
        """Give the resident's conversation a memory, as a turn of the bot leaves one."""
        async with self.database.write() as session:
            query = select(ConversationRow).where(ConversationRow.resident_id == resident_id)
            row = (await session.scalars(query)).one()
            row.memory, row.last_at = {**row.memory, **memory}, self.clock()

    async def memory(self, resident_id: int) -> dict[str, Any]:
        query = select(ConversationRow.memory).where(ConversationRow.resident_id == resident_id)
        async with self.database.read() as session:
            return dict((await session.scalars(query)).one())
