"""House numbers, communities, roads, phones, times and categories come out of what people write."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlu.conftest import Understanding

_HERE = Path(__file__).parent
_TABLE = yaml.safe_load((_HERE / "entity_table.yml").read_text(encoding="utf-8"))
_ADDRESSES = yaml.safe_load((_HERE / "address_table.yml").read_text(encoding="utf-8"))
_SPOTS = [
    row
    for name in ("spots_table.yml", "spots_table_2.yml", "spots_table_3.yml")
    for row in yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))
]
_LEAVES = yaml.safe_load((_HERE / "leaf_table_2.yml").read_text(encoding="utf-8"))
_KINDS = ("community", "building", "unit", "room", "place", "phone", "time")


@pytest.mark.parametrize("row", _TABLE, ids=[row["text"] for row in _TABLE])
def test_facts_of_a_sentence(understanding: Understanding, row: dict[str, Any]) -> None:
    found = understanding.ask("facts", text=row["text"])
    expected = {kind: value for kind, value in row.items() if kind != "text"}
    assert {kind: found.get(kind, "-") for kind in expected} == expected


@pytest.mark.parametrize("row", _ADDRESSES, ids=[row["text"][:40] for row in _ADDRESSES])
def test_nothing_but_the_facts_of_a_sentence(
    understanding: Understanding, row: dict[str, Any]
) -> None:
    found = understanding.ask("facts", text=row["text"])
    assert {kind: found[kind] for kind in _KINDS if kind in found} == {
        kind: row[kind] for kind in _KINDS if kind in row
    }


@pytest.mark.parametrize("row", _SPOTS, ids=[row["text"] for row in _SPOTS])
def test_every_fact_of_a_short_message_and_no_other(
    understanding: Understanding, row: dict[str, Any]
) -> None:
    entities = understanding.ask("parse", text=row["text"])["entities"]
    found = {
        kind: [entity["value"] for entity in entities if entity["entity"] == kind]
        for kind in _KINDS
    }
    assert found == {kind: _listed(row.get(kind, [])) for kind in _KINDS}


@pytest.mark.parametrize("row", _LEAVES, ids=[row["text"] for row in _LEAVES])
def test_the_leaf_of_a_short_message(understanding: Understanding, row: dict[str, str]) -> None:
    assert understanding.ask("facts", text=row["text"]).get("category", "-") == row["leaf"]


def test_the_place_may_stand_at_the_end_of_a_very_long_letter(
    understanding: Understanding,
) -> None:
    letter = "物业不管事，说了很多次也没有用。" * 60 + "我家在江城雅苑5栋2单元301。"
    found = understanding.ask("facts", text=letter)
    assert [found[kind] for kind in ("community", "building", "unit", "room")] == [
        "江城雅苑",
        "5栋",
        "2单元",
        "301",
    ]


def test_a_letters_title_decides_its_category(understanding: Understanding) -> None:
    letter = (
        "翠园小区7栋电梯三天两头出故障。物业一直拖着不修，保安也说不知道，楼道里堆了杂物和垃圾，"
        "停车也乱。老人上下楼只能走楼梯，邻居们意见很大，请尽快督促物业把电梯修好。"
    )
    assert understanding.ask("facts", text=letter)["category"] == "电梯"


def test_positions_are_those_of_the_typed_text(understanding: Understanding) -> None:
    text = "我住３栋２单元５０１"
    entities = understanding.ask("parse", text=text)["entities"]
    spans = {e["entity"]: text[e["start"] : e["end"]] for e in entities}
    assert spans == {"building": "３栋", "unit": "２单元", "room": "５０１"}


def _listed(values: str | list[str]) -> list[str]:
    return values if isinstance(values, list) else [values]
