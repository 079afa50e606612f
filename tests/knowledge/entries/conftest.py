"""A repository of entries on a fresh database, and a clock that stands still."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.entries.entry import EntryContent
from knowledge.entries.repository import EntryRepository
from knowledge.storage.database import Base, Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Write = Callable[..., EntryContent]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'entries.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def entries(database: Database) -> EntryRepository:
    return EntryRepository(database, lambda: NOW)


@pytest.fixture
def write() -> Write:
    def content(title: str = "高龄津贴", **fields: object) -> EntryContent:
        defaults = {
            "topic": "养老助残",
            "questions": ["高龄津贴怎么领"],
            "answer": "年满八十周岁可以到社区申请。",
            "checked_on": date(2026, 11, 1),
        }
        return EntryContent.model_validate({"title": title, **defaults, **fields})

    return content
