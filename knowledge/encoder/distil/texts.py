"""The texts that the student sees: real sentences, the knowledge base, the dialogue's examples.

Files under research-only terms (shared/data/matching) are never opened here.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from knowledge.entries.entry import EntryContent
from knowledge.entries.loader import load_entries

_END = re.compile(r"[。！？!?；;…\n\r\t\u3000]+")
_PAUSE = re.compile(r"[，,、：:\s]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKED = re.compile(r"\[(.+?)\][({].+?[)}]")
_SHORTEST, _LONGEST = 4, 70


def sentences(text: str) -> Iterator[str]:
    """Sentences of 4 to 70 characters; a longer one falls apart at its commas."""
    for whole in _END.split(text):
        sentence = whole.strip(" ，,、：:.\"'“”‘’（）()")
        parts = [sentence] if len(sentence) <= _LONGEST else _PAUSE.split(sentence)
        for part in parts:
            if _SHORTEST <= len(part) <= _LONGEST and _HAN.search(part):
                yield part


def clauses(text: str) -> Iterator[str]:
    """What stands between two commas, where that is more than a word."""
    for part in _PAUSE.split(text):
        if 6 <= len(part) < len(text) and _HAN.search(part):
            yield part


def real_sentences(data: Path) -> list[str]:
    """Distinct sentences of residents' messages, replies and service matters, in a fixed order."""
    found: dict[str, None] = {}
    for text in _messages(data / "messages"):
        found.update(dict.fromkeys(sentences(text)))
    for matter in read_matters(data):
        for text in _strings(matter):
            found.update(dict.fromkeys(sentences(text)))
    return list(found)


def titles_and_details(data: Path) -> list[tuple[str, str]]:
    """(title, first sentences of the detail) of each distinct message in full text."""
    pairs: dict[str, str] = {}
    for name in ("unlabelled", "labelled", "answered"):
        for row in _rows(data / "messages" / f"{name}.csv"):
            lead = "，".join(list(sentences(row["detail"]))[:2])
            if lead and len(row["title"]) >= _SHORTEST:
                pairs.setdefault(row["title"].strip(), lead)
    return list(pairs.items())


def read_matters(data: Path) -> list[dict[str, object]]:
    """The service matters, as their file has them."""
    with (data / "services" / "matters.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def entry_texts(folder: Path) -> list[EntryContent]:
    """All entries of the knowledge base."""
    return [content for _, content in load_entries(folder)]


def example_texts(folder: Path) -> list[str]:
    """The dialogue's training examples without their marks, distinct."""
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block.get("examples", "").splitlines():
                if line.startswith("- ") and "intent" in block:
                    found[_MARKED.sub(r"\1", line[2:]).strip()] = None
    return list(found)


def _messages(folder: Path) -> Iterator[str]:
    for name in ("unlabelled", "labelled", "answered"):
        for row in _rows(folder / f"{name}.csv"):
            yield row["title"]
            yield row["detail"]
            yield row.get("reply", "")
    for row in _rows(folder / "categories.csv"):
        yield from row.values()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _of(value.values())
    elif isinstance(value, list):
        yield from _of(value)


def _of(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from _strings(value)
