"""The training data keeps its own rules."""

import re
from collections import Counter, defaultdict

from tests.nlu.examples import HELD_OUT, TRAINING, sentences

_INTENTS_LEAST, _EXAMPLES_LEAST = 24, 30


def _plain(text: str) -> str:
    """Without punctuation; what is nothing else (？？, an emoji) stays as it is."""
    return re.sub(r"[\W_]+", "", text.lower()) or text


def test_enough_intents_with_enough_examples() -> None:
    counts = Counter(intent for _, intent in sentences(*TRAINING))
    assert len(counts) >= _INTENTS_LEAST
    assert {i: n for i, n in counts.items() if n < _EXAMPLES_LEAST} == {}


def test_no_sentence_stands_under_two_intents() -> None:
    intents = defaultdict(set)
    for text, intent in sentences(*TRAINING):
        intents[_plain(text)].add(intent)
    assert {text: both for text, both in intents.items() if len(both) > 1} == {}


def test_held_out_sentences_are_not_trained_on() -> None:
    trained = {text for text, _ in sentences(*TRAINING)}
    assert [text for text, _ in sentences(*HELD_OUT) if text in trained] == []
