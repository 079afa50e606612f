"""Reads an offer to help (志愿报名): skills, times and name as people say them, by `offers.yaml`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.volunteers.volunteer import Offer
from knowledge.yaml_file import BadFile, parsed, read_yaml

OFFERS_FILE = Path(__file__).with_name("offers.yaml")
_CLAUSE_END = re.compile(r"[。！？!?\n；;，,]+")
_NAME = re.compile(
    r"(?:我叫|我是|姓名[:：是]?|我的名字(?:是|叫))([\u4e00-\u9fff]{2,4}?)(?=[，,。！!、；;\s]|$|住|电话|手机|会|能|想|今年)"
)
_NO_NAME = re.compile(
    "(?:退休|老|一[名位个]|[0-9一二三四五六七八九十]+[栋号楼]|[的名位]|志愿|党员|会计|老师|教师|医生|护士|律师|电工|大夫|业主|住户|居民|学生|社区|司机|本|这|做|当)"
)
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_DAYS = {
    day: frozenset({n})
    for n, day in enumerate(["周一", "周二", "周三", "周四", "周五", "周六", "周日"])
}
_WEEK = frozenset(range(7))
_SPANS = {
    **_DAYS,
    "随时": _WEEK,
    "工作日": frozenset(range(5)),
    "周末": frozenset({5, 6}),
    "节假日": frozenset({5, 6}),
    "寒暑假": _WEEK,
}
_PARTS = {"上午": 0, "下午": 1, "晚上": 2}


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    skills: dict[str, str]
    unless: str
    times: dict[str, str]


class Offers:
    """The rules, compiled once."""

    def __init__(self, rules: _Rules) -> None:
        self._skills = {name: re.compile(says) for name, says in rules.skills.items()}
        self._times = {name: re.compile(says) for name, says in rules.times.items()}
        self._unless = re.compile(rules.unless)

    @property
    def skills(self) -> tuple[str, ...]:
        """Every skill that is known by name."""
        return tuple(self._skills)

    def read(self, text: str) -> Offer:
        """What a message offers; a skill that it denies is none."""
        clauses = [each for each in _CLAUSE_END.split(text) if not self._unless.search(each)]
        return Offer(
            name=_name(text),
            phone=_first(_PHONE, text),
            skills=_named(self._skills, clauses),
            times=self.times(text),
        )

    def times(self, text: str) -> list[str]:
        """When somebody can, or when help is wanted, by the names of the rules."""
        return _named(self._times, [text])


def overlap(some: Iterable[str], others: Iterable[str]) -> bool | None:
    """Whether two lists of times have a part of a day in common; None where one says nothing."""
    mine, theirs = _hours(some), _hours(others)
    return bool(mine & theirs) if mine and theirs else None


def _hours(times: Iterable[str]) -> set[tuple[int, int]]:
    """The parts of days (day 0 Monday to 6, part 0 morning to 2 evening) that times mean."""
    named = list(times)
    days = {day for time in named for day in _SPANS.get(time, ())}
    parts = {_PARTS[time] for time in named if time in _PARTS}
    if not days and not parts:
        return set()
    return {(day, part) for day in days or _WEEK for part in parts or _PARTS.values()}


def _named(rules: Mapping[str, re.Pattern[str]], clauses: list[str]) -> list[str]:
    return [name for name, says in rules.items() if any(says.search(each) for each in clauses)]


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""


def _name(text: str) -> str:
    found = _NAME.search(text)
    return found[1] if found and not _NO_NAME.search(found[1]) else ""


def load_offers(path: Path = OFFERS_FILE) -> Offers:
    """The rules of a file; raises `BadFile` with the reason where they cannot be used."""
    content: Mapping[str, Any] = read_yaml(path)
    rules = parsed(_Rules, content, path.name)
    try:
        return Offers(rules)
    except re.error as error:
        raise BadFile(f"{path.name}: a pattern cannot be used: {error}") from error


@cache
def offers() -> Offers:
    """The rules that are shipped, read once."""
    return load_offers()
