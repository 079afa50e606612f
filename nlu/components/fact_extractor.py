"""Reads facts out of a message: community, building, unit, room, place, phone, time, problem.

Rules of our own rather than a learned tagger: house numbers follow a small grammar, and a rule that
is wrong can be read and mended.
"""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Set, Text

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.house_numbers import house_numbers
from nlu.components.leaf_model import LeafModel
from nlu.components.places import Places
from nlu.components.plain_text import Plain, PlainReader
from nlu.components.plain_tokenizer import plain_of
from nlu.components.problems import READ_MOST, Leaf, load_leaves, problem
from nlu.components.span import Fact, blanked, half_width
from nlu.components.times import phones, times

# Facts stand where a letter begins, else where it ends.
_READ_LAST = 300
_HOUSE = {"building", "unit", "room"}
# 垃圾站对面那栋, 就在消防通道那里: a place is told and nothing is wrong with it.
_NOTHING_MORE = re.compile(
    r"(?:[那这]里|[那这]边|旁边?|边上|对面|附近|里面|后面|前面|那[栋个条]|我们?|小区|家|住|就|在|是|的|地[点址]|位置|[\s，。,.：:！!、])*"
)
_TOLD_LAST = {*_HOUSE, "community", "place", "phone"}


class Rules(NamedTuple):
    """What `facts.yml` and `problems.yml` hold."""

    places: Places
    leaves: List[Leaf]


def load_rules(path: Path) -> Rules:
    """The words of places, and the words of each leaf of `problems.yml`."""
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rules(places=Places(rules), leaves=load_leaves())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Entities by rule; house numbers come out in one form (3栋, 2单元, 501)."""

    def __init__(self) -> None:
        self._rules = load_rules(Path(__file__).with_name("facts.yml"))
        self._opinion = LeafModel()
        self._reader = PlainReader()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactExtractor":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT):
                found = self.facts_in(plain_of(message, self._reader))
                facts = self.add_extractor_name(found)
                message.set(ENTITIES, message.get(ENTITIES, []) + facts, add_to_output=True)
        return messages

    def facts(self, typed: Text) -> List[Fact]:
        """All facts of a message as it was typed."""
        return self.facts_in(self._reader.read(typed))

    def facts_in(self, plain: Plain) -> List[Fact]:
        """All facts of a message, in its plain words; positions are those of the typed text."""
        found = self._read(plain.text[:READ_MOST])
        if len(plain.text) > READ_MOST:
            found += self._in_the_end(plain.text, {fact["entity"] for fact in found})
        for one in found:
            one["start"], one["end"] = plain.typed_span(one["start"], one["end"])
        return found

    def _in_the_end(self, text: Text, known: Set[Text]) -> List[Fact]:
        """What only the last lines of a long letter tell: often the place, the telephone."""
        start = max(READ_MOST, len(text) - _READ_LAST)
        found = [fact for fact in self._read(text[start:]) if fact["entity"] in _TOLD_LAST]
        if known & _HOUSE:
            found = [fact for fact in found if fact["entity"] not in _HOUSE]
        late = [fact for fact in found if fact["entity"] not in known]
        for one in late:
            one["start"], one["end"] = one["start"] + start, one["end"] + start
        return late

    def _read(self, text: Text) -> List[Fact]:
        numbers = phones(text)
        # The groups of a telephone number look like rooms.
        bare = blanked(text, numbers)
        name = self._rules.places.community(bare)
        house = house_numbers(bare)
        spots = self._rules.places.places(bare, [*house, *([name] if name else [])])
        told = [*house, *numbers, *times(bare), *([name] if name else []), *spots]
        if told and _NOTHING_MORE.fullmatch(blanked(text, told)):
            return told
        return [*told, *problem(half_width(text), self._rules.leaves, self._opinion)]
