"""Turns appeals into escaped HTML: rows of the list, facts, proposals, history."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from actions.appeals.appeal import URGENCY_WORDS, Appeal, Urgency
from actions.appeals.life import STATUS_WORDS
from actions.clock import words as clock_words
from actions.clock.calendar import WorkingCalendar
from actions.likeness.finder import Alike
from bot.desk import case_words as words
from bot.desk import standing_words as standing
from bot.desk.cases import Case
from bot.desk.sheet_facts import groups
from bot.desk.steps import steps
from bot.desk.tabs import TAB_WORDS, Listing, Tab


class CaseRenderer:
    """Templates of the appeals side; `calendar` knows days off and the clock on the wall."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            words=words,
            status_words=STATUS_WORDS,
            urgency_words=URGENCY_WORDS,
            urgency_tones={Urgency.RAISED: "tag-first", Urgency.URGENT: "tag-p2"},
            tab_words=TAB_WORDS,
        )

    def tabs(self, listing: Listing, chosen: Tab) -> str:
        return self._render("tabs.html", counts=listing.counts, chosen=chosen)

    def rows(self, appeals: Sequence[Appeal], now: datetime) -> str:
        return self._render(
            "appeals.html",
            rows=[
                {
                    "appeal": appeal,
                    "holder": standing.holder_words(appeal),
                    "due": standing.due_words(appeal, now, self._calendar),
                    "marks": standing.marks(appeal, now),
                    "weak": standing.weak_words(appeal),
                    "households": 1 + appeal.followers,
                }
                for appeal in appeals
            ],
        )

    def head(self, appeal: Appeal) -> str:
        return self._render("appeal_head.html", appeal=appeal)

    def top(self, case: Case, now: datetime) -> str:
        """The words of the resident, and who has it until when."""
        appeal = case.appeal
        since = standing.holder_since(case.file.history)
        return self._render(
            "appeal.html",
            appeal=appeal,
            holder=standing.holder_words(appeal),
            since=clock_words.since(since, now, self._calendar.zone) if since else "",
            due=standing.due_words(appeal, now, self._calendar),
            marks=standing.marks(appeal, now),
            weak=standing.weak_words(appeal),
            households=1 + appeal.followers,
        )

    def facts(self, case: Case) -> str:
        return self._render("facts.html", groups=groups(case, self._calendar.zone))

    def history(self, case: Case, now: datetime) -> str:
        told = steps(case.file.history, case.parties, now, self._calendar.zone)
        return self._render("history.html", steps=told)

    def alike(self, found: Sequence[Alike], now: datetime) -> str:
        zone = self._calendar.zone
        return self._render(
            "alike.html",
            found=[
                {
                    "appeal": each.appeal,
                    "likely": likely_words(each.probability),
                    "households": each.households,
                    "since": clock_words.since(each.appeal.created_at, now, zone),
                }
                for each in found
            ],
        )

    def _render(self, name: str, **facts: Any) -> str:
        return self._templates.get_template(name).render(**facts)


def likely_words(probability: float) -> str:
    """几乎可以肯定, 很可能, 有可能."""
    return next(said for least, said in words.LIKELY if probability >= least)
