"""Reading, writing, two writers at once, and a server that comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.conversations.tables import MediaRow
from knowledge.places.tables import CommunityRow, GridRow
from knowledge.storage.database import Database
from tests.databases import Postgres


def community(slug: str) -> CommunityRow:
    return CommunityRow(slug=slug, name=slug, kind="old_street", aliases=["青山"])


async def names(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(CommunityRow.slug).order_by(CommunityRow.slug)))


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as a second process sees it."""
    other = Database(database_url)
    yield other
    await other.close()


async def test_a_write_is_kept_and_a_failed_one_leaves_nothing(database: Database) -> None:
    async with database.write() as session:
        session.add(community("a"))
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            session.add(community("b"))
            await session.flush()
            raise RuntimeError("half-way")
    assert await names(database) == ["a"]


async def test_what_is_changed_in_a_read_is_thrown_away(database: Database) -> None:
    async with database.read() as session:
        session.add(community("a"))
        await session.flush()
    assert await names(database) == []


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(GridRow(community_id=77, name="nowhere", worker=""))


async def test_two_writers_at_once_both_succeed(database: Database, other: Database) -> None:
    async with database.write() as session:
        session.add(community("counter"))

    async def add_one(writer: Database) -> None:
        async with writer.write() as session:
            row = await session.scalar(
                select(CommunityRow).where(CommunityRow.slug == "counter").with_for_update()
            )
            assert row is not None
            await asyncio.sleep(0.002)
            row.aliases = [*row.aliases, "x"]

    await asyncio.gather(*(add_one(writer) for writer in [database, other] * 10))
    async with database.read() as session:
        row = await session.scalar(select(CommunityRow))
    assert row is not None and row.aliases.count("x") == 20


async def test_readers_go_on_while_somebody_writes(database: Database, other: Database) -> None:
    async with database.write() as session:
        session.add(community("a"))
        await session.flush()
        assert await names(other) == []
    assert await names(other) == ["a"]


async def test_moments_come_back_in_utc(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=shanghai)
    async with database.write() as session:
        session.add(MediaRow(key="k", mime="image/jpeg", size=1, created_at=noon))
    async with database.read() as session:
        row = await session.scalar(select(MediaRow))
        later = await session.scalar(
            select(func.count()).where(MediaRow.created_at > noon - timedelta(seconds=1))
        )
    assert row is not None and row.created_at == noon and row.created_at.tzinfo == UTC
    assert later == 1


async def test_a_server_that_dropped_its_connections_is_met_again(postgres: Postgres) -> None:
    async with postgres.new() as url:
        database = Database(url)
        async with database.write() as session:
            session.add(community("a"))
        await postgres.run(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        async with database.write() as session:
            await session.execute(update(CommunityRow).values(name="b"))
        assert await names(database) == ["a"]
        await database.close()


async def test_sqlite_keeps_a_write_ahead_log(tmp_path: object) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    async with database.read() as session:
        assert await session.scalar(text("pragma journal_mode")) == "wal"
        assert await session.scalar(text("pragma foreign_keys")) == 1
    await database.close()
