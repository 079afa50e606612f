"""House numbers, communities, roads, phones, times and categories come out of what people write."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlu.conftest import Understanding

_TABLE = yaml.safe_load(Path(__file__).with_name("entity_table.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", _TABLE, ids=[row["text"] for row in _TABLE])
def test_facts_of_a_sentence(understanding: Understanding, row: dict[str, Any]) -> None:
    found = understanding.ask("facts", text=row["text"])
    expected = {kind: value for kind, value in row.items() if kind != "text"}
    assert {kind: found.get(kind, "-") for kind in expected} == expected


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
