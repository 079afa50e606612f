"""The migrations make what the models say, on both databases, from nothing."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import actions
import bot
import knowledge
from knowledge.settings import Settings
from knowledge.storage.database import Base, Database
from knowledge.storage.migrate import alembic_config, upgrade, upgrade_url
from tests.databases import DatabaseHome


def load_every_table() -> None:
    for room in (actions, bot, knowledge):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            path = Path(module.module_finder.path) / f"{module.name.rpartition('.')[2]}.py"
            if path.exists() and "__tablename__" in path.read_text(encoding="utf-8"):
                importlib.import_module(module.name)


@pytest.fixture
async def empty_url(home_of_databases: DatabaseHome) -> AsyncIterator[str]:
    async with home_of_databases.empty() as url:
        yield url


async def test_go_up_from_nothing_and_a_second_time_change_nothing(empty_url: str) -> None:
    await asyncio.to_thread(upgrade_url, empty_url)
    database = Database(empty_url)
    first = await tables_of(database)
    await asyncio.to_thread(upgrade_url, empty_url)
    assert await tables_of(database) == first
    assert {"messages", "appeals", "knowledge_entries", "staff", "voices"} < first
    await database.close()


async def test_make_exactly_the_tables_of_the_models(database: Database) -> None:
    load_every_table()

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert set(Base.metadata.tables) == await tables_of(database) - {"alembic_version"}


async def test_publications_from_before_they_were_counted_are_counted(empty_url: str) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_url), "0001")
    database = Database(empty_url)
    async with database.write() as session:
        for statement in (
            "INSERT INTO knowledge_entries (id, slug, status, version, updated_by, updated_at)"
            " VALUES (1, 'gaoling', 'draft', 2, '李', '2026-11-01')",
            "INSERT INTO knowledge_versions"
            " (entry_id, version, action, content, note, editor, at)"
            " SELECT 1, step, 'publish', '{}', '', '李', '2026-11-01'"
            " FROM (SELECT 1 AS step UNION SELECT 2) AS steps",
        ):
            await session.execute(text(statement))
    await asyncio.to_thread(upgrade_url, empty_url)
    assert await database.glance("SELECT number FROM knowledge_revision") == 2
    await database.close()


def test_settings_name_a_database_in_a_folder_that_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "not" / "yet" / "100%", database_url="")
    upgrade(settings)
    assert (settings.data_dir / "minhu.db").exists()


async def tables_of(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
