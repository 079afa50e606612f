"""Reads the sealed sets, and the shared data that some of them point into."""

import csv
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.settings import PROJECT_ROOT
from tests.nlu.examples import sentences

FOLDER = Path(__file__).parent / "sealed"
DATA = PROJECT_ROOT.parent / "shared" / "data"


class DataAbsent(RuntimeError):
    """The shared data folder is not beside the project."""


def data(path: str) -> Path:
    """A file of the shared data. Raises `DataAbsent`."""
    file = DATA / path
    if not file.exists():
        raise DataAbsent(f"缺少 {path}：真实数据应放在项目旁的 shared/data/ 下")
    return file


@dataclass(frozen=True)
class Question:
    """Words of a resident, and the keys of whatever may answer them."""

    text: str
    right: frozenset[str]


def paraphrases() -> list[Question]:
    """Two questions of each knowledge entry, by its slug."""
    rows = [*_rows("paraphrases_1"), *_rows("paraphrases_2")]
    return [Question(row["question"], _any_of(row)) for row in rows]


def matters() -> list[Question]:
    """Questions for service matters, by the row of the catalogue (from 0)."""
    found = []
    for row in _rows("matters"):
        rows = row.get("rows") or [row["row"]]
        found.append(Question(row["question"], frozenset(str(number) for number in rows)))
    return found


def out_of_scope() -> list[str]:
    """Everyday questions that no community's assistant should answer. Raises `DataAbsent`."""
    rule = _rows("out_of_scope")
    asked = dict.fromkeys(
        row["a"] for row in _csv("matching/pairs.csv") if row["source"] == rule["part"]
    )
    drawn = random.Random(rule["seed"]).sample(list(asked), rule["count"])
    if hashlib.sha256("\n".join(drawn).encode()).hexdigest() != rule["sha256"]:
        raise ValueError("matching/pairs.csv is not the file that the sealed set was drawn from")
    left_out = {*rule["about_services"], *rule["borderline"]}
    return [text for place, text in enumerate(drawn) if place not in left_out]


def entities() -> list[dict[str, Any]]:
    """`text` and its `facts`: a value, or a list of values, of each kind."""
    return list(_rows("entities"))


def danger() -> tuple[dict[str, list[str]], list[str]]:
    """(phrasings that must alarm, by kind; phrasings that must not)."""
    rows = _rows("danger")
    return rows["alarms"], rows["calm"]


def intents() -> list[tuple[str, str]]:
    """(sentence, intent)."""
    return sentences(FOLDER / "intents.yml")


def leaves() -> dict[str, tuple[str, ...]]:
    """Row id of unlabelled.csv → the leaves that fit, best first."""
    with (FOLDER / "leaves.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: tuple(leaf for leaf in (row["leaf"], row["leaf2"]) if leaf)
            for row in csv.DictReader(file)
        }


def duplicates() -> list[tuple[str, str, bool]]:
    """(row id, row id, whether both letters tell of the same problem)."""
    with (FOLDER / "duplicates.csv").open(encoding="utf-8", newline="") as file:
        return [(row["id_a"], row["id_b"], row["same"] == "1") for row in csv.DictReader(file)]


def mailbox() -> Iterator[dict[str, str]]:
    """Residents' real letters: id, user, title, detail, time. Raises `DataAbsent`."""
    return _csv("messages/unlabelled.csv")


def whole(letter: dict[str, str]) -> str:
    """Title and detail, as a resident would send them."""
    return f"{letter['title']}\n{letter['detail']}"


def letters() -> dict[str, str]:
    """Residents' real letters by row id, title and detail. Raises `DataAbsent`."""
    return {row["id"]: whole(row) for row in mailbox()}


def pairs(source: str) -> list[tuple[str, str, bool]]:
    """(question, question, whether both ask the same) of one source. Raises `DataAbsent`."""
    return [
        (row["a"], row["b"], row["same"] == "1")
        for row in _csv("matching/pairs.csv")
        if row["source"] == source
    ]


def catalogue() -> list[dict[str, Any]]:
    """The service matters, one a row. Raises `DataAbsent`."""
    lines = data("services/matters.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _csv(path: str) -> Iterator[dict[str, str]]:
    with data(path).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _rows(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def _any_of(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(row.get("any") or [row["slug"]])
