"""Every door of the gateway: a party's person finds all closed but those of their own page."""

import asyncio
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import nicegui
import pytest
from fastapi import FastAPI
from nicegui import core
from starlette.routing import BaseRoute, Route

from bot.app import build_app
from bot.parts import Parts, build_parts
from bot.settings import GatewaySettings
from bot.staff.guard import CSRF_HEADER, NOT_ALLOWED
from bot.staff.member import Role, StaffMember
from bot.staff.sessions import COOKIE
from knowledge.places.tables import PartyRow
from knowledge.storage.migrate import upgrade_url

OWN = ("/work", "/api/v1/work", "/api/v1/me", "/signin", "/signout")
PASSWORD = "long enough"


@dataclass(frozen=True)
class Answer:
    """What somebody got at a door."""

    status: int
    location: str
    text: str

    @property
    def leads_to_sign_in(self) -> bool:
        return self.location.startswith("/signin")


@dataclass(frozen=True)
class Door:
    """One route, as a stranger and as a party's person find it."""

    method: str
    path: str
    stranger: Answer
    party: Answer

    @property
    def is_own(self) -> bool:
        return any(self.path == own or self.path.startswith(f"{own}/") for own in OWN)

    @property
    def is_guarded(self) -> bool:
        return self.stranger.status == 401 or self.stranger.leads_to_sign_in

    @property
    def is_closed(self) -> bool:
        refused = self.party.status == 403 and NOT_ALLOWED in self.party.text
        return refused or self.party.leads_to_sign_in


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Door]]:
    """All of them, tried once: the gateway can be built only once in a process."""
    folder = tmp_path_factory.mktemp("gateway")
    url = f"sqlite+aiosqlite:///{folder / 'gateway.db'}"
    upgrade_url(url)
    yield asyncio.run(_tried(url, folder))
    shutil.rmtree(folder)


async def _tried(url: str, folder: Path) -> list[Door]:
    redis = "redis://127.0.0.1:1"
    parts = build_parts(GatewaySettings(database_url=url, data_dir=folder, redis_url=redis))
    app = build_app(parts)
    # NiceGUI learns of it at its start, which the rest of the gateway does not need here.
    core.loop = asyncio.get_running_loop()
    try:
        zhang = await _repairman(parts)
        async with _visitor(app) as stranger, _visitor(app) as party:
            cookie = parts.guard.sessions.issue(zhang)
            party.cookies.set(COOKIE, cookie)
            party.headers[CSRF_HEADER] = parts.guard.sessions.csrf_token(cookie)
            return [
                Door(
                    method,
                    path,
                    await _try(stranger, method, path),
                    await _try(party, method, path),
                )
                for method, path in _addresses(app)
            ]
    finally:
        core.loop = None
        await parts.database.close()
        await parts.redis.aclose()


async def _repairman(parts: Parts) -> StaffMember:
    party = PartyRow(kind="property", name="江城雅苑物业", handles=[], details={})
    async with parts.database.write() as session:
        session.add(party)
    return await parts.accounts.create("zhang", "张师傅", Role.PARTY, PASSWORD, party.id)


def _visitor(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test")


def _addresses(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in [*_flat(app.routes), *_flat(nicegui.app.routes)]:
        # What NiceGUI serves for itself are its scripts.
        if isinstance(route, Route) and "_nicegui" not in route.path:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, re.sub(r"\{[^}]+\}", "1", route.path)


def _flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """FastAPI keeps an included router as one route."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from _flat(inner.routes) if inner else (route,)


async def _try(client: httpx.AsyncClient, method: str, path: str) -> Answer:
    answer = await client.request(method, path)
    return Answer(answer.status_code, answer.headers.get("location", ""), answer.text[:200])


def test_a_party_opens_nothing_of_desk_and_office(doors: list[Door]) -> None:
    guarded = [door for door in doors if door.is_guarded and not door.is_own]
    assert [door for door in guarded if not door.is_closed] == []
    paths = {door.path for door in guarded}
    assert {"/desk", "/desk/appeals", "/office", "/office/staff", "/api/v1/staff"} <= paths
    assert {"/api/v1/appeals", "/api/v1/appeals/1/deeds", "/api/v1/webhooks"} <= paths
    assert len(guarded) > 50


def test_where_no_guard_stands_a_party_gets_what_everybody_gets(doors: list[Door]) -> None:
    public = [door for door in doors if not door.is_guarded and not door.is_own]
    assert [door for door in public if door.party.status != door.stranger.status] == []
    assert [door for door in public if door.path.startswith(("/desk", "/office"))] == []


def test_no_interface_is_open_to_strangers(doors: list[Door]) -> None:
    interfaces = [door for door in doors if door.path.startswith("/api/v1")]
    assert [door for door in interfaces if door.stranger.status != 401] == []


def test_a_partys_own_page_is_open_to_it(doors: list[Door]) -> None:
    own = {door.path: door for door in doors if door.is_own and door.method == "GET"}
    assert own["/work"].party.status == own["/api/v1/work"].party.status == 200
    assert own["/work"].stranger.leads_to_sign_in
    assert own["/api/v1/work"].stranger.status == 401
    assert own["/signin"].party.location == "/work"
