"""Finds danger to life in a message and makes it the intent, whatever the classifier thought.

Rules that people can read and mend (`danger.yml`): what is said, unless it is past, feared or denied;
and threats of group action, which are mostly supposed and count all the same.
"""

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Pattern, Text, Tuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.linear_classifier import DANGER_CHANCE, EMERGENCY
from nlu.components.plain_text import PlainReader
from nlu.components.plain_tokenizer import plain_of

# Where no rule knows the words, the classifier alone must be this sure (docs/nlu.md: what it costs).
_ALONE = 0.4
# Below it, the words that a rule goes by are used of something else.
_CALM = 0.3
_ALONE_MOST_CHARACTERS = 60
_SENTENCE_END = re.compile(r"[。！!？?；;\n]")


class _Sign(NamedTuple):
    """One line of `danger.yml`: what is said, and what must not stand near it."""

    kind: Text
    says: Pattern[Text]
    unless: Optional[Pattern[Text]]

    @classmethod
    def of(cls, kind: Text, line: Text, words: Dict[Text, Text]) -> "_Sign":
        says, _, unless = line.partition(" unless ")
        for name, meaning in words.items():
            says = says.replace(f"<{name}>", f"(?:{meaning})")
        return cls(kind, re.compile(says), re.compile(unless) if unless else None)


def _lines(kinds: Dict[Text, List[Text]]) -> Iterator[Tuple[Text, Text]]:
    return ((kind, line) for kind, lines in kinds.items() for line in lines)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerDetector(GraphComponent, IntentClassifier):
    """Stands after the classifier: sets intent `emergency` and an entity `danger` with its kind."""

    def __init__(self, path: Optional[Path] = None) -> None:
        rules = yaml.safe_load(
            (path or Path(__file__).with_name("danger.yml")).read_text(encoding="utf-8")
        )
        words: Dict[Text, Text] = rules["words"]
        self._near: int = rules["near"]
        self._long: int = rules["long"]
        self._now = re.compile(rules["now"])
        self._since = re.compile(rf"[。！!？?；;\n]|{rules['since']}")
        self._before = re.compile("".join(rules["before"].split()))
        self._after = re.compile("".join(rules["after"].split()))
        self._kinds = [_Sign.of(kind, line, words) for kind, line in _lines(rules["kinds"])]
        self._threats = [_Sign.of(kind, line, words) for kind, line in _lines(rules["threats"])]
        self._threats_unless = re.compile("".join(rules["threats_unless"].split()))
        self._plan = re.compile("".join(rules["plan"].split()))
        self._always = [(kind, re.compile(p)) for kind, p in rules["always"].items()]
        self._likely = [(kind, re.compile(p)) for kind, p in rules["likely"].items()]
        self._reader = PlainReader()

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
            if not message.get(TEXT):
                continue
            plain = plain_of(message, self._reader)
            guess = message.get(INTENT) or {}
            chance = message.get(DANGER_CHANCE, 1.0)
            kind, span = self._danger_in(plain.text, chance)
            if kind is None:
                kind, span = self._trust(message.get(DANGER_CHANCE, 0.0), plain.text)
            if kind:
                self._mark(message, kind, plain.typed_span(*span))
            elif guess.get("name") == EMERGENCY:
                self._take_next(message)
        return messages

    def danger(self, typed: Text) -> Tuple[Optional[Text], Tuple[int, int]]:
        """The kind of danger that a message tells of, and where; (None, …) where there is none."""
        plain = self._reader.read(typed)
        kind, span = self._danger_in(plain.text)
        return kind, plain.typed_span(*span)

    def _danger_in(self, text: Text, chance: float = 1.0) -> Tuple[Optional[Text], Tuple[int, int]]:
        """What the rules find; `chance` is the classifier's, which may know a calm message."""
        for kind, pattern in self._always:
            match = pattern.search(text)
            if match:
                return kind, match.span()
        calm = len(text) <= _ALONE_MOST_CHARACTERS and chance < _CALM
        if not calm and (len(text) <= self._long or self._now.search(text)):
            for sign in self._kinds:
                for match in sign.says.finditer(text):
                    if self._is_now(text, match.span(), sign):
                        return sign.kind, match.span()
        for sign in self._threats:
            for match in sign.says.finditer(text):
                if self._is_threat(text, match.span()):
                    return sign.kind, match.span()
        return None, (0, 0)

    def _is_threat(self, text: Text, span: Tuple[int, int]) -> bool:
        """Whether it is still to come: nothing near denies it or says that it is over."""
        around = self._around(text, span)
        if self._threats_unless.search(around):
            return False
        return len(text) <= self._long or bool(self._plan.search(around))

    def _is_now(self, text: Text, span: Tuple[int, int], sign: "_Sign") -> bool:
        """Whether nothing near says that it is over, feared, or only talked of."""
        before = self._since.split(text[max(0, span[0] - self._near) : span[0]])[-1]
        after = _SENTENCE_END.split(text[span[1] : span[1] + self._near])[0]
        if self._before.search(before) or self._after.search(after):
            return False
        if sign.unless and sign.unless.search(self._around(text, span)):
            return False
        if len(text) <= self._long:
            return True
        return bool(self._now.search(self._around(text, span, reach=2)))

    def _around(self, text: Text, span: Tuple[int, int], reach: int = 1) -> Text:
        return text[max(0, span[0] - reach * self._near) : span[1] + reach * self._near]

    def _trust(self, chance: float, text: Text) -> Tuple[Optional[Text], Tuple[int, int]]:
        """Danger in words that no rule knows; what is past or feared the classifier has learned."""
        if chance < _ALONE or len(text) > _ALONE_MOST_CHARACTERS:
            return None, (0, 0)
        kinds = (kind for kind, speaks in self._likely if speaks.search(text))
        return next(kinds, "other"), (0, len(text))

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
