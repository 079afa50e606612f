"""What the vectors of a question and of the entries say of each entry: four signs.

A few thousand entries are compared in full. Among more, a coarse look at each entry chooses the
few hundred that are worth it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.kept_vectors import Halves
from knowledge.search.rows import Rows

Floats = NDArray[np.float32]
Numbers = NDArray[np.intp]

# Up to so many entries, all are compared in full.
_FEW = 6000
_COARSE_WIDTH = 96
# So many nearest lines of an entry count together: one alone may be near by chance.
_NEAR = 3
# Entries whose lines are widened at a time.
_AT_ONCE = 8_000


class EntryVectors:
    """Vectors of the lines (m, d) and leads (n, d) of n entries in order."""

    def __init__(self, rows: Rows, lines: Halves, leads: Halves) -> None:
        self._rows, self._lines, self._leads = rows, lines, leads
        everything = len(leads) <= _FEW
        self._all = self._block(np.arange(len(leads))) if everything else None
        self._coarse = None if everything else _Coarse.of(rows, lines, leads)

    def candidates(self, vector: Floats, count: int) -> Numbers | None:
        """The entries nearest at a coarse look; None where all are compared anyway."""
        if self._coarse is None:
            return None
        return largest(self._coarse.cosines(vector), count)

    def signs(self, vector: Floats, chosen: Numbers | None) -> list[Floats]:
        """Nearest line, three nearest, lead, centre of each chosen entry (None: of every one)."""
        if chosen is None and self._all is not None:
            return self._all.signs(vector)
        every = np.arange(len(self._leads)) if chosen is None else chosen
        return self._block(every).signs(vector)

    def nearest_line(self, number: int, vector: Floats) -> int:
        """Which line of an entry is nearest, counted from its first."""
        own = self._lines[self._rows.of_entry(number)].astype(np.float32)
        return int(np.argmax(own @ vector))

    def _block(self, chosen: Numbers) -> "_Block":
        starts, ends = self._rows.starts[chosen], self._rows.ends[chosen]
        firsts = np.concatenate([[0], np.cumsum(ends - starts)])
        places = np.arange(firsts[-1]) + np.repeat(starts - firsts[:-1], ends - starts)
        return _Block.of(
            self._lines[places].astype(np.float32),
            firsts[:-1],
            self._leads[chosen].astype(np.float32),
        )


def largest(scores: Floats, count: int) -> Numbers:
    """Places of the largest scores, in no order."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(scores, -count)[-count:]


@dataclass(frozen=True)
class _Block:
    """Some entries, ready to be compared: lines (m, d), the rest (n, d)."""

    lines: Floats
    starts: Numbers
    owners: Numbers
    leads: Floats
    centres: Floats

    @classmethod
    def of(cls, lines: Floats, starts: Numbers, leads: Floats) -> "_Block":
        centres = np.add.reduceat(lines, starts, axis=0) + leads
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        owners = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(lines))))
        return cls(lines, starts, owners, leads, centres)

    def signs(self, vector: Floats) -> list[Floats]:
        left = self.lines @ vector
        nearest = np.maximum.reduceat(left, self.starts)
        among, last = nearest.copy(), nearest
        for _ in range(_NEAR - 1):
            left[left == last[self.owners]] = -np.inf
            best = np.maximum.reduceat(left, self.starts)
            # Where no line is left, the last one counts again.
            last = np.where(np.isfinite(best), best, last)
            among += last
        return [nearest, among / np.float32(_NEAR), self.leads @ vector, self.centres @ vector]


@dataclass(frozen=True)
class _Coarse:
    """Centres of all entries in the few directions that hold most of what tells them apart."""

    middle: Floats
    directions: Floats
    centres: Floats

    @classmethod
    def of(cls, rows: Rows, lines: Halves, leads: Halves) -> "_Coarse":
        centres = np.empty(leads.shape, np.float32)
        for first in range(0, len(leads), _AT_ONCE):
            last = min(first + _AT_ONCE, len(leads))
            starts = rows.starts[first:last]
            own = lines[starts[0] : rows.ends[last - 1]].astype(np.float32)
            centres[first:last] = np.add.reduceat(own, starts - starts[0], axis=0)
        centres += leads
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        middle = centres.mean(axis=0)
        centres -= middle
        _, directions = np.linalg.eigh(centres.T @ centres)
        kept = np.ascontiguousarray(directions[:, -_COARSE_WIDTH:])
        return cls(middle, kept, centres @ kept)

    def cosines(self, vector: Floats) -> Floats:
        return np.asarray(self.centres @ ((vector - self.middle) @ self.directions), np.float32)
