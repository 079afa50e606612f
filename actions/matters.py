"""Matters that are not ours to take (不归社区受理的事): where they belong, and what is passed on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from knowledge.yaml_file import parsed, read_yaml

MATTERS_FILE = Path(__file__).with_name("matters.yaml")
PASSED_ON = "passed_on"
_HEAD_END = re.compile(r"[。！？!?\n；;]")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Elsewhere(_Strict):
    says: list[str]
    anywhere: list[str] = []
    reason: str
    where: str


class _OtherCity(_Strict):
    cities: str
    not_a_city: str
    says: str
    reason: str
    where: str


class _Staff(_Strict):
    ours: str
    others: str


class _Rules(_Strict):
    near: int
    head: int
    short: int
    unless: str
    elsewhere: dict[str, _Elsewhere]
    other_city: _OtherCity
    passed_on: list[str]
    community_staff: _Staff


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter that belongs elsewhere: its name in the rules, why, and where to go."""

    name: str
    reason: str
    where: str


class Matters:
    """Tells by rules that people can read (`matters.yaml`) what is not a community's to solve."""

    def __init__(self, rules: _Rules) -> None:
        self._near, self._head, self._short = rules.near, rules.head, rules.short
        self._unless = re.compile(rules.unless)
        self._elsewhere = [
            (
                Matter(name, each.reason, each.where),
                re.compile("|".join(each.says), re.IGNORECASE),
                re.compile("|".join(each.anywhere)) if each.anywhere else None,
            )
            for name, each in rules.elsewhere.items()
        ]
        self._other = rules.other_city
        self._city = re.compile(
            rf"(?<![去到往回])(?P<city>{rules.other_city.cities})"
            rf"(?!{rules.other_city.not_a_city})市?.{{0,4}}{rules.other_city.says}"
        )
        self._passed_on = re.compile("|".join(rules.passed_on))
        self._ours = re.compile(rules.community_staff.ours)
        self._others = re.compile(rules.community_staff.others)

    def elsewhere(self, text: str) -> Matter | None:
        """Where a message belongs if not here; None where it is ours or nothing tells."""
        head = self._beginning(text)
        for matter, says, anywhere in self._elsewhere:
            if self._meant(says, head) or (anywhere and self._meant(anywhere, text)):
                return matter
        city = self._city.search(head)
        if city is None:
            return None
        return Matter("other_city", self._other.reason.format(city=city["city"]), self._other.where)

    def is_passed_on(self, text: str) -> bool:
        """Whether city or district must decide, so that no building or room is needed."""
        return bool(self._passed_on.search(self._beginning(text)))

    def is_about_community_staff(self, complaint: str) -> bool:
        """Whether a complaint about somebody is about the community's or the street's own people.

        A short one that names nobody is; a letter must name them.
        """
        head = self._beginning(complaint)
        if self._ours.search(head):
            return True
        return len(complaint) <= self._short and not self._others.search(head)

    def _beginning(self, text: str) -> str:
        """All of a short message; of a letter its title, or as much as says what it is about."""
        if len(text) <= self._short:
            return text
        end = _HEAD_END.search(text)
        return text[: min(end.end(), self._head) if end else self._head]

    def _meant(self, pattern: re.Pattern[str], text: str) -> bool:
        for found in pattern.finditer(text):
            around = text[max(0, found.start() - self._near) : found.end() + self._near]
            if not self._unless.search(around):
                return True
        return False


def load_matters(path: Path = MATTERS_FILE) -> Matters:
    """The rules of a file; raises BadFile with the reason where they cannot be used."""
    content: Mapping[str, Any] = read_yaml(path)
    return Matters(parsed(_Rules, content, path.name))
