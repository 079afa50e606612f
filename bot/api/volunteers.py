"""REST of volunteers (志愿者): find them, write down what help is wanted, match, and thank."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from actions.volunteers.reading import offers
from actions.volunteers.volunteer import (
    HelpRequest,
    HelpWanted,
    MatchStatus,
    Proposal,
    UnknownVolunteer,
    Volunteer,
    WrongStep,
)
from bot.office.volunteering import Volunteering
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, Role, SignedOut, StaffMember
from bot.staff.spoken import spoken

_STATUSES: dict[type[Exception], int] = {
    SignedOut: 401,
    NotAllowed: 403,
    UnknownVolunteer: 404,
    WrongStep: 409,
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
    404: {"description": "没有找到"},
    409: {"description": "现在不能这样做"},
}


class Invitation(BaseModel):
    """Who shall be asked."""

    volunteer_id: int


class Step(BaseModel):
    """What became of it."""

    status: MatchStatus = Field(description="accepted 答应，declined 去不了，done 帮好")


class Thanks(BaseModel):
    """Thanks in words, which the volunteer reads in the chat."""

    model_config = ConfigDict(str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=500)


def volunteers_api(work: Volunteering, guard: StaffGuard) -> APIRouter:
    """The routes under /api/v1/volunteers and /api/v1/help-requests, for all staff."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["志愿者"],
        route_class=spoken(_STATUSES),
        responses=_REFUSED,
    )
    staff = Depends(guard.require_role(Role.STAFF))

    @router.get("/volunteers", summary="志愿者，按本事和小区找")
    async def volunteers(
        skill: Annotated[str, Query(max_length=40, description="本事，写一部分也行")] = "",
        community_id: int | None = None,
        active: Annotated[bool, Query(description="false 看停止服务的")] = True,
        _: StaffMember = staff,
    ) -> list[Volunteer]:
        return list(await work.volunteers.list(skill, community_id, active=active))

    @router.get("/volunteers/skills", summary="认得的本事")
    async def skills(_: StaffMember = staff) -> list[str]:
        return list(offers().skills)

    @router.post("/volunteers/{volunteer_id}/withdraw", summary="停止服务")
    async def withdraw(volunteer_id: int, _: StaffMember = staff) -> Volunteer:
        """还没去的邀请一并取消；本人再报名就恢复。"""
        return await work.volunteers.withdraw(volunteer_id)

    @router.get("/help-requests", summary="要帮忙的事，新的在前")
    async def requests(
        live: Annotated[bool, Query(description="false 连办完的也看")] = True,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        _: StaffMember = staff,
    ) -> list[HelpRequest]:
        return list(await work.requests.list(live=live, limit=limit))

    @router.post("/help-requests", summary="新建求助，可以来自一条诉求", status_code=201)
    async def ask(wanted: HelpWanted, member: StaffMember = staff) -> HelpRequest:
        return await work.requests.ask(wanted, member.signature)

    @router.get("/help-requests/{request_id}", summary="一件求助，和请过的人")
    async def one(request_id: int, _: StaffMember = staff) -> HelpRequest:
        return await work.requests.get(request_id)

    @router.get("/help-requests/{request_id}/proposals", summary="合适的志愿者")
    async def proposals(
        request_id: int,
        limit: Annotated[int, Query(ge=1, le=50)] = 5,
        _: StaffMember = staff,
    ) -> list[Proposal]:
        """有这门本事、时间不冲突的；同小区的在前。"""
        return list(await work.requests.proposals(request_id, limit))

    @router.post("/help-requests/{request_id}/invitations", summary="邀请一位")
    async def propose(request_id: int, who: Invitation, _: StaffMember = staff) -> HelpRequest:
        return await work.requests.propose(request_id, who.volunteer_id)

    @router.post("/help-requests/{request_id}/cancel", summary="不用了")
    async def cancel(request_id: int, _: StaffMember = staff) -> HelpRequest:
        return await work.requests.cancel(request_id)

    @router.post("/help-matches/{match_id}/step", summary="记下答应、去不了、帮好")
    async def step(match_id: int, what: Step, _: StaffMember = staff) -> HelpRequest:
        return await work.requests.step(match_id, what.status)

    @router.post("/help-matches/{match_id}/thanks", summary="道谢，会发到志愿者的聊天里")
    async def thank(match_id: int, thanks: Thanks, _: StaffMember = staff) -> HelpRequest:
        return await work.thank(match_id, thanks.text)

    return router
