"""REST of appeals: find, read, and every deed that staff may do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.deeds import Deed
from actions.appeals.life import (
    AppealStatus,
    IllegalTransition,
    NotYourAppeal,
    StaleAppeal,
    TooLate,
    TooOften,
    UnknownAppeal,
    UnknownParty,
)
from actions.appeals.worklist import Filters, Order
from bot.desk.service import AppealFile, DeskServices
from bot.staff.member import Role, StaffMember
from bot.staff.spoken import spoken

STATUSES: dict[type[Exception], int] = {
    UnknownAppeal: 404,
    UnknownParty: 422,
    NotYourAppeal: 403,
    IllegalTransition: 409,
    StaleAppeal: 409,
    TooLate: 409,
    TooOften: 409,
}


class AskedFilters(Filters):
    """Which appeals, as an address asks for them."""

    text: str = Field("", alias="q", description="编号、标题、内容、地点或电话里的字")
    statuses: frozenset[AppealStatus] = Field(frozenset(), alias="status")


class AppealFilters(AskedFilters):
    """Which appeals, in which order, and which page of them."""

    order: Order = Order.NEWEST
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    offset: Annotated[int, Query(ge=0)] = 0


class AppealPage(BaseModel):
    """Some of the appeals that were asked for, how many there are, and how many stand where."""

    items: list[Appeal]
    total: int
    counts: dict[AppealStatus, int]


class Act(BaseModel):
    """A deed; `version` is the one of the appeal that the caller read."""

    deed: Deed
    version: int | None = None


class Acted(BaseModel):
    """The appeal after the deed, and whether the resident can be told on their channel now."""

    appeal: Appeal
    reachable: bool


def appeals_api(services: DeskServices) -> APIRouter:
    """Routes under /api/v1/appeals."""
    router = APIRouter(prefix="/api/v1/appeals", tags=["诉求"], route_class=spoken(STATUSES))
    staff = Depends(services.guard.require_role(Role.STAFF))

    @router.get("", summary="查找诉求")
    async def find(
        filters: Annotated[AppealFilters, Query()], _: StaffMember = staff
    ) -> AppealPage:
        page = await services.appeals.worklist(
            filters, order=filters.order, limit=filters.limit, offset=filters.offset
        )
        return AppealPage(items=page.items, total=page.total, counts=page.counts)

    @router.get("/{appeal_id}/history", summary="一条诉求的经过，旧的在前")
    async def history(appeal_id: int, _: StaffMember = staff) -> list[AppealEvent]:
        await services.appeals.get(appeal_id)
        return await services.appeals.history(appeal_id)

    @router.get("/{appeal_id}", summary="一条诉求、它的经过和现在可以做的")
    async def show(appeal_id: int, member: StaffMember = staff) -> AppealFile:
        return await services.appeal_file(appeal_id, member)

    @router.post("/{appeal_id}/deeds", summary="办一步，并告知居民")
    async def act(appeal_id: int, what: Act, member: StaffMember = staff) -> Acted:
        """409 where it is not possible now, or a colleague was faster; 403 where it is not yours."""
        changed = await services.act(appeal_id, member, what.deed, what.version)
        return Acted(appeal=changed.appeal, reachable=changed.reachable)

    return router
