"""Reads tables (导入的表): Excel or CSV to rows of words, each cell by its header."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.exchange.columns import FIELDS, HEADERS, MOMENT
from bot.exchange.writing import plain

ROWS_MOST = 20_000
# What a spreadsheet may be when it is unpacked: a small file can hold a very large one.
UNPACKED_MOST = 200 * 1024 * 1024


class BadTable(ValueError):
    """A file that cannot be read as a table; its text is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its number as a spreadsheet shows it, and its words by field."""

    number: int
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows, and the headers that are not read."""

    lines: list[Line]
    ignored: list[str]


def read_table(name: str, data: bytes) -> Sheet:
    """A table by its file's name, .xlsx or .csv (UTF-8 or GB18030); raises `BadTable`."""
    if name.lower().endswith(".xlsx"):
        return _sheet(_excel(data))
    if name.lower().endswith(".csv"):
        return _sheet(_csv(data))
    raise BadTable("只能导入 .xlsx 或 .csv 文件。")


def _excel(data: bytes) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED_MOST:
                raise BadTable("文件太大，请分成几个文件导入。")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, BadTable):
            raise
        raise BadTable("这个文件不是能打开的 Excel 文件，请另存为 .xlsx 再导入。") from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is not None:
            yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()


def _csv(data: bytes) -> Iterator[Sequence[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            yield from csv.reader(io.StringIO(text, newline=""))
        except csv.Error as error:
            raise BadTable(f"CSV 文件读不下去：{error}") from error
        return
    raise BadTable("文件的文字编码认不出来，请另存为 UTF-8 的 CSV 或 .xlsx。")


def _sheet(rows: Iterable[Sequence[Any]]) -> Sheet:
    rows = iter(rows)
    headers = [_words(each) for each in next(rows, ())]
    if "内容" not in headers or "类别" not in headers:
        raise BadTable("第一行要有表头，至少包括“内容”和“类别”，还要有“外部编号”或“编号”。")
    twice = {each for each in headers if each and headers.count(each) > 1}
    if twice:
        raise BadTable(f"表头重复了：{'、'.join(sorted(twice))}")
    unknown = [each for each in headers if each and each not in HEADERS]
    if unknown:
        raise BadTable(f"不认识这些表头：{'、'.join(unknown)}。请用导出文件里的表头。")
    lines = []
    for number, row in enumerate(rows, 2):
        words = {
            FIELDS[header]: text
            for header, cell in zip(headers, row, strict=False)
            if header in FIELDS and (text := _words(cell))
        }
        if words:
            lines.append(Line(number, words))
        if len(lines) > ROWS_MOST:
            raise BadTable(f"一次最多导入 {ROWS_MOST} 行，请分成几个文件。")
    return Sheet(lines, [each for each in headers if each and each not in FIELDS])


def _words(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime(MOMENT)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain(str(cell).strip()).replace("\0", "")
