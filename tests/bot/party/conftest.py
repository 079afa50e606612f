"""A yard for each test, and a repairman's phone before it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.staff.member import StaffMember
from tests.bot.party.yard import Yard, open_yard
from tests.databases import Clock


@pytest.fixture
async def yard(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Yard]:
    async with open_yard(database_url, tmp_path / "media", clock) as yard:
        yield yard


@pytest.fixture
async def zhang(yard: Yard) -> StaffMember:
    """The property firm's repairman."""
    return await yard.member("zhang", "张师傅")


@pytest.fixture
async def phone(yard: Yard, zhang: StaffMember) -> AsyncIterator[httpx.AsyncClient]:
    async with yard.client(zhang) as client:
        yield client


@pytest.fixture
async def helper(yard: Yard) -> AsyncIterator[httpx.AsyncClient]:
    """The phone of somebody at the street office."""
    async with yard.client(await yard.member("qian", "钱干事", "street")) as client:
        yield client
