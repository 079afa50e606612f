"""How sure search is of a hit: fitted weights turn its signs into a probability.

The numbers stand in calibration.json; `python -m knowledge.search.calibrate` fits them again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# A lead beyond which an entry gets no surer.
_WIDE = 4.0

DEFAULT_FILE = Path(__file__).with_name("calibration.json")

# Signs of one entry for one question, in the order of their columns.
# Words come as the share found of what the question holds; `weight_found` says how much that is.
WORD_SIGNS = ("all_words", "page_words", "title_words", "weight_found")
DENSE_SIGNS = ("line_cosine", "near_cosine", "lead_cosine", "centre_cosine", *WORD_SIGNS)
MARGIN_SIGNS = ("margin", "small_margin")


@dataclass(frozen=True)
class Thresholds:
    """From which confidence search answers, and from which it offers choices."""

    answer: float
    choices: float


@dataclass(frozen=True)
class Mode:
    """Weights for one set of signs: with the encoder, or with words alone."""

    rank: Floats
    confidence: Floats
    bias: float
    thresholds: Thresholds

    def order(self, signs: Floats) -> Floats:
        """A score for each entry, shape (n,), from its signs, shape (n, f)."""
        return np.asarray(signs @ self.rank, np.float32)

    def confidences(self, signs: Floats, margins: Floats) -> Floats:
        """Probability, 0 … 1, that each of the given entries answers the question."""
        logits = features(signs, margins) @ self.confidence + np.float32(self.bias)
        logits = np.clip(logits, -30, 30)
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


@dataclass(frozen=True)
class Calibration:
    """Both modes."""

    dense: Mode
    words: Mode

    @classmethod
    def load(cls, path: Path = DEFAULT_FILE) -> "Calibration":
        """Reads the fitted numbers; raises ValueError naming the file where they do not fit."""
        content = json.loads(path.read_text(encoding="utf-8"))
        try:
            return cls(_mode(content["dense"], DENSE_SIGNS), _mode(content["words"], WORD_SIGNS))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: {error!r}; fit it again") from error

    @classmethod
    def blank(cls) -> "Calibration":
        """Of no use but to collect signs before there is a fit."""
        nothing = Thresholds(1.0, 1.0)
        width = len(MARGIN_SIGNS)
        return cls(
            *(
                Mode(np.zeros(n, np.float32), np.zeros(n + width, np.float32), 0.0, nothing)
                for n in (len(DENSE_SIGNS), len(WORD_SIGNS))
            )
        )


def features(signs: Floats, margins: Floats) -> Floats:
    """Shape (n, f + 2): the signs, the lead over the next best entry, and its first step.

    The lead counts up to a limit, for among few entries every lead is wide. The length of a
    question is left out: it tells small talk from questions in any training set, and then
    holds short real ones (低保) to be small talk.
    """
    tail = np.empty((len(signs), len(MARGIN_SIGNS)), np.float32)
    tail[:, 0] = np.minimum(margins, _WIDE)
    tail[:, 1] = np.minimum(margins, 1)
    return np.hstack([signs, tail])


def margins_of(scores: Floats) -> Floats:
    """How far each of the scores, best first, lies above the best other one; shape as given."""
    if len(scores) < 2:
        return np.ones(len(scores), np.float32)
    margins: Floats = scores - scores[0]
    margins[0] = scores[0] - scores[1]
    return margins


def _mode(content: Mapping[str, Any], signs: tuple[str, ...]) -> Mode:
    rank, confidence = content["rank"], content["confidence"]
    return Mode(
        rank=np.array([rank[name] for name in signs], np.float32),
        confidence=np.array([confidence[name] for name in (*signs, *MARGIN_SIGNS)], np.float32),
        bias=float(confidence["bias"]),
        thresholds=Thresholds(float(content["answer"]), float(content["choices"])),
    )
