"""The migrations make what the models say, on both databases, from nothing."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import actions
import bot
import knowledge
from actions.appeals import reading
from actions.appeals.appeal import AppealKind
from actions.appeals.tables import AppealRow
from knowledge.entries.misses import Misses
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


async def test_questions_from_before_choices_were_noted_had_no_answer(empty_url: str) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_url), "0003")
    database = Database(empty_url)
    async with database.write() as session:
        await session.execute(
            text(
                "INSERT INTO knowledge_misses"
                " (text, confidence, times, status, first_at, last_at)"
                " VALUES ('能养鸡吗', 0.1, 3, 'open', '2026-11-01', '2026-11-02')"
            )
        )
    await asyncio.to_thread(upgrade_url, empty_url)
    misses = Misses(database, lambda: datetime(2026, 11, 24, tzinfo=UTC))
    await misses.record_miss("能养鸡吗", None, 0.2)
    [miss] = await misses.misses()
    assert (miss.times, miss.offered, miss.taps) == (4, [], {})
    await database.close()


OLD_APPEALS = (
    "INSERT INTO staff (id, username, name, role, password_hash, active, failures, session_epoch,"
    " created_at) VALUES (1, 'wang', '王芳', 'staff', '', true, 0, 1, '2026-10-01')",
    "INSERT INTO appeals (id, number, status, resident_id, channel, content, category, urgency,"
    " place_text, building, unit, room, phone, photos, satisfaction, version, created_at,"
    " updated_at) VALUES (1, 'SQ202610010001', 'done', 1, 'web', '楼道漏水', '漏水', 'normal', '',"
    " '', '', '', '', '[]', 5, 4, '2026-10-01', '2026-10-04')",
    *(
        "INSERT INTO appeal_events (appeal_id, sequence, kind, from_status, to_status, actor, note,"
        f" details, at) VALUES (1, {number}, '{kind}', '{source}', '{target}', '王芳', '{note}',"
        f" '{{}}', '2026-10-0{number}')"
        for number, (kind, source, target, note) in enumerate(
            (
                ("filed", "", "received", ""),
                ("dispatched", "received", "dispatched", ""),
                ("urged", "", "", "快点"),
                ("status", "dispatched", "in_progress", ""),
                ("status", "in_progress", "done", "换了水管"),
                ("status", "done", "in_progress", "还在漏"),
                ("status", "in_progress", "done", "又换了一段"),
                ("rated", "", "", "谢谢"),
            ),
            start=1,
        )
    ),
)


async def test_appeals_from_before_casework_keep_their_history_and_gain_its_columns(
    empty_url: str,
) -> None:
    await asyncio.to_thread(command.upgrade, alembic_config(empty_url), "0002")
    database = Database(empty_url)
    async with database.write() as session:
        for statement in OLD_APPEALS:
            await session.execute(text(statement))
    await asyncio.to_thread(upgrade_url, empty_url)
    async with database.read() as session:
        appeal = await reading.one(session, AppealRow.id == 1)
        history = await reading.history(session, 1)
        assert await session.scalar(text("SELECT party_id IS NULL FROM staff"))
    assert [event.kind for event in history] == [
        "filed", "dispatch", "urge", "start", "answer", "reopen", "answer", "rate",
    ]  # fmt: skip
    assert (appeal.kind, appeal.title, appeal.weak, appeal.on_behalf) == (
        AppealKind.HELP, "楼道漏水", [], {},
    )  # fmt: skip
    assert (appeal.answer, appeal.urged, appeal.reopened) == ("又换了一段", 1, 1)
    assert (appeal.dispatched_at, appeal.signed_at) == (history[1].at, history[3].at)
    assert (appeal.done_at, appeal.due_at) == (history[6].at, None)
    assert (appeal.version, appeal.satisfaction, appeal.is_open) == (8, 5, False)
    await asyncio.to_thread(command.downgrade, alembic_config(empty_url), "0002")
    assert await database.glance("SELECT content FROM appeals") == "楼道漏水"
    assert "appeal_news" not in await tables_of(database)
    await database.close()


def test_settings_name_a_database_in_a_folder_that_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "not" / "yet" / "100%", database_url="")
    upgrade(settings)
    assert (settings.data_dir / "minhu.db").exists()


async def tables_of(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
