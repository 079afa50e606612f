"""The rule of wrong passwords, and its shadow for user names that do not exist."""

import math
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.staff.member import AccountLocked

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_REMEMBERED = 2000


class UnknownNames:
    """Counts failures of names without an account in memory; the oldest are forgotten."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def check(self, name: str, now: datetime) -> None:
        """Raise AccountLocked as for a real account."""
        _, locked_until = self._names.get(name, (0, None))
        refuse_locked(locked_until, now)

    def fail(self, name: str, now: datetime) -> None:
        failures, _ = self._names.pop(name, (0, None))
        failures += 1
        self._names[name] = (0, now + LOCKED_FOR) if failures >= FAILURES else (failures, None)
        while len(self._names) > _REMEMBERED:
            self._names.popitem(last=False)


def refuse_locked(locked_until: datetime | None, now: datetime) -> None:
    """Raise AccountLocked with the minutes left, rounded up."""
    if locked_until and locked_until > now:
        raise AccountLocked(math.ceil((locked_until - now) / timedelta(minutes=1)))
