"""The measures that every part shares."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np


def accuracy(right: Sequence[str], said: Sequence[str]) -> float:
    return sum(a == b for a, b in zip(right, said, strict=True)) / max(len(right), 1)


def macro_f1(right: Sequence[str], said: Sequence[str]) -> float:
    """Mean F1 over the classes that occur in `right`."""
    return float(np.mean([f1(*class_counts(label, right, said)) for label in sorted(set(right))]))


def class_counts(label: str, right: Sequence[str], said: Sequence[str]) -> tuple[int, int, int]:
    """(found rightly, found wrongly, missed) of one class."""
    both = list(zip(right, said, strict=True))
    hit = sum(a == b == label for a, b in both)
    return hit, sum(b == label for _, b in both) - hit, sum(a == label for a, _ in both) - hit


def f1(hit: int, wrong: int, missed: int) -> float:
    """Harmonic mean of precision and recall; 1 where there was nothing to find and to say."""
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else 1.0


def bag_counts(gold: Iterable[str], said: Iterable[str]) -> tuple[int, int, int]:
    """(found rightly, found wrongly, missed) of values, each as often as it stands there."""
    wanted, got = Counter(gold), Counter(said)
    hit = sum((wanted & got).values())
    return hit, sum(got.values()) - hit, sum(wanted.values()) - hit


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a positive scores above a negative (ties count half)."""
    values, truth = np.asarray(scores), np.asarray(positive)
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    many = int(truth.sum())
    few = len(truth) - many
    return float((ranks[truth].sum() - many * (many + 1) / 2) / (many * few))
