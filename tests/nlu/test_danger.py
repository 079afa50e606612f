"""Danger to life is never missed, and what only sounds like it stays quiet."""

from pathlib import Path

import pytest
import yaml

from tests.nlu.conftest import Understanding
from tests.nlu.examples import TRAINING, sentences

_TABLE = yaml.safe_load(Path(__file__).with_name("danger_table.yml").read_text(encoding="utf-8"))
_ALARMS = [(kind, text) for kind, texts in _TABLE["alarms"].items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), _ALARMS, ids=[text for _, text in _ALARMS])
def test_alarm(understanding: Understanding, kind: str, text: str) -> None:
    parsed = understanding.ask("parse", text=text)
    assert parsed["intent"]["name"] == "emergency"
    assert [e["value"] for e in parsed["entities"] if e["entity"] == "danger"] == [kind]


def test_a_sure_second_thought_makes_no_doubt(understanding: Understanding) -> None:
    """Of this one the classifier is all but certain that it is an appeal."""
    text = "领导您好，翠园小区7栋物业长期不作为，消防栓没有水，快来人啊，7栋着火了快救火！"
    parsed = understanding.ask("parse", text=text)
    assert parsed["intent"]["name"] == "emergency"
    assert {other["confidence"] for other in parsed["intent_ranking"][1:]} == {0.0}


@pytest.mark.parametrize("text", _TABLE["quiet"])
def test_no_alarm(understanding: Understanding, text: str) -> None:
    assert understanding.intent(text) != "emergency"


def test_every_training_phrasing_is_found_by_the_rules_alone(understanding: Understanding) -> None:
    dangers = [text for text, intent in sentences(*TRAINING) if intent == "emergency"]
    assert [text for text in dangers if not understanding.ask("danger", text=text)] == []


@pytest.mark.parametrize(
    "text",
    ["楼上有个男的把女的从窗口往外推", "有个人把老婆往井里头推", "有人往我屋里扔酒瓶子点了火"],
)
def test_danger_in_words_that_no_rule_knows(understanding: Understanding, text: str) -> None:
    assert understanding.ask("danger", text=text) is None
    assert understanding.intent(text) == "emergency"


def test_no_other_training_sentence_sounds_the_alarm(understanding: Understanding) -> None:
    others = [text for text, intent in sentences(*TRAINING) if intent != "emergency"]
    assert [text for text in others if understanding.ask("danger", text=text)] == []
