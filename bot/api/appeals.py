"""REST of appeals: find, read, move on, annotate."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import (
    Appeal,
    AppealStatus,
    IllegalTransition,
    StaleAppeal,
    UnknownAppeal,
)
from bot.desk.service import AppealFile, DeskServices
from bot.staff.member import Role, StaffMember
from bot.staff.spoken import spoken

STATUSES: dict[type[Exception], int] = {
    UnknownAppeal: 404,
    IllegalTransition: 409,
    StaleAppeal: 409,
}


class AppealPage(BaseModel):
    """Some of the appeals that were asked for, and how many stand where."""

    items: list[Appeal]
    counts: dict[AppealStatus, int]


class StatusChange(BaseModel):
    """Where an appeal shall go; `version` is the one that the caller read."""

    model_config = ConfigDict(str_strip_whitespace=True)

    status: AppealStatus
    note: str = Field("", max_length=500, description="居民会看到")
    version: int


class Note(BaseModel):
    """A note for colleagues; the resident is not told."""

    model_config = ConfigDict(str_strip_whitespace=True)

    note: str = Field(min_length=1, max_length=500)


class Moved(BaseModel):
    """The appeal after the change, and whether the resident can be told on their channel now."""

    appeal: Appeal
    reachable: bool


def appeals_api(services: DeskServices) -> APIRouter:
    """Routes under /api/v1/appeals."""
    router = APIRouter(prefix="/api/v1/appeals", tags=["诉求"], route_class=spoken(STATUSES))
    staff = Depends(services.guard.require_role(Role.STAFF))

    @router.get("", summary="查找诉求")
    async def find(
        q: Annotated[str, Query(description="编号、内容或地点里的字")] = "",
        status: AppealStatus | None = None,
        category: str = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
        _: StaffMember = staff,
    ) -> AppealPage:
        return AppealPage(
            items=await services.appeals.search(q, status, category, limit, offset),
            counts=await services.appeals.count_by_status(q),
        )

    @router.get("/{appeal_id}", summary="一条诉求、它的经过和下一步")
    async def show(appeal_id: int, _: StaffMember = staff) -> AppealFile:
        return await services.appeal_file(appeal_id)

    @router.post("/{appeal_id}/status", summary="改状态并告知居民")
    async def move(appeal_id: int, change: StatusChange, member: StaffMember = staff) -> Moved:
        """409 where the move is not allowed, or where a colleague was faster."""
        moved = await services.move_appeal(
            appeal_id, member, change.status, change.note, change.version
        )
        return Moved(appeal=moved.appeal, reachable=moved.reachable)

    @router.post("/{appeal_id}/notes", status_code=201, summary="记内部备注")
    async def annotate(appeal_id: int, note: Note, member: StaffMember = staff) -> Appeal:
        return await services.note_appeal(appeal_id, member, note.note)

    return router
