"""What to do with the hits: answer, offer choices, or say that it is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.search.calibration import Thresholds
from knowledge.search.index import Hit

Kind = Literal["answer", "choices", "unknown"]


@dataclass(frozen=True)
class Decision:
    """The kind, and the hits best first: the first is the answer, or the first few the choices."""

    kind: Kind
    hits: tuple[Hit, ...]


def decide(hits: Sequence[Hit], thresholds: Thresholds) -> Decision:
    """Answers when sure, offers what was found when unsure, else unknown (hits kept for the log)."""
    best = hits[0].confidence if hits else 0.0
    kind: Kind = "unknown"
    if best >= thresholds.answer:
        kind = "answer"
    elif best >= thresholds.choices:
        kind = "choices"
    return Decision(kind, tuple(hits))
