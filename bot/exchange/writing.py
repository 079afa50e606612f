"""Writes tables (导出): Excel and CSV, a handful of appeals at a time."""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from sqlalchemy import select

from actions.appeals import reading, worklist
from actions.appeals.appeal import AppealEvent
from actions.appeals.life import Move
from actions.appeals.tables import AppealEventRow, AppealRow
from actions.appeals.worklist import Filters
from bot.exchange.columns import COLUMNS, HEADERS, Cell, Record
from knowledge.storage.database import Database

Records = AsyncIterator[list[Record]]

# Few enough that the event loop is free again soon.
_AT_ONCE = 50
_REASONED = (Move.RETURN, Move.EXTEND)
# What a spreadsheet takes for a formula, whoever wrote it.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Exports:
    """Reads the appeals that fit and writes them as tables."""

    database: Database
    clock: Callable[[], datetime]
    zone: ZoneInfo

    async def records(self, filters: Filters, *, names: bool) -> Records:
        """The appeals that fit, the oldest first, some at a time.

        Without `names`, who stands behind a confidential or an anonymous appeal is left out.
        """
        last, now = 0, self.clock()
        while True:
            async with self.database.read() as session:
                ids = list(
                    await session.scalars(
                        select(AppealRow.id)
                        .where(AppealRow.id > last, *worklist.fitting(filters, now))
                        .order_by(AppealRow.id)
                        .limit(_AT_ONCE)
                    )
                )
                appeals = await reading.by_ids(session, ids)
                events: dict[int, list[AppealEvent]] = {each: [] for each in ids}
                rows = await session.scalars(
                    select(AppealEventRow)
                    .where(AppealEventRow.appeal_id.in_(ids), AppealEventRow.kind.in_(_REASONED))
                    .order_by(AppealEventRow.appeal_id, AppealEventRow.sequence)
                )
                for row in rows:
                    event = AppealEvent.model_validate(row, from_attributes=True)
                    events[row.appeal_id].append(event)
                others = [each.duplicate_of for each in appeals if each.duplicate_of]
                numbers = await session.execute(
                    select(AppealRow.id, AppealRow.number).where(AppealRow.id.in_(others))
                )
                into = dict(numbers.tuples().all())
            yield [
                Record(
                    appeal,
                    events[appeal.id],
                    names or not (appeal.confidential or appeal.anonymous),
                    self.zone,
                    into.get(appeal.duplicate_of or 0, ""),
                )
                for appeal in appeals
            ]
            if len(ids) < _AT_ONCE:
                return
            last = ids[-1]

    async def csv(self, records: Records) -> AsyncIterator[bytes]:
        """CSV as Excel opens it: UTF-8 with its mark, a line for each appeal."""
        yield (_BOM + _lines([HEADERS])).encode()
        async for some in records:
            yield (await asyncio.to_thread(_lines, map(_row, some))).encode()

    async def xlsx(self, records: Records) -> AsyncIterator[bytes]:
        """An Excel workbook; its rows go to the disk as they come, not into memory."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet("诉求")
        sheet.freeze_panes = "A2"
        for number, header in enumerate(HEADERS, 1):
            sheet.column_dimensions[get_column_letter(number)].width = (
                40 if header == "内容" else 16
            )
        sheet.append([_bold(sheet, header) for header in HEADERS])

        def write(some: list[Record]) -> None:
            for record in some:
                sheet.append([_in_excel(cell) for cell in _row(record)])

        async for some in records:
            await asyncio.to_thread(write, some)
        with tempfile.TemporaryFile() as file:
            await asyncio.to_thread(book.save, file)
            file.seek(0)
            while chunk := file.read(64 * 1024):
                yield chunk


def harmless(value: Cell) -> Cell:
    """A text that no spreadsheet runs as a formula; numbers of ours stay numbers."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def plain(value: str) -> str:
    """The text as it was before `harmless`."""
    return value[1:] if value[:1] == "'" and value[1:].startswith(_STARTS_A_FORMULA) else value


def _row(record: Record) -> list[Cell]:
    return [harmless(column.value(record)) for column in COLUMNS]


def _lines(rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _bold(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _in_excel(value: Cell) -> Cell:
    """Without the control characters that Excel does not know; a phone may send some."""
    if isinstance(value, str):
        return "".join(each for each in value if each >= " " or each in "\t\n\r")
    return value
