"""How much one visitor may ask of us: a token bucket each, kept in this process."""

import time
from collections.abc import Callable

VISITORS_REMEMBERED = 10_000


class Buckets:
    """Each visitor has a bucket of `size` tokens that fills again in `per` seconds."""

    def __init__(
        self, size: int, per: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = float(size)
        self._rate = size / per
        self._clock = clock
        # visitor → (tokens left, when they were counted), the longest unseen first
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, visitor: str) -> float:
        """Take one token and return 0.0, or the seconds to wait until there is one."""
        now = self._clock()
        left, seen = self._levels.pop(visitor, (self._size, now))
        left = min(self._size, left + (now - seen) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._levels[visitor] = (left - 1 if wait == 0 else left, now)
        if len(self._levels) > VISITORS_REMEMBERED:
            del self._levels[next(iter(self._levels))]
        return wait
