"""What every test may ask for: both databases, a Redis, a clock that stands still."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from knowledge.storage.database import Database
from tests.databases import (
    Clock,
    DatabaseHome,
    Postgres,
    SqliteFiles,
    Valkey,
    running_postgres,
    running_valkey,
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def home_of_databases(request: pytest.FixtureRequest) -> DatabaseHome:
    """Each test that asks for a database runs on both kinds."""
    kind = "sqlite_files" if request.param == "sqlite" else "postgres"
    home: DatabaseHome = request.getfixturevalue(kind)
    return home


@pytest.fixture
async def database_url(home_of_databases: DatabaseHome) -> AsyncIterator[str]:
    """A migrated, empty database; for tests that need more than one `Database` on it."""
    async with home_of_databases.new() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    """A connection to this test process's own server, emptied before the test."""
    client = Redis.from_url(valkey.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def clock() -> Clock:
    return Clock()
