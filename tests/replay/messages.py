"""Reads the messages to play: a CSV or TSV with `text`, or `title` and `detail`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(10_000_000)


class BadFile(ValueError):
    """The file has no column to read messages from."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message and who sends it: a resident of its own unless the file says which."""

    text: str
    resident: str


def read_lines(path: Path) -> list[Line]:
    """Every message of a file, in order; raises `BadFile` where the columns are missing."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = "\t" if path.suffix in (".tsv", ".tab") else ","
        rows = csv.DictReader(file, delimiter=delimiter)
        columns = set(rows.fieldnames or ())
        if not ("text" in columns or {"title", "detail"} <= columns):
            raise BadFile(f"{path}: needs a column `text`, or `title` and `detail`")
        for number, row in enumerate(rows, start=1):
            if "text" in columns:
                text = row["text"].strip()
            else:
                title, detail = row["title"].strip(), row["detail"].strip()
                text = f"{title}。{detail}" if title else detail
            if text:
                yield Line(text, row.get("resident") or f"row-{number}")
