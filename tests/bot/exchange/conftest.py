"""A community of the starter files, and an importer and an exporter on its database."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealRow
from actions.appeals.worklist import Filters
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from bot.conversations.tables import ResidentRow
from bot.exchange.importing import Imported, Importer
from bot.exchange.writing import Exports
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.bot.appeals.village import ZONE
from tests.databases import Clock

PLACES = PROJECT_ROOT / "knowledge" / "content" / "places"


@dataclass
class Platform:
    """Appeals as they go out and come in."""

    database: Database
    appeals: Appeals
    casework: Casework
    exports: Exports
    importer: Importer

    async def brings(self, name: str, data: bytes) -> Imported:
        return await self.importer.run(name, data, "李书记（li）")

    async def csv(self, filters: Filters | None = None, *, names: bool = True) -> bytes:
        records = self.exports.records(filters or Filters(), names=names)
        return b"".join([chunk async for chunk in self.exports.csv(records)])

    async def xlsx(self, filters: Filters | None = None, *, names: bool = True) -> bytes:
        records = self.exports.records(filters or Filters(), names=names)
        return b"".join([chunk async for chunk in self.exports.xlsx(records)])

    async def files(self, **facts: object) -> Appeal:
        plain = {"resident_id": 1, "channel": "web", "content": "电梯坏了", "category": "电梯"}
        return await self.appeals.file(Filing.model_validate({**plain, **facts}))

    async def count(self) -> tuple[int, int]:
        """How many appeals and residents there are."""
        async with self.database.read() as session:
            appeals = await session.scalar(select(func.count(AppealRow.id)))
            residents = await session.scalar(select(func.count(ResidentRow.id)))
        return appeals or 0, residents or 0


@pytest.fixture
async def platform(database: Database, clock: Clock) -> Platform:
    await PlaceRepository(database).load(load_places(PLACES))
    deadlines = WorkingDeadlines(ZONE)
    appeals = Appeals(database, clock, ZONE, deadlines)
    return Platform(
        database,
        appeals,
        Casework(database, clock, deadlines),
        Exports(database, clock, ZONE),
        Importer(database, appeals, Dispatch.on(database, clock), clock),
    )


def table(*rows: Mapping[str, str], suffix: str = "csv") -> bytes:
    """A file with the headers of its rows."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    cells = [headers, *([row.get(header, "") for header in headers] for row in rows)]
    return _excel(cells) if suffix == "xlsx" else _csv(cells).encode()


def _csv(cells: Sequence[Sequence[str]]) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in cells)


def _excel(cells: Sequence[Sequence[str]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in cells:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()
