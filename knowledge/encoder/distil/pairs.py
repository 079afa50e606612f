"""Pairs of texts that belong together: wordings of one question, title and detail, name and rule."""

import random
from collections.abc import Collection, Iterator, Sequence
from itertools import cycle
from pathlib import Path

from knowledge.encoder.distil.frames import Frames
from knowledge.encoder.distil.texts import (
    entry_texts,
    read_matters,
    sentences,
    titles_and_details,
)
from knowledge.search.measure import FOLDS

Batch = tuple[list[str], list[str], list[int]]

_MATTERS_DRAWN = 4_800
_RUN = 8
# Which kind of pair the batches hold, by turns.
_TURNS = ("frames", "entries", "frames", "letters", "frames", "entries", "frames", "matters")


class Pairs:
    """All pairs that training contrasts, by kind; batches never mix kinds."""

    def __init__(self, data: Path, entries: Path, left_out: Collection[int] = ()) -> None:
        """`left_out`: folds (those of knowledge.search.measure) of questions not to be seen."""
        self._entries = _entries(entries, left_out)
        self._letters = titles_and_details(data)
        self._matters = _matters(data)

    def forever(self, size: int, seed: int) -> Iterator[Batch]:
        """Endless batches: (first texts, second texts, number of the matter), `size` of each."""
        chance = random.Random(seed)
        kinds = {
            "frames": self._frames(size, chance),
            "entries": self._questions(size, chance),
            "letters": _shuffled(self._letters, size, chance),
            "matters": _shuffled(self._matters, size, chance),
        }
        for turn in cycle(_TURNS):
            yield next(kinds[turn])

    def _frames(self, size: int, chance: random.Random) -> Iterator[Batch]:
        """Neighbours share their words or their frame: the negatives that teach most."""
        numbers: dict[tuple[str, ...], int] = {}
        frames = Frames(chance.randrange(1 << 30))
        while True:
            drawn = frames.draw(_MATTERS_DRAWN)
            for start in range(0, len(drawn) - size + 1, size):
                chosen = drawn[start : start + size]
                two = [chance.sample(asked.wordings, 2) for asked in chosen]
                groups = [numbers.setdefault(asked.wordings, len(numbers)) for asked in chosen]
                yield [pair[0] for pair in two], [pair[1] for pair in two], groups

    def _questions(self, size: int, chance: random.Random) -> Iterator[Batch]:
        """A question of an entry with another, the title, or the answer's beginning.

        Entries come in runs of neighbours, which share a topic and are easily confused.
        """
        total = len(self._entries)
        while True:
            starts = chance.sample(range(0, total, _RUN), -(-size // _RUN))
            shift = chance.randrange(total)
            runs = [(start + shift + step) % total for start in starts for step in range(_RUN)]
            chosen = list(dict.fromkeys(runs))[:size]
            first, second = [], []
            for number in chosen:
                questions, title, lead = self._entries[number]
                asked = chance.choice(questions)
                others = [text for text in questions if text != asked]
                kinds = [title, lead, *(chance.sample(others, min(4, len(others))))]
                first.append(asked)
                second.append(chance.choice(kinds))
            yield first, second, chosen


def _entries(folder: Path, left_out: Collection[int]) -> list[tuple[list[str], str, str]]:
    """(questions, title, beginning of the answer) of each entry."""
    found = []
    for place, content in enumerate(entry_texts(folder)):
        questions = [
            text
            for number, text in enumerate(content.questions)
            if (number + place) % FOLDS not in left_out
        ]
        lead = next(sentences(content.answer), content.title)
        found.append((questions or [content.title], content.title, lead))
    return found


def _matters(data: Path) -> list[tuple[str, str]]:
    """(name, beginning of the conditions) of the service matters that state any."""
    pairs: dict[str, str] = {}
    for matter in read_matters(data):
        lead = "，".join(list(sentences(str(matter.get("conditions") or "")))[:2])
        if lead:
            pairs.setdefault(str(matter["name"]), lead)
    return list(pairs.items())


def _shuffled(
    pairs: Sequence[tuple[str, str]], size: int, chance: random.Random
) -> Iterator[Batch]:
    size = min(size, len(pairs))
    while True:
        order = chance.sample(pairs, len(pairs))
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start : start + size]
            numbers: dict[str, int] = {}
            groups = [
                numbers.setdefault(second, number) for number, (_, second) in enumerate(chosen)
            ]
            yield [first for first, _ in chosen], [second for _, second in chosen], groups
