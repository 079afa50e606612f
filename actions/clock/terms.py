"""How long signing, first contact and solving may take (办理时限): rules of `terms.yaml`."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from actions.appeals.appeal import AppealKind, Urgency
from actions.clock.calendar import WorkingCalendar
from knowledge.categories.tree import category_tree
from knowledge.yaml_file import Lines, parsed, read_yaml

TERMS_FILE = Path(__file__).with_name("terms.yaml")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*个?\s*(分钟|小时|工作小时|工作日)")


class Unit(StrEnum):
    """What a span counts in."""

    MINUTES = "分钟"
    HOURS = "小时"
    WORKING_HOURS = "工作小时"
    WORKING_DAYS = "工作日"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as people write it: 30分钟, 2小时, 2个工作小时, 5个工作日."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        working = self.unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)
        return f"{self.amount:g}{'个' if working else ''}{self.unit}"

    def after(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """The end of the span that begins at `start`, in UTC."""
        match self.unit:
            case Unit.MINUTES:
                return calendar.add_hours(start, self.amount / 60)
            case Unit.HOURS:
                return calendar.add_hours(start, self.amount)
            case Unit.WORKING_HOURS:
                return calendar.add_working_hours(start, self.amount)
            case Unit.WORKING_DAYS:
                return calendar.add_working_days(start, int(self.amount))


def read_span(text: object) -> Span:
    """A span from its words; raises ValueError that says how it is written."""
    if isinstance(text, Span):
        return text
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"“{text}”看不懂，请写成 30分钟、2小时、2个工作小时 或 5个工作日")
    span = Span(float(found[1]), Unit(found[2]))
    if span.amount <= 0:
        raise ValueError(f"“{text}”必须大于零")
    if span.unit is Unit.WORKING_DAYS and span.amount != int(span.amount):
        raise ValueError(f"“{text}”：工作日只能是整数，半天请写工作小时")
    return span


SpanField = Annotated[Span, BeforeValidator(read_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class When(_Strict):
    """Which appeals a rule is for; a list that is left out means any."""

    kind: tuple[AppealKind, ...] = ()
    category: tuple[str, ...] = ()
    urgency: tuple[Urgency, ...] = ()

    @field_validator("category")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        tree = category_tree()
        unknown = set(names) - {*tree.keys, *tree.dispatch_keys}
        if unknown:
            raise ValueError(f"没有这些分类：{'、'.join(sorted(unknown))}")
        return names

    def fits(self, kind: str, category: str, urgency: str) -> bool:
        pairs = ((self.kind, kind), (self.category, category), (self.urgency, urgency))
        return all(not wanted or given in wanted for wanted, given in pairs)


class Term(_Strict):
    """A rule: for whom, and how long each step may take."""

    name: str = Field(min_length=1)
    when: When = When()
    sign: SpanField
    contact: SpanField
    solve: SpanField


class Rung(_Strict):
    """A level that hears of an appeal that is not solved (上级); `after` the level before it."""

    name: str = Field(min_length=1)
    after: SpanField | None = None


class Terms(_Strict):
    """How soon to dispatch, all rules, when to remind, and who hears of it at which level."""

    dispatch: SpanField
    terms: tuple[Term, ...] = Field(min_length=1)
    remind_at: float = Field(gt=0, lt=1)
    ladder: tuple[Rung, ...] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _everything_is_covered(self) -> "Terms":
        names = [term.name for term in self.terms]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"名称重复：{'、'.join(twice)}")
        *before, last = self.terms
        if last.when != When():
            raise ValueError(f"最后一条“{last.name}”不能有 when：它要兜底")
        catch_all = next((term.name for term in before if term.when == When()), None)
        if catch_all:
            raise ValueError(f"“{catch_all}”没有写 when，它下面的几条永远轮不到")
        if self.ladder[0].after:
            raise ValueError(f"第一级“{self.ladder[0].name}”到期就上报，不能写 after")
        return self

    def of(self, kind: str, category: str, urgency: str) -> Term:
        """The first rule that fits; the last one always does."""
        return next(term for term in self.terms if term.when.fits(kind, category, urgency))


def load_terms(path: Path = TERMS_FILE) -> Terms:
    """The rules; raises `BadFile` with file, line, field and reason."""
    content = read_yaml(path)
    rules = content.get("terms")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, Lines):
            parsed(Term, rule, f"{path.name}:{rule.line}: {rule.get('name', '?')}")
    return parsed(Terms, content, path.name)
