"""A real gateway with the office alone: `python -m tests.bot.office.server DATABASE PORT`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from nicegui import ui
from redis.asyncio import Redis

from bot.api.knowledge import knowledge_api
from bot.conversations.live import Live
from bot.office.editing import KnowledgeEditing
from bot.office.register import register_office
from bot.office.services import OfficeServices
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import OwnOriginOnly, StaffGuard
from bot.staff.member import Role
from bot.staff.routes import staff_router
from bot.staff.sessions import Sessions
from knowledge.entries.loader import load_entries
from knowledge.entries.repository import EntryRepository
from knowledge.search.decide import Decision, Kind
from knowledge.search.index import Hit
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Base, Database

PASSWORD = "long enough"


def now() -> datetime:
    return datetime.now(UTC)


def gateway(database_path: Path) -> FastAPI:
    """The composition root of the test."""
    database = Database(f"sqlite+aiosqlite:///{database_path}")
    entries = EntryRepository(database, now)
    accounts = StaffAccounts(database, now, PasswordHasher(time_cost=1, memory_cost=64))
    guard = StaffGuard(Sessions(accounts, "secret of the test", now))

    async def alike(text: str) -> Decision:
        """A stand-in for search: likeness of letters is enough for a look."""
        hits = [
            Hit(entry.id, entry.slug, entry.version, entry.content.title, likeness, question)
            for entry in await entries.published()
            for likeness, question in [
                max((SequenceMatcher(None, text, q).ratio(), q) for q in entry.content.questions)
            ]
        ]
        best = tuple(sorted(hits, key=lambda hit: -hit.confidence)[:5])
        sure = best[0].confidence if best else 0.0
        kind: Kind = "answer" if sure > 0.8 else "choices" if sure > 0.5 else "unknown"
        return Decision(kind, best)

    async def published() -> list[Indexed]:
        return [Indexed(*entry) for entry in await entries.published()]

    # By words alone: what is examined here is the door, not the encoder.
    search = KnowledgeSearch(published, entries.revision, None)
    live = Live(Redis.from_url("redis://127.0.0.1:1"))
    editing = KnowledgeEditing(entries, accounts, live, alike, search.rehearse)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await accounts.create("chen", "陈管理", Role.ADMIN, PASSWORD)
        await accounts.create("li", "李书记", Role.SECRETARY, PASSWORD)
        await accounts.create("wang", "王晓", Role.STAFF, PASSWORD)
        await entries.load_starter(load_entries(PROJECT_ROOT / "knowledge" / "content" / "entries"))
        await search.warm_up()
        for text, times in (("小区里能不能养鸡", 6), ("楼下广场舞几点要停", 3), ("哪里能修伞", 1)):
            for _ in range(times):
                await entries.record_miss(text, 1, 0.2)
        yield
        await database.close()

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(OwnOriginOnly)
    app.include_router(staff_router(accounts, guard))
    app.include_router(knowledge_api(editing, guard))
    register_office(OfficeServices(editing, guard, now, ZoneInfo("Asia/Shanghai")))
    ui.run_with(
        app,
        title="民呼我应",
        language="zh-CN",
        tailwind=False,
        storage_secret="secret of the test",
        show_welcome_message=False,
    )
    return app


if __name__ == "__main__":
    config = uvicorn.Config(gateway(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="warning")
    asyncio.run(uvicorn.Server(config).serve())
