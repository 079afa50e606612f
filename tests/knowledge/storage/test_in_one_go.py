"""Transactions that run as one function: kept or thrown away whole, and never in anybody's way."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from knowledge.places.tables import CommunityRow
from knowledge.storage import in_one_go
from knowledge.storage.database import Database


def add(session: Session, slug: str) -> str:
    session.add(CommunityRow(slug=slug, name=slug, kind="old_street", aliases=[]))
    session.flush()
    return slug


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CommunityRow)) or 0


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as a second process sees it."""
    other = Database(database_url)
    yield other
    await other.close()


async def test_a_change_is_kept_and_a_failed_one_leaves_nothing(database: Database) -> None:
    def half_way(session: Session) -> None:
        add(session, "b")
        raise RuntimeError("half-way")

    assert await database.change(add, "a") == "a"
    with pytest.raises(RuntimeError):
        await database.change(half_way)
    assert await database.look(count) == 1


async def test_what_is_changed_in_a_look_is_thrown_away(database: Database) -> None:
    await database.look(add, "a")
    assert await database.look(count) == 0


async def test_a_change_waits_for_another_process_without_stopping_this_one(
    database: Database, other: Database
) -> None:
    async with other.write() as session:
        await session.run_sync(add, "a")
        waiting = asyncio.create_task(database.change(add, "b"))
        # The event loop goes on, and readers read, while the change waits for its turn.
        for _ in range(5):
            await asyncio.sleep(0.01)
            seen = await database.look(count)
            assert seen == 0 or not database.is_sqlite
        assert waiting.done() is not database.is_sqlite
    assert await waiting == "b"
    assert await database.look(count) == 2


async def test_many_changes_from_two_processes_all_succeed(
    database: Database, other: Database
) -> None:
    writers = [database, other] * 20
    await asyncio.gather(*(w.change(add, f"c{n}") for n, w in enumerate(writers)))
    assert await database.look(count) == 40


async def test_the_write_ahead_log_does_not_grow_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        return
    monkeypatch.setattr(in_one_go, "_WRITES_BETWEEN_CHECKPOINTS", 5)
    path = database.engine.url.database
    for number in range(400):
        await database.change(add, f"c{number}")
    async with database.read() as session:
        _, pages, moved = (await session.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))).one()
    assert path and pages == moved
    # Without checkpoints 400 writes would have left some 2,000 pages in it.
    assert pages < 1000
