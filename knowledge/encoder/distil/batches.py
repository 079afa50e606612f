"""Cuts training texts into batches of like length, by turns at random and by topic."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_ANCHORS = 300
_CHUNK = 8192


def epoch(
    lengths: NDArray[np.int64], targets: NDArray[np.float16], size: int, random: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Batches of `size` row numbers in random order, every row once.

    One half of the rows is cut by length alone; the other by the nearest of some random texts,
    then by length: near texts side by side teach the student what tells them apart.
    """
    rows = random.permutation(len(lengths))
    plain, near = np.array_split(rows, 2)
    topic = _topics(targets, near, random)
    orders = [
        plain[np.lexsort((random.random(len(plain)), lengths[plain]))],
        near[np.lexsort((lengths[near], topic))],
    ]
    batches = [
        order[start : start + size] for order in orders for start in range(0, len(order), size)
    ]
    return [batches[number] for number in random.permutation(len(batches))]


def forever(
    lengths: NDArray[np.int64], targets: NDArray[np.float16], size: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Batches of one epoch after another."""
    while True:
        yield from epoch(lengths, targets, size, random)


def _topics(
    targets: NDArray[np.float16], rows: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    """For each row the number of the random anchor that its centred vector is nearest to."""
    chosen = random.choice(rows, min(_ANCHORS, len(rows)), replace=False)
    centre = targets[chosen].astype(np.float32).mean(0)
    anchors = targets[chosen].astype(np.float32) - centre
    anchors /= np.linalg.norm(anchors, axis=1, keepdims=True)
    found = []
    for start in range(0, len(rows), _CHUNK):
        part = targets[rows[start : start + _CHUNK]].astype(np.float32) - centre
        found.append((part @ anchors.T).argmax(1))
    return np.concatenate(found)
