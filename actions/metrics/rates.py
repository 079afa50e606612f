"""The three rates (三率: 响应率, 解决率, 满意率), from records, with the appeals behind each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import AppealKind
from actions.appeals.life import OPEN, AppealStatus, Move
from actions.appeals.tables import AppealEventRow, AppealRow
from knowledge.storage.database import Database
from knowledge.yaml_file import parsed, read_yaml

RATES_FILE = Path(__file__).with_name("rates.yaml")
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Formula(_Strict):
    """What a rate divides by what, and its part in the composite."""

    over: Literal["heard", "rated", "due"]
    counts: Literal["contacted", "contacted_in_time", "solved", "satisfied"]
    weight: Share


class RatesPlan(_Strict):
    """`rates.yaml`; `worth` says how much of a satisfied resident each of the five levels is."""

    leave_out: tuple[AppealKind, ...] = ()
    response: Formula
    solution: Formula
    satisfaction: Formula
    worth: dict[Annotated[int, Field(ge=1, le=5)], Share]

    @model_validator(mode="after")
    def _adds_up(self) -> "RatesPlan":
        weights = self.response.weight + self.solution.weight + self.satisfaction.weight
        if abs(weights - 1) > 1e-9:
            raise ValueError(f"三个 weight 加起来应该是 1，现在是 {weights:g}")
        if missing := sorted({1, 2, 3, 4, 5} - set(self.worth)):
            raise ValueError(f"worth 缺少：{'、'.join(map(str, missing))}")
        return self


def load_rates(path: Path = RATES_FILE) -> RatesPlan:
    """The formula; raises `BadFile` with the field and the reason."""
    return parsed(RatesPlan, read_yaml(path), path.name)


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with what it is made of: appeal ids with what each adds to the numerator (0 to 1)."""

    behind: dict[int, float]

    @property
    def numerator(self) -> float:
        return sum(self.behind.values())

    @property
    def denominator(self) -> int:
        return len(self.behind)

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None where there is nobody to ask."""
        return self.numerator / self.denominator if self.behind else None


class Unheard(StrEnum):
    """Why nobody has said whether an appeal is solved: its residents are in no valid call-back."""

    WITHIN_TIME = "within_time"
    OVERDUE = "overdue"
    UNREACHED = "unreached"
    NOT_CALLED_BACK = "not_called_back"
    LEFT = "left"


UNHEARD_WORDS = {
    Unheard.WITHIN_TIME: "还在期限内办理",
    Unheard.OVERDUE: "到期没有办结",
    Unheard.UNREACHED: "回访没有联系上",
    Unheard.NOT_CALLED_BACK: "已办结，还没回访",
    Unheard.LEFT: "居民撤回或不予受理",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The three rates, the composite (None while one of them is), and who was not heard."""

    response: Figure
    solution: Figure
    satisfaction: Figure
    composite: float | None
    unheard: dict[Unheard, list[int]]


class Rates:
    """Computes the rates of the appeals that were filed in a period."""

    def __init__(self, database: Database, plan: RatesPlan | None = None) -> None:
        self._database = database
        self._plan = plan or load_rates()

    async def report(
        self, since: datetime, until: datetime, now: datetime, community_id: int | None = None
    ) -> Report:
        """Appeals filed from `since` up to, not including, `until`, of one community or of all."""
        filed = and_(
            AppealRow.created_at >= since,
            AppealRow.created_at < until,
            AppealRow.kind.not_in(self._plan.leave_out),
        )
        if community_id is not None:
            filed = and_(filed, AppealRow.community_id == community_id)
        plan = self._plan
        async with self._database.read() as session:
            response = await self._figure(session, plan.response, filed, now)
            solution = await self._figure(session, plan.solution, filed, now)
            satisfaction = await self._figure(session, plan.satisfaction, filed, now)
            unheard = await _unheard(session, filed, now)
        parts = (response.value, solution.value, satisfaction.value)
        weights = (plan.response.weight, plan.solution.weight, plan.satisfaction.weight)
        known = [value for value in parts if value is not None]
        composite = (
            sum(weight * value for weight, value in zip(weights, known, strict=True))
            if len(known) == len(parts)
            else None
        )
        return Report(response, solution, satisfaction, composite, unheard)

    async def _figure(
        self, session: AsyncSession, formula: Formula, filed: ColumnElement[bool], now: datetime
    ) -> Figure:
        over = {"heard": _HEARD, "rated": _RATED, "due": or_(_HEARD, _answered(), _overdue(now))}
        rows = await session.execute(
            select(AppealRow.id, self._worth(formula.counts))
            .where(filed, over[formula.over])
            .order_by(AppealRow.id)
        )
        return Figure({id_: float(worth) for id_, worth in rows})

    def _worth(self, counts: str) -> ColumnElement[float]:
        if counts == "satisfied":
            levels = {level: literal(float(worth)) for level, worth in self._plan.worth.items()}
            return case(levels, value=AppealRow.satisfaction, else_=literal(0.0))
        true = {
            "contacted": exists().where(
                AppealEventRow.appeal_id == AppealRow.id, AppealEventRow.kind == Move.CONTACT
            ),
            "contacted_in_time": AppealRow.contacted_at <= AppealRow.contact_due_at,
            "solved": AppealRow.solved.is_(True),
        }
        return case((true[counts], literal(1.0)), else_=literal(0.0))


_RATED = AppealRow.satisfaction.is_not(None)
_HEARD = or_(AppealRow.solved.is_not(None), _RATED)


def _answered() -> ColumnElement[bool]:
    return AppealRow.done_at.is_not(None)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(AppealRow.status.in_(OPEN), AppealRow.due_at < now)


async def _unheard(
    session: AsyncSession, filed: ColumnElement[bool], now: datetime
) -> dict[Unheard, list[int]]:
    left = or_(
        AppealRow.status.in_((AppealStatus.WITHDRAWN, AppealStatus.NOT_ACCEPTED)),
        and_(AppealRow.status == AppealStatus.CLOSED, ~_answered()),
    )
    why = case(
        (left, Unheard.LEFT.value),
        (_overdue(now), Unheard.OVERDUE.value),
        (AppealRow.status.in_(OPEN), Unheard.WITHIN_TIME.value),
        (AppealRow.call_back_result == "unreached", Unheard.UNREACHED.value),
        else_=Unheard.NOT_CALLED_BACK.value,
    )
    rows = await session.execute(
        select(AppealRow.id, why).where(filed, ~_HEARD).order_by(AppealRow.id)
    )
    unheard: dict[Unheard, list[int]] = {each: [] for each in Unheard}
    for id_, reason in rows:
        unheard[Unheard(reason)].append(id_)
    return unheard
