"""The texts whose vectors the student learns to imitate, in an order that a seed fixes."""

import random
from pathlib import Path

from knowledge.encoder.distil.frames import Frames
from knowledge.encoder.distil.texts import entry_texts, example_texts, real_sentences

_SHORT = 28
_LONG_KEPT = 0.15
_MATTERS = 60_000
_WORDS = 6_000
# How residents begin and end a question; each fourth made one is dressed so.
_BEFORE = ("请问", "你好，", "我想知道", "急，", "谁知道", "想问一下", "那", "")
_AFTER = ("？", "?", "呢", "呢？", "啊", "。", "，谢谢", "！", "")


def real_pool(data: Path, limit: int) -> list[str]:
    """Real sentences, shuffled: all short ones and some of the long ones, at most `limit`."""
    chance = random.Random(0)
    texts = [
        text for text in real_sentences(data) if len(text) <= _SHORT or chance.random() < _LONG_KEPT
    ]
    chance.shuffle(texts)
    return texts[:limit]


def made_pool(entries: Path, examples: Path, limit: int) -> list[str]:
    """Entries, the dialogue's examples, words and made-up questions: distinct, shuffled."""
    chance = random.Random(1)
    frames = Frames(1)
    ours = example_texts(examples)
    for entry in entry_texts(entries):
        ours += [entry.title, *entry.questions]
    asked = [text for matter in frames.draw(_MATTERS) for text in matter.wordings]
    chance.shuffle(asked)
    dressed = [
        chance.choice(_BEFORE) + text + chance.choice(_AFTER) if number % 4 == 0 else text
        for number, text in enumerate(asked)
    ]
    texts = list(dict.fromkeys([*ours, *frames.words(_WORDS), *dressed]))[:limit]
    chance.shuffle(texts)
    return texts
