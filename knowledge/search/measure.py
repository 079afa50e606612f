"""Measures search on the entries' own questions and on texts that no entry answers.

Each question is asked of an index that was built without it, so that nothing answers itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.search.calibration import Calibration, Floats, Mode, features
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed, SentenceEncoder

FOLDS = 8
NO_ENTRY = -1
_BATCH = 32


@dataclass(frozen=True)
class Asked:
    """Signs of n entries for q questions: signs (q, n, f), right (q,).

    `right` is the place of the entry that answers, or NO_ENTRY.
    """

    signs: Floats
    right: NDArray[np.intp]

    def only(self, columns: slice) -> "Asked":
        """The same questions with some of the signs."""
        return Asked(self.signs[:, :, columns], self.right)

    def and_also(self, others: "Asked") -> "Asked":
        """These questions, then the others."""
        signs = np.concatenate([self.signs, others.signs])
        return Asked(signs, np.concatenate([self.right, others.right]))


@dataclass(frozen=True)
class Outcome:
    """What search would do: per question the features of the best entry, and where it stands."""

    features: Floats
    confidence: Floats
    correct: NDArray[np.bool_]
    place: NDArray[np.intp]

    def shares(self, mode: Mode) -> dict[str, float]:
        """Shares of answers (right and wrong), choices (right within three) and unknown."""
        answered = self.confidence >= mode.thresholds.answer
        offered = ~answered & (self.confidence >= mode.thresholds.choices)
        shares = {
            "answer_right": answered & self.correct,
            "answer_wrong": answered & ~self.correct,
            "choices_right": offered & (self.place < 3),
            "choices_wrong": offered & (self.place >= 3),
            "unknown": ~answered & ~offered,
        }
        return {name: round(float(chosen.mean()), 4) for name, chosen in shares.items()}


def ask_held_out(entries: Sequence[Indexed], encoder: SentenceEncoder | None) -> Asked:
    """Every question of every entry, each asked of an index without it and its fold."""
    parts = []
    index: SearchIndex | None = None
    for fold in range(FOLDS):
        kept, held = _split(entries, fold)
        index = SearchIndex.build(kept, encoder, index, Calibration.blank())
        parts.append(ask(index, encoder, [text for _, text in held], [place for place, _ in held]))
    return reduce(Asked.and_also, parts)


def ask_exams(index: SearchIndex, encoder: SentenceEncoder | None) -> Asked:
    """Every exam question that must find an entry, asked of the whole index."""
    pairs = [(n, q) for n, entry in enumerate(index.entries) for q in entry.content.exam.find]
    return ask(index, encoder, [question for _, question in pairs], [place for place, _ in pairs])


def ask(
    index: SearchIndex,
    encoder: SentenceEncoder | None,
    texts: Sequence[str],
    right: Sequence[int] | None = None,
) -> Asked:
    """Signs for any texts; without `right`, no entry answers them."""
    asked = [index.text.normalise(text) for text in texts]
    vectors: list[Floats | None] = [None] * len(asked)
    if encoder is not None:
        for start, end in pairwise([*range(0, len(asked), _BATCH), len(asked)]):
            vectors[start:end] = encoder.encode_queries(asked[start:end])
    return Asked(
        np.stack([index.signs(text, v) for text, v in zip(asked, vectors, strict=True)]),
        np.array(right if right is not None else [NO_ENTRY] * len(asked), np.intp),
    )


def outcome(asked: Asked, mode: Mode, entry_absent: bool = False) -> Outcome:
    """What search with these weights makes of the questions.

    `entry_absent` asks them as if the entry that answers did not exist: the near misses.
    """
    every = np.arange(len(asked.right))
    scores = asked.signs @ mode.rank
    right = asked.right
    if entry_absent:
        scores[every, right] = -np.inf
        right = np.full_like(right, NO_ENTRY)
    order = np.argsort(-scores, axis=1, kind="stable")
    best, second = order[:, 0], order[:, 1]
    margins = scores[every, best] - scores[every, second]
    signs = asked.signs[every, best]
    found = order == right[:, None]
    return Outcome(
        features=features(signs, margins),
        confidence=mode.confidences(signs, margins),
        correct=best == right,
        place=np.where(found.any(axis=1), found.argmax(axis=1), len(scores[0])),
    )


def _split(entries: Sequence[Indexed], fold: int) -> tuple[list[Indexed], list[tuple[int, str]]]:
    """Entries without the questions of one fold, and those questions with their entry's place."""
    kept, held = [], []
    for place, entry in enumerate(entries):
        questions = entry.content.questions
        out = [text for number, text in enumerate(questions) if (number + place) % FOLDS == fold]
        rest = [text for text in questions if text not in out]
        if not rest:
            kept.append(entry)
            continue
        held += [(place, text) for text in out]
        content = entry.content.model_copy(update={"questions": rest})
        kept.append(Indexed(entry.id, entry.slug, entry.version, content))
    return kept, held
