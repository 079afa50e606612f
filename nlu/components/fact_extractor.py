"""Reads facts out of a message: community, building, unit, room, place, phone, time, problem.

Rules of our own rather than a learned tagger: house numbers follow a small grammar, and a rule that
is wrong can be read and mended.
"""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Pattern, Text

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.house_numbers import house_numbers
from nlu.components.places import community, place
from nlu.components.problems import Problem, problem, problems_of
from nlu.components.span import Fact, half_width
from nlu.components.times import phones, times

# Facts stand where a letter begins; the rest is read for its topic alone.
_READ_MOST = 600


class Rules(NamedTuple):
    """What `facts.yml` holds."""

    communities: Pattern[Text]
    places: List[Pattern[Text]]
    problems: List[Problem]


def load_rules(path: Path) -> Rules:
    """Names of communities, place patterns, and problem patterns by category."""
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Rules(
        communities=re.compile(rules["communities"]),
        places=[re.compile(pattern) for pattern in rules["places"]],
        problems=problems_of(rules["problems"], rules["faint"]),
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """Entities by rule; house numbers come out in one form (3栋, 2单元, 501)."""

    def __init__(self) -> None:
        self._rules = load_rules(Path(__file__).with_name("facts.yml"))

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
            text = message.get(TEXT)
            if text:
                facts = self.add_extractor_name(self.facts(text))
                message.set(ENTITIES, message.get(ENTITIES, []) + facts, add_to_output=True)
        return messages

    def facts(self, text: Text) -> List[Fact]:
        """All facts of a message; positions are those of the text as it was typed."""
        plain = half_width(text[:_READ_MOST])
        name = community(plain, self._rules.communities)
        spot = place(plain, self._rules.places, name)
        return [
            *house_numbers(plain),
            *phones(plain),
            *times(plain),
            *([name] if name else []),
            *([spot] if spot else []),
            *problem(plain, self._rules.problems),
        ]
