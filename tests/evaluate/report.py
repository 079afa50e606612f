"""What a measurement found: tables for people, figures for machines, pictures for both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

Cell = str | float | int | None


@dataclass(frozen=True)
class Table:
    """One comparison: ours and each peer on the same data in the same run."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""

    def markdown(self) -> str:
        lines = [f"**{self.title}**", "", _line(self.columns), _line(["---"] * len(self.columns))]
        lines += [_line([_shown(cell) for cell in row]) for row in self.rows]
        return "\n".join([*lines, *(["", self.note] if self.note else []), ""])

    def rich(self) -> RichTable:
        table = RichTable(*self.columns, title=self.title, caption=self.note or None)
        for row in self.rows:
            table.add_row(*map(_shown, row))
        return table


@dataclass(frozen=True)
class Section:
    """All that one part of `make evaluate` measured; `name` is its key in the JSON file."""

    name: str
    tables: Sequence[Table]
    pictures: Sequence[Path] = field(default=())


def write(sections: Sequence[Section], folder: Path) -> None:
    """evaluate.json and evaluate.md; sections measured earlier and not again now are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "evaluate.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for section in sections:
        known[section.name] = {
            "tables": [
                {
                    "title": table.title,
                    "note": table.note,
                    "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                }
                for table in section.tables
            ],
            "pictures": [picture.name for picture in section.pictures],
        }
    file.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "evaluate.md").write_text(_document(known), encoding="utf-8")


def show(section: Section, console: Console) -> None:
    for table in section.tables:
        console.print(table.rich())
    for picture in section.pictures:
        console.print(f"图：{picture}")


def _document(known: dict[str, dict[str, list[dict[str, object]]]]) -> str:
    parts = ["# 评测结果\n"]
    for section in known.values():
        for table in section["tables"]:
            rows: list[dict[str, Cell]] = table["rows"]  # type: ignore[assignment]
            columns = tuple(rows[0]) if rows else ()
            cells = [tuple(row.values()) for row in rows]
            parts.append(Table(str(table["title"]), columns, cells, str(table["note"])).markdown())
        parts += [f"![]({picture})\n" for picture in section["pictures"]]
    return "\n".join(parts)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)
