"""Puts likeness together: what a process needs to find, join, merge and count the same problem."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from actions.appeals.casework import Casework
from actions.appeals.record import Record
from actions.clock.deadlines import Deadlines
from actions.likeness.bursts import Bursts
from actions.likeness.finder import Encode, Finder
from actions.likeness.joining import Joining
from actions.likeness.likeness import Likeness
from actions.likeness.merging import Merging
from knowledge.storage.database import Database


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Everything around 我家也是, on one database."""

    finder: Finder
    joining: Joining
    merging: Merging
    bursts: Bursts

    @classmethod
    def on(
        cls,
        database: Database,
        casework: Casework,
        deadlines: Deadlines,
        encode: Encode,
        clock: Callable[[], datetime],
    ) -> "Neighbours":
        """`encode` gives the vector of a text, or None while there is no encoder."""
        likeness, record = Likeness.load(), Record(clock, deadlines)
        finder = Finder(database, likeness, encode, clock)
        merging = Merging(database, finder, record)
        bursts = Bursts(database, casework, merging, record, likeness.rules.burst, clock)
        return cls(finder, Joining(database, casework, record), merging, bursts)
