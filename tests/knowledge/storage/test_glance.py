"""A glance sees every commit, in whatever process, and outlives what breaks its connection."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from knowledge.entries.entry import EntryContent
from knowledge.entries.repository import EntryRepository
from knowledge.storage.database import Database
from tests.databases import Postgres

NUMBER = "SELECT number FROM knowledge_revision"
CONTENT = EntryContent(
    title="高龄津贴",
    topic="养老助残",
    questions=["高龄津贴怎么领"],
    answer="年满八十周岁可以到社区申请。",
    checked_on=date(2026, 11, 1),
)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as a second process sees it."""
    other = Database(database_url)
    yield other
    await other.close()


def now() -> datetime:
    return datetime.now(UTC)


async def test_the_next_glance_sees_what_another_process_published(
    database: Database, other: Database
) -> None:
    here, there = EntryRepository(database, now), EntryRepository(other, now)
    seen = [await here.revision()]
    for _ in range(3):
        entry = await there.create_draft(CONTENT, "李")
        assert await here.revision() == seen[-1]
        entry = await there.publish(entry.id, "李")
        seen.append(await here.revision())
        await there.retire(entry.id, "李")
        seen.append(await here.revision())
    assert seen == [0, 1, 2, 3, 4, 5, 6]


async def test_what_is_not_committed_is_not_seen(database: Database, other: Database) -> None:
    async with other.write() as session:
        await session.execute(text("UPDATE knowledge_revision SET number = 7"))
        assert await database.glance(NUMBER) == 0
    assert await database.glance(NUMBER) == 7


async def test_many_glances_at_once_all_answer(database: Database) -> None:
    assert await asyncio.gather(*(database.glance(NUMBER) for _ in range(20))) == [0] * 20


async def test_a_glance_at_nothing_is_none_and_a_wrong_one_raises(database: Database) -> None:
    assert await database.glance(f"{NUMBER} WHERE id = 9") is None
    with pytest.raises(DBAPIError):
        await database.glance("SELECT number FROM nowhere")
    assert await database.glance(NUMBER) == 0


async def test_publications_at_once_are_all_counted(database: Database, other: Database) -> None:
    homes = [EntryRepository(database, now), EntryRepository(other, now)]
    drafts = [await homes[0].create_draft(CONTENT, "李") for _ in range(6)]
    await asyncio.gather(
        *(homes[number % 2].publish(draft.id, "李") for number, draft in enumerate(drafts))
    )
    assert await homes[1].revision() == 6


async def test_a_server_that_dropped_the_kept_connection_is_asked_anew(postgres: Postgres) -> None:
    async with postgres.new() as url:
        database = Database(url)
        assert await database.glance(NUMBER) == 0
        await postgres.run(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        assert [await database.glance(NUMBER) for _ in range(3)] == [0, 0, 0]
        await database.close()
