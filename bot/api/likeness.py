"""REST of likely duplicates (疑似重复): what is proposed, merging, and bursts with one notice."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import Appeal
from actions.likeness.assembly import Neighbours
from actions.likeness.bursts import Burst
from actions.likeness.joining import Follower
from actions.likeness.merging import SameAppeal
from bot.api.appeals import STATUSES
from bot.appeals.herald import APPEALS
from bot.conversations.live import Live
from bot.desk.service import actor_of
from bot.staff.guard import StaffGuard
from bot.staff.member import Role, StaffMember
from bot.staff.spoken import spoken

_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
    404: {"description": "没有这条诉求"},
}
_CONFLICT: dict[int | str, dict[str, Any]] = {409: {"description": "现在不能合并"}}


class AlikeView(BaseModel):
    """An open appeal that is likely the same."""

    appeal: Appeal
    probability: float = Field(description="0 到 1")
    households: int = Field(description="已有几户反映")


class Merge(BaseModel):
    """Into which appeal."""

    into_id: int = Field(description="并入哪一条（内部编号）；它继续办理")


class BurstView(BaseModel):
    """Several households with the same problem in a short time."""

    first: Appeal
    appeal_ids: list[int]
    households: int
    since: datetime


class BurstNotice(BaseModel):
    """One notice for all of a burst."""

    model_config = ConfigDict(str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=2000, description="告诉每一户的话")


def likeness_api(neighbours: Neighbours, guard: StaffGuard, live: Live) -> APIRouter:
    """Routes under /api/v1/appeals/{id} and /api/v1/bursts."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["重复和集中反映"],
        route_class=spoken({SameAppeal: 409, **STATUSES}),
        responses=_REFUSED,
    )
    staff = Depends(guard.require_role(Role.STAFF))

    @router.get("/appeals/{appeal_id}/alike", summary="疑似重复的诉求")
    async def alike(
        appeal_id: int,
        limit: Annotated[int, Query(ge=1, le=20)] = 5,
        _: StaffMember = staff,
    ) -> list[AlikeView]:
        found = await neighbours.merging.proposals(appeal_id, limit)
        return [
            AlikeView(appeal=each.appeal, probability=each.probability, households=each.households)
            for each in found
        ]

    @router.post("/appeals/{appeal_id}/merge", summary="并入另一条", responses=_CONFLICT)
    async def merge(appeal_id: int, wanted: Merge, member: StaffMember = staff) -> Appeal:
        """回来的是继续办理的那一条；双方居民都会得到告知。"""
        appeal = await neighbours.merging.merge(appeal_id, wanted.into_id, actor_of(member))
        await live.publish(APPEALS, "news")
        return appeal

    @router.get("/appeals/{appeal_id}/followers", summary="一起关注的住户，各自说解决没有")
    async def followers(appeal_id: int, _: StaffMember = staff) -> list[Follower]:
        return await neighbours.joining.followers(appeal_id)

    @router.get("/bursts", summary="正在集中反映的问题")
    async def bursts(_: StaffMember = staff) -> list[BurstView]:
        return [_view(each) for each in await neighbours.bursts.running()]

    @router.post("/bursts/{appeal_id}/notice", summary="一次告知所有住户", responses=_CONFLICT)
    async def notify(appeal_id: int, notice: BurstNotice, member: StaffMember = staff) -> Appeal:
        """同一问题的诉求并成最早的那一条，并把这段话告诉每一户。"""
        running = await neighbours.bursts.running()
        burst = next((each for each in running if each.first.id == appeal_id), None)
        if burst is None:
            raise HTTPException(404, "这条诉求现在没有集中反映。")
        appeal = await neighbours.bursts.notify(burst, notice.text, actor_of(member))
        await live.publish(APPEALS, "news")
        return appeal

    return router


def _view(burst: Burst) -> BurstView:
    return BurstView(
        first=burst.first,
        appeal_ids=list(burst.appeal_ids),
        households=burst.households,
        since=burst.since,
    )
