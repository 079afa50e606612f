"""Due dates (到期时间): what the terms make of one appeal on the working calendar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from actions.clock.calendar import WorkingCalendar
from actions.clock.terms import Terms, load_terms


@dataclass(frozen=True, slots=True)
class Due:
    """Until when to sign, to make contact and to solve; moments in UTC, in this order."""

    sign_by: datetime
    contact_by: datetime
    solve_by: datetime


class Deadlines(Protocol):
    """Gives an appeal its due dates at dispatch: the clock starts there, not at signing."""

    def at_dispatch(self, kind: str, category: str, urgency: str, now: datetime) -> Due: ...


class WorkingDeadlines:
    """The terms of `terms.yaml` in the office hours of `hours.yaml`; raises `BadFile` at the start."""

    def __init__(
        self, zone: ZoneInfo, terms: Terms | None = None, calendar: WorkingCalendar | None = None
    ) -> None:
        self.terms = terms or load_terms()
        self.calendar = calendar or WorkingCalendar(zone)

    def at_dispatch(self, kind: str, category: str, urgency: str, now: datetime) -> Due:
        """No step is due after the one that follows it: what takes a day is signed within it."""
        term = self.terms.of(kind, category, urgency)
        solve = term.solve.after(now, self.calendar)
        contact = min(term.contact.after(now, self.calendar), solve)
        return Due(min(term.sign.after(now, self.calendar), contact), contact, solve)

    def next_level_at(
        self, kind: str, category: str, urgency: str, level: int, since: datetime
    ) -> datetime:
        """When `level` (2 and above) hears of it, if the level below has known `since`."""
        rung = self.terms.ladder[level - 1]
        after = rung.after or self.terms.of(kind, category, urgency).solve
        return after.after(since, self.calendar)
