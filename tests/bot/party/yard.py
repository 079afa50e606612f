"""A yard with its parties: a property firm, a street office, a stranger, and who works for them."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from PIL import Image, ImageDraw
from redis.asyncio import Redis

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from bot.conversations.live import Live
from bot.conversations.media import MediaStore
from bot.conversations.tables import ResidentRow
from bot.party.api import work_api
from bot.party.page import work_pages
from bot.party.work import PartyWork
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import CSRF_HEADER, OwnOriginOnly, StaffGuard
from bot.staff.member import Role, StaffMember
from bot.staff.routes import staff_router
from bot.staff.sessions import COOKIE, Sessions
from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Database

PASSWORD = "long enough"
SECRET = "secret of the test"
ZONE = ZoneInfo("Asia/Shanghai")
STAFF = Actor(By.STAFF, "王芳（wang）")
PARTIES = {
    "property": "江城雅苑物业",
    "street": "江城街道办事处",
    "developer": "江城置业",
}


@dataclass
class Yard:
    """The parts of the parties' page, and what residents and staff do to them."""

    database: Database
    accounts: StaffAccounts
    guard: StaffGuard
    appeals: Appeals
    casework: Casework
    media: MediaStore
    app: FastAPI
    community_id: int
    # By their kind: property, street, developer.
    parties: dict[str, int]
    residents: int = 0

    async def member(self, username: str, name: str, kind: str = "property") -> StaffMember:
        """Somebody who works for a party."""
        party_id = self.parties[kind]
        return await self.accounts.create(username, name, Role.PARTY, PASSWORD, party_id)

    @contextlib.asynccontextmanager
    async def client(self, member: StaffMember) -> AsyncIterator[httpx.AsyncClient]:
        """A signed-in phone."""
        cookie = self.guard.sessions.issue(member)
        headers = {CSRF_HEADER: self.guard.sessions.csrf_token(cookie)}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://yard.test", headers=headers
        ) as client:
            client.cookies.set(COOKIE, cookie)
            yield client

    async def resident(self, name: str = "") -> int:
        self.residents += 1
        row = ResidentRow(
            channel="wechat",
            channel_user=f"oOpenIdOfResident{self.residents}",
            name=name,
            created_at=datetime.now(ZONE),
        )
        async with self.database.write() as session:
            session.add(row)
        return row.id

    async def filed(self, content: str = "", **facts: Any) -> Appeal:
        """Somebody files an appeal, which goes to the property firm unless `facts` say otherwise."""
        plain = {
            "channel": "wechat",
            "content": content or "3栋2单元的门锁坏了，谁都能进来，晚上不敢下楼",
            "category": "门禁",
            "community_id": self.community_id,
            "building": "3栋",
            "unit": "2",
            "room": "501",
            "phone": "13800138000",
            "contact_name": "赵桂兰",
            "lead_party_id": self.parties["property"],
        }
        resident_id = facts.pop("resident_id", None) or await self.resident()
        filing = Filing.model_validate({"resident_id": resident_id, **plain, **facts})
        return await self.appeals.file(filing)

    async def does(self, appeal: Appeal, deed: Deed, actor: Actor = STAFF) -> Appeal:
        return await self.casework.act(appeal.id, deed, actor)

    async def photo(self, colour: str = "#7d6a4a", label: str = "") -> int:
        return await self.media.save(a_photo(colour, label), "image/jpeg")

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """The address of the yard on a port of its own."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        config = uvicorn.Config(self.app, port=port, log_level="warning", lifespan="off")
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve())
        while not (server.started or serving.done()):  # noqa: ASYNC110 (uvicorn has no event)
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await serving


def a_photo(colour: str = "#7d6a4a", label: str = "") -> bytes:
    picture = Image.new("RGB", (640, 480), colour)
    ImageDraw.Draw(picture).rectangle(
        (220, 140, 420, 400), fill="#e8e2d2", outline="#333333", width=8
    )
    ImageDraw.Draw(picture).text((20, 20), label, fill="white")
    out = BytesIO()
    picture.save(out, "JPEG", exif=_made_somewhere())
    return out.getvalue()


def _made_somewhere() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    return exif


@contextlib.asynccontextmanager
async def open_yard(
    database_url: str, folder: Path, clock: Callable[[], datetime]
) -> AsyncIterator[Yard]:
    """Everything that the parties' page needs, on a migrated database."""
    database = Database(database_url)
    deadlines = WorkingDeadlines(ZONE)
    accounts = StaffAccounts(database, clock, PasswordHasher(time_cost=1, memory_cost=64))
    guard = StaffGuard(Sessions(accounts, SECRET, clock))
    appeals = Appeals(database, clock, ZONE, deadlines)
    casework = Casework(database, clock, deadlines)
    media = MediaStore(database, folder)
    # Never connected: events stay in this process, as when Redis is away.
    redis = Redis.from_url("redis://127.0.0.1:1")
    work = PartyWork(database, appeals, casework, media, Live(redis), clock, deadlines.calendar)
    app = FastAPI()
    app.add_middleware(OwnOriginOnly)
    app.include_router(staff_router(accounts, guard))
    app.include_router(work_api(work, guard, SECRET))
    app.include_router(work_pages(work, guard))
    async with database.write() as session:
        community = CommunityRow(slug="jcyy", name="江城雅苑", kind="market", aliases=[])
        session.add(community)
        await session.flush()
        rows = {
            kind: PartyRow(community_id=community.id, kind=kind, name=name, handles=[], details={})
            for kind, name in PARTIES.items()
        }
        session.add_all(rows.values())
        await session.flush()
        parties = {kind: row.id for kind, row in rows.items()}
    try:
        yield Yard(database, accounts, guard, appeals, casework, media, app, community.id, parties)
    finally:
        await redis.aclose()
        await database.close()
