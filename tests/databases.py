"""Real servers for tests, one set for each test process: PostgreSQL, SQLite files, Valkey."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import asyncpg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.supervisor.redis_server import find_server
from knowledge.storage.migrate import upgrade_url

TEMPLATE = "migrated"


class Clock:
    """Stands still until it is told to go on; called like the product's own clock."""

    def __init__(self, start: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def now(self) -> datetime:
        return self._now

    def forward(self, by: timedelta) -> None:
        self._now += by


class DatabaseHome(Protocol):
    """Where databases come from; each lives as long as one test."""

    def new(self) -> AbstractAsyncContextManager[str]:
        """The URL of a database with the newest schema and nothing in it."""
        ...

    def empty(self) -> AbstractAsyncContextManager[str]:
        """The URL of a database without tables."""
        ...


class SqliteFiles:
    """SQLite files in a folder, copied from one that is migrated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._migrated = folder / "migrated.db"
        upgrade_url(f"sqlite+aiosqlite:///{self._migrated}")

    @contextlib.asynccontextmanager
    async def new(self) -> AsyncIterator[str]:
        async with self.empty() as url:
            shutil.copy(self._migrated, url.removeprefix("sqlite+aiosqlite:///"))
            yield url

    @contextlib.asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        self._count += 1
        yield f"sqlite+aiosqlite:///{self._folder / f'test{self._count}.db'}"


class Postgres:
    """A PostgreSQL server on a unix socket, with a migrated database to copy from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    async def run(self, sql: str) -> None:
        connection = await asyncpg.connect(
            host=str(self._folder), user="postgres", database="postgres"
        )
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def new(self) -> AbstractAsyncContextManager[str]:
        return self._copy_of(TEMPLATE)

    def empty(self) -> AbstractAsyncContextManager[str]:
        return self._copy_of("template0")

    @contextlib.asynccontextmanager
    async def _copy_of(self, template: str) -> AsyncIterator[str]:
        self._count += 1
        name = f"test{self._count}"
        await self.run(f"create database {name} template {template} strategy file_copy")
        try:
            yield self.url(name)
        finally:
            await self.run(f"drop database {name} with (force)")


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server in a folder of its own; it keeps no promise to the disk and is soon forgotten."""
    folder = Path(tempfile.mkdtemp(prefix="minhu-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to serve root.
        shutil.chown(folder, "postgres", "postgres")
        user = ["runuser", "-u", "postgres", "--"]
    binaries, data = _postgres_binaries(), folder / "data"
    quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    place = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    start = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w"]
    try:
        _quietly(
            *user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        _quietly(*user, *start, "-o", f"{quick} {place} -c max_connections=200", "start")
        try:
            server = Postgres(folder)
            _quietly(*user, str(binaries / "createdb"), "-h", str(folder), TEMPLATE)
            upgrade_url(server.url(TEMPLATE))
            yield server
        finally:
            _quietly(*user, *start, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = found[-1] if found else Path(shutil.which("initdb") or "/nowhere/initdb")
    if not path.exists():
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql")
    return path.parent


def _quietly(*command: str) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


class Valkey:
    """A Valkey server on a unix socket, which a test may stop and start again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._folder / 'socket'}"

    def start(self) -> None:
        socket = str(self._folder / "socket")
        self._process = subprocess.Popen(
            [find_server(), "--port", "0", "--unixsocket", socket, "--save", ""],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        with redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client:
            while True:
                with contextlib.suppress(redis.RedisError):
                    client.ping()
                    return
                if self._process.poll() is not None:
                    raise RuntimeError("Valkey did not start")
                time.sleep(0.01)

    def freeze(self) -> None:
        """Keep the connections open and answer nothing."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)


@contextlib.contextmanager
def running_valkey() -> Iterator[Valkey]:
    # Not pytest's folder: the path of a unix socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="minhu-valkey-") as folder:
        server = Valkey(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
