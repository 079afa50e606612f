"""Classifies the texts of a file: official category, confidence and leaf for each row."""

import csv
from collections.abc import Iterator
from pathlib import Path

import jieba

from nlu.components.category_model import CategoryModel
from nlu.components.leaf_model import LeafModel
from nlu.components.plain_text import PlainReader
from nlu.components.problems import READ_MOST, load_leaves, problem

_DICTIONARY = Path(__file__).parents[1] / "dictionary" / "community.txt"
COLUMNS = ["row", "category", "confidence", "leaf"]
OTHER = "其他"

csv.field_size_limit(10_000_000)


class BadFile(ValueError):
    """The file has no column to read texts from; its text is Chinese, for the operator."""


def classify(source: Path, target: Path) -> int:
    """Writes one line for each row of `source` (CSV, or TSV by its ending); how many.

    `row` counts from 1; a row without words keeps its line, with an empty category.
    Raises `BadFile` where neither `text` nor `title` and `detail` is a column.
    """
    jieba.setLogLevel(60)
    jieba.load_userdict(str(_DICTIONARY))
    model, leaves, opinion = CategoryModel.load(), load_leaves(), LeafModel()
    reader = PlainReader()
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=_delimiter(target))
        writer.writeheader()
        for count, typed in enumerate(_texts(source), start=1):
            text = reader.read(typed).text
            ranking = model.rank(jieba.cut(text))
            facts = problem(text[:READ_MOST], leaves, opinion)
            row: dict[str, object] = {"row": count, "category": "", "confidence": "", "leaf": ""}
            if ranking:
                row["category"] = ranking[0]["name"]
                row["confidence"] = f"{ranking[0]['confidence']:.3f}"
                row["leaf"] = facts[-1]["value"] if facts else OTHER
            writer.writerow(row)
    return count


def _texts(source: Path) -> Iterator[str]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=_delimiter(source))
        columns: list[str] = list(rows.fieldnames or [])
        if "text" not in columns and not {"title", "detail"} <= set(columns):
            raise BadFile(f"{source}：需要有 text 列，或 title 和 detail 两列。")
        for row in rows:
            if "text" in columns:
                yield (row["text"] or "").strip()
            else:
                title, detail = (row["title"] or "").strip(), (row["detail"] or "").strip()
                yield f"{title}。{detail}" if title else detail


def _delimiter(path: Path) -> str:
    return "\t" if path.suffix in (".tsv", ".tab") else ","
