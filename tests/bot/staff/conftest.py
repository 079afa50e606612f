"""A staff of three on a fresh database, a clock to turn, and the gateway's door."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import Depends, FastAPI

from bot.staff.accounts import StaffAccounts
from bot.staff.guard import OwnOriginOnly, StaffGuard
from bot.staff.member import Role, StaffMember
from bot.staff.routes import staff_router
from bot.staff.sessions import Sessions
from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Base, Database

PASSWORD = "long enough"
QUICK = PasswordHasher(time_cost=1, memory_cost=64)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'staff.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
async def accounts(database: Database, clock: Clock) -> StaffAccounts:
    accounts = StaffAccounts(database, clock, QUICK)
    await accounts.create("chen", "陈管理", Role.ADMIN, PASSWORD)
    await accounts.create("li", "李书记", Role.SECRETARY, PASSWORD)
    await accounts.create("wang", "王晓", Role.STAFF, PASSWORD)
    return accounts


@pytest.fixture
async def parties(database: Database) -> list[int]:
    """A property firm with its community's name, and a developer who works everywhere."""
    async with database.write() as session:
        community = CommunityRow(slug="jcyy", name="江城雅苑", kind="market", aliases=[])
        session.add(community)
        await session.flush()
        rows = [
            PartyRow(community_id=community.id, kind="property", name="绿城物业", handles=[], details={}),
            PartyRow(community_id=None, kind="developer", name="江城置业", handles=[], details={}),
        ]  # fmt: skip
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]


@pytest.fixture
def sessions(accounts: StaffAccounts, clock: Clock) -> Sessions:
    return Sessions(accounts, "a secret of the test", clock)


@pytest.fixture
def guard(sessions: Sessions) -> StaffGuard:
    return StaffGuard(sessions)


@pytest.fixture
async def browser(accounts: StaffAccounts, guard: StaffGuard) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_middleware(OwnOriginOnly, exempt=("/wechat",))
    app.include_router(staff_router(accounts, guard))
    may_publish = guard.require_role(Role.SECRETARY)

    @app.post("/publish")
    async def publish(member: StaffMember = Depends(may_publish)) -> str:
        return member.name

    @app.post("/wechat")
    async def wechat() -> str:
        return "success"

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield client


async def sign_in(
    browser: httpx.AsyncClient, username: str, password: str = PASSWORD, next_path: str = "/desk"
) -> httpx.Response:
    page = await browser.get("/signin", params={"next": next_path})
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    form = {"username": username, "password": password, "csrf": csrf, "next": next_path}
    return await browser.post("/signin", data=form)


async def csrf_of(browser: httpx.AsyncClient) -> dict[str, str]:
    return {"X-CSRF-Token": (await browser.get("/api/v1/me")).json()["csrf_token"]}
