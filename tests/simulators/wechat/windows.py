"""When and how often an account may write to a resident (客服消息 rules)."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

OUTSIDE_WINDOW = 45015
QUOTA_USED = 45047


@dataclass
class _Grant:
    until: float
    left: int


class Windows:
    """Grants by resident: five in 48 hours after a message, three in a minute after a click."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._grants: dict[str, dict[str, _Grant]] = defaultdict(dict)

    def message_came(self, openid: str) -> None:
        with self._lock:
            self._grants[openid]["message"] = _Grant(self._clock() + 48 * 3600, 5)

    def menu_clicked(self, openid: str) -> None:
        with self._lock:
            self._grants[openid]["click"] = _Grant(self._clock() + 60, 3)

    def unfollowed(self, openid: str) -> None:
        with self._lock:
            self._grants.pop(openid, None)

    def spend(self, openid: str) -> int:
        """Takes one message from an open grant; returns 0 or the error code."""
        with self._lock:
            open_ones = [g for g in self._grants[openid].values() if g.until > self._clock()]
            if not open_ones:
                return OUTSIDE_WINDOW
            for grant in sorted(open_ones, key=lambda grant: grant.until):
                if grant.left > 0:
                    grant.left -= 1
                    return 0
            return QUOTA_USED
