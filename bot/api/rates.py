"""REST of the three rates (三率), each figure with the appeals behind it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from actions.metrics.rates import UNHEARD_WORDS, Figure, Rates, Unheard
from bot.staff.guard import StaffGuard
from bot.staff.member import Role


class RateView(BaseModel):
    """A rate and what it is made of."""

    value: float | None = Field(description="0 到 1；没有人可问时为空")
    numerator: float
    denominator: int
    behind: dict[int, float] = Field(description="每条诉求（内部编号）给分子加了多少")


class UnheardView(BaseModel):
    """Appeals of which nobody has said whether they are solved, for one reason."""

    reason: str
    words: str
    ids: list[int]


class RatesView(BaseModel):
    """The three rates of a period."""

    since: date
    until: date
    community_id: int | None
    response: RateView
    solution: RateView
    satisfaction: RateView
    composite: float | None = Field(description="三率加权；有一项算不出来时为空")
    unheard: list[UnheardView]


def rates_api(
    rates: Rates, guard: StaffGuard, clock: Callable[[], datetime], zone: ZoneInfo
) -> APIRouter:
    """The route /api/v1/rates."""
    router = APIRouter(prefix="/api/v1/rates", tags=["三率"])

    @router.get("", summary="响应率、解决率、满意率")
    async def report(
        since: Annotated[date, Query(description="从哪一天登记的起")],
        until: Annotated[date, Query(description="到哪一天登记的止，含这一天")],
        community_id: int | None = None,
        _: object = Depends(guard.require_role(Role.STAFF)),
    ) -> RatesView:
        """每个数字都带着算它的诉求编号。"""
        if until < since:
            raise HTTPException(422, "结束日期要不早于开始日期。")
        first = datetime.combine(since, time(), zone)
        end = datetime.combine(until + timedelta(days=1), time(), zone)
        found = await rates.report(first, end, clock(), community_id)
        return RatesView(
            since=since,
            until=until,
            community_id=community_id,
            response=_view(found.response),
            solution=_view(found.solution),
            satisfaction=_view(found.satisfaction),
            composite=found.composite,
            unheard=[
                UnheardView(reason=reason, words=UNHEARD_WORDS[reason], ids=found.unheard[reason])
                for reason in Unheard
            ],
        )

    return router


def _view(figure: Figure) -> RateView:
    return RateView(
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        behind=figure.behind,
    )
