"""Finds danger to life in a message and makes it the intent, whatever the classifier thought.

Rules that people can read and mend (`danger.yml`): what is said, unless it is past, feared or denied.
"""

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Pattern, Text, Tuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

EMERGENCY = "emergency"
# Without a word of danger the classifier alone must be this sure.
_ALONE = 0.75
_ALONE_MOST_CHARACTERS = 60


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent, IntentClassifier):
    """Stands after the classifier: sets intent `emergency` and an entity `danger` with its kind."""

    def __init__(self, path: Optional[Path] = None) -> None:
        rules = yaml.safe_load(
            (path or Path(__file__).with_name("danger.yml")).read_text(encoding="utf-8")
        )
        self._near: int = rules["near"]
        self._long: int = rules["long"]
        self._now = re.compile(rules["now"])
        self._unless = re.compile("".join(rules["unless"].split()))
        self._kinds: List[Tuple[Text, Pattern[Text]]] = [
            (kind, re.compile("|".join(patterns))) for kind, patterns in rules["kinds"].items()
        ]
        self._always = [(kind, re.compile(p)) for kind, p in rules["always"].items()]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DangerDetector":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            guess = message.get(INTENT) or {}
            kind, span = self.danger(text)
            if kind is None:
                kind, span = self._trust(guess, text)
            if kind:
                self._mark(message, kind, span)
            elif guess.get("name") == EMERGENCY:
                self._take_next(message)
        return messages

    def danger(self, text: Text) -> Tuple[Optional[Text], Tuple[int, int]]:
        """The kind of danger that a message tells of, and where; (None, …) where there is none."""
        for kind, pattern in self._always:
            match = pattern.search(text)
            if match:
                return kind, match.span()
        if len(text) > self._long and not self._now.search(text):
            return None, (0, 0)
        for kind, pattern in self._kinds:
            for match in pattern.finditer(text):
                before = max(0, match.start() - self._near)
                around = text[before : match.end() + self._near]
                if self._unless.search(around):
                    continue
                if len(text) > self._long and not self._happening(text, match.span()):
                    continue
                return kind, match.span()
        return None, (0, 0)

    def _happening(self, text: Text, span: Tuple[int, int]) -> bool:
        around = text[max(0, span[0] - 2 * self._near) : span[1] + 2 * self._near]
        return bool(self._now.search(around))

    def _trust(self, guess: Dict[Text, Any], text: Text) -> Tuple[Optional[Text], Tuple[int, int]]:
        """Danger in words that no rule knows, if nothing says that it is past, feared or denied."""
        sure = guess.get("name") == EMERGENCY and guess.get("confidence", 0.0) >= _ALONE
        if sure and len(text) <= _ALONE_MOST_CHARACTERS and not self._unless.search(text):
            return "other", (0, len(text))
        return None, (0, 0)

    @staticmethod
    def _mark(message: Message, kind: Text, span: Tuple[int, int]) -> None:
        # FallbackClassifier compares the first two: a sure second thought must not make it doubt.
        ranking = [
            {**other, "confidence": 0.0}
            for other in message.get(INTENT_RANKING_KEY, [])
            if other["name"] != EMERGENCY
        ]
        intent = {"name": EMERGENCY, "confidence": 1.0}
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
        danger = {"entity": "danger", "value": kind, "start": span[0], "end": span[1]}
        danger["extractor"] = "DangerDetector"
        message.set(ENTITIES, [*message.get(ENTITIES, []), danger], add_to_output=True)

    @staticmethod
    def _take_next(message: Message) -> None:
        """The classifier guessed danger without reason enough: its second thought counts."""
        ranking = [r for r in message.get(INTENT_RANKING_KEY, []) if r["name"] != EMERGENCY]
        if ranking:
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
