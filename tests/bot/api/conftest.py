"""A gateway with the interfaces for other systems, and clients of each role before it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from actions.appeals.appeal import Appeal, Filing
from actions.clock.deadlines import WorkingDeadlines
from actions.likeness.assembly import Neighbours
from actions.metrics.rates import Rates
from bot.api.appeals import appeals_api
from bot.api.exchange import exchange_api
from bot.api.likeness import likeness_api
from bot.api.rates import rates_api
from bot.api.webhooks import webhooks_api
from bot.exchange.importing import Importer
from bot.exchange.writing import Exports
from bot.staff.guard import CSRF_HEADER
from bot.staff.member import Role, StaffMember
from bot.staff.sessions import COOKIE
from bot.webhooks.registry import Webhooks
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from tests.bot.desk.world import ZONE, World, open_world
from tests.databases import Clock, Valkey

STAFF = (Role.STAFF, Role.SECRETARY, Role.ADMIN)


@dataclass
class Gateway:
    """The desk's world with a door for programs."""

    world: World
    app: FastAPI
    neighbours: Neighbours
    members: dict[Role, StaffMember]

    @contextlib.asynccontextmanager
    async def client(self, role: Role | None) -> AsyncIterator[httpx.AsyncClient]:
        """A program of this role; None for a stranger."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            if role is not None:
                sessions = self.world.services.guard.sessions
                cookie = sessions.issue(self.members[role])
                client.cookies.set(COOKIE, cookie)
                client.headers[CSRF_HEADER] = sessions.csrf_token(cookie)
            yield client

    async def filed(self, who: str = "he", **facts: object) -> Appeal:
        """Somebody who has a conversation files an appeal about a lift."""
        accepted = await self.world.says(who, "电梯坏了")
        plain = {
            "resident_id": accepted.resident_id, "conversation_id": accepted.conversation_id,
            "channel": "web", "content": "江城雅苑3栋电梯坏了", "category": "电梯",
            "community_id": 1, "building": "3栋", "lead_party_id": 1,
        }  # fmt: skip
        return await self.world.appeals.file(Filing.model_validate({**plain, **facts}))


@pytest.fixture
async def gateway(
    database_url: str, valkey: Valkey, tmp_path: Path, clock: Clock
) -> AsyncIterator[Gateway]:
    async with open_world(database_url, valkey.url, tmp_path / "media", clock) as world:
        database, services, guard = world.database, world.services, world.services.guard
        await PlaceRepository(database).load(
            load_places(PROJECT_ROOT / "knowledge" / "content" / "places")
        )

        async def no_encoder(_text: str) -> None:
            return None

        neighbours = Neighbours.on(
            database, services.casework, WorkingDeadlines(ZONE), no_encoder, clock
        )
        importer = Importer(database, world.appeals, services.dispatch, clock)
        app = FastAPI()
        for router in (
            exchange_api(Exports(database, clock, ZONE), importer, guard),
            likeness_api(neighbours, guard, services.live),
            rates_api(Rates(database), guard, clock, ZONE),
            webhooks_api(Webhooks(database, clock), guard),
            appeals_api(services),
        ):
            app.include_router(router)
        members = {role: await world.member(role.value, role.label, role, 1) for role in STAFF}
        yield Gateway(world, app, neighbours, members)


@pytest.fixture
async def staff(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway.client(Role.STAFF) as client:
        yield client


@pytest.fixture
async def secretary(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway.client(Role.SECRETARY) as client:
        yield client


@pytest.fixture
async def admin(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway.client(Role.ADMIN) as client:
        yield client
