"""A real gateway as a process of its own, and a real browser."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, async_playwright

from knowledge.storage.database import Base, Database
from tests.bot.desk.world import World, open_world
from tests.browser import CHROMIUM, FLAGS
from tests.databases import Valkey


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def database_url(tmp_path: Path) -> str:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'minhu.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await database.close()
    return str(database.engine.url)


@pytest.fixture
async def world(database_url: str, valkey: Valkey, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(database_url, valkey.url, tmp_path / "media", utc_now) as world:
        yield world


@pytest.fixture
def address(world: World, database_url: str, valkey: Valkey, tmp_path: Path) -> Iterator[str]:
    """The gateway as a process of its own."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [database_url, valkey.url, str(tmp_path / "media"), str(port)]
    process = subprocess.Popen([sys.executable, "-m", "tests.bot.desk.server", *command])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/signin")
                break
            assert process.poll() is None
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
