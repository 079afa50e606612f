"""Every desk test gets a world of its own, on each kind of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.staff.member import StaffMember
from tests.bot.desk.world import World, open_world
from tests.databases import Clock, Valkey


@pytest.fixture
async def world(
    database_url: str, valkey: Valkey, tmp_path: Path, clock: Clock
) -> AsyncIterator[World]:
    async with open_world(database_url, valkey.url, tmp_path / "media", clock) as world:
        yield world


@pytest.fixture
async def wang(world: World) -> StaffMember:
    return await world.member("wang", "王芳")


@pytest.fixture
async def li(world: World) -> StaffMember:
    return await world.member("li", "李强")
