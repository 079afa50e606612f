"""No sealed sentence stands, nearly word for word, in anything that the assistant learnt from."""

from collections.abc import Iterable

import pytest
import yaml

from knowledge.entries.loader import load_entries
from knowledge.settings import PROJECT_ROOT
from tests.evaluate import sealed
from tests.evaluate.finding import CONTENT
from tests.nlu.examples import HELD_OUT, HERE, TRAINING, sentences

SAYINGS = sorted((PROJECT_ROOT / "nlu" / "components" / "sayings").glob("*.yml"))
# Jaccard similarity of character pairs: from here on two sentences are nearly the same.
TOO_NEAR = 0.7
# Shorter ones are alike by nature: there are only so many ways to write 3栋2单元.
SHORTEST = 7


def near(held_out: Iterable[str], learnt: Iterable[str]) -> dict[str, str]:
    """Each sealed sentence that has a twin, with it."""
    bags = {text: _pairs(text) for text in learnt}
    found = {}
    for text in held_out:
        own = _pairs(text)
        if len(text) < SHORTEST:
            continue
        for other, bag in bags.items():
            if len(own & bag) >= TOO_NEAR * len(own | bag):
                found[text] = other
    return found


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def taught() -> set[str]:
    """What the understanding was trained on, or tuned by."""
    tables = [
        yaml.safe_load((HERE / f"{name}_table.yml").read_text(encoding="utf-8"))
        for name in ("entity", "address", "leaf")
    ]
    dangers = yaml.safe_load((HERE / "danger_table.yml").read_text(encoding="utf-8"))
    sayings = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in SAYINGS]
    return {
        *(text for text, _ in sentences(*TRAINING, *HELD_OUT)),
        *(row["text"] for table in tables for row in table),
        *(text for kind in dangers["alarms"].values() for text in kind),
        *dangers["quiet"],
        *(str(text) for told in sayings for group in told.values() for text in group),
    }


@pytest.mark.parametrize("name", ["intents", "entities", "danger"])
def test_the_understanding_has_not_seen_a_sealed_sentence(name: str) -> None:
    alarms, calm = sealed.danger()
    held_out = {
        "intents": [text for text, _ in sealed.intents()],
        "entities": [row["text"] for row in sealed.entities()],
        "danger": [*calm, *(text for kind in alarms.values() for text in kind)],
    }
    assert near(held_out[name], taught()) == {}


def test_no_entry_lists_a_sealed_paraphrase() -> None:
    listed = {
        text for _, entry in load_entries(CONTENT) for text in (entry.title, *entry.questions)
    }
    assert near([question.text for question in sealed.paraphrases()], listed) == {}


def test_near_twins_are_found() -> None:
    assert near(["高龄津贴怎么申请办理"], ["高龄津贴怎么申请办理呢"]) != {}
    assert near(["高龄津贴怎么申请办理"], ["居住证怎么申请办理"]) == {}
