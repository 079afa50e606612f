"""REST of the parties' phone page: /api/v1/work."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, HTTPException, Query, UploadFile
from fastapi.params import Path as PathParam
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from bot.api.appeals import STATUSES
from bot.channels.web.limits import Buckets
from bot.channels.web.visitors import Visitors
from bot.conversations.media import NotAPhoto, UnknownMedia
from bot.party import words
from bot.party.tasks import Task
from bot.party.wishes import Unsaid, Wish
from bot.party.work import PartyWork, TaskList
from bot.staff.guard import StaffGuard
from bot.staff.member import StaffMember
from bot.staff.spoken import spoken

PHOTO_BYTES = 8 * 1024 * 1024
PHOTOS_A_MINUTE = 30
Number = Annotated[str, PathParam(pattern=r"^[A-Za-z]{2}\d{12,20}$", description="诉求编号")]
Key = Annotated[str, PathParam(pattern=r"^[0-9a-f]{32}$")]


class Uploaded(BaseModel):
    """A photo that was kept."""

    ticket: str = Field(description="提交时放进 photos；只有上传的人能用")


class Acted(BaseModel):
    """What came of a deed."""

    task: Task | None = Field(description="办完以后的样子；已经不归本单位的为空")


def work_api(work: PartyWork, guard: StaffGuard, secret_key: str) -> APIRouter:
    """Routes for party accounts (责任主体账号) alone."""
    statuses = STATUSES | {UnknownMedia: 404, NotAPhoto: 415, Unsaid: 422}
    router = APIRouter(
        prefix="/api/v1/work", tags=["责任主体：我的任务"], route_class=spoken(statuses)
    )
    party = Depends(guard.require_party())
    visitors = Visitors(secret_key, secure=True)
    buckets = Buckets(PHOTOS_A_MINUTE)

    @router.get("", summary="本单位的任务：主办和协办，最急的在前")
    async def find(
        show: Annotated[
            Literal["open", "done"], Query(description="open 待办，done 已办")
        ] = "open",
        offset: Annotated[int, Query(ge=0)] = 0,
        member: StaffMember = party,
    ) -> TaskList:
        return await work.tasks(member, ended=show == "done", offset=offset)

    @router.post("/photos", status_code=201, summary="上传一张照片，提交时再用")
    async def upload(photo: Annotated[UploadFile, File()], member: StaffMember = party) -> Uploaded:
        """去掉拍摄地点等信息后保存；413 太大，415 不是照片，429 太快。"""
        if buckets.take(_uploader(member)):
            raise HTTPException(429, words.PHOTO_TOO_MANY)
        data = await photo.read(PHOTO_BYTES + 1)
        if len(data) > PHOTO_BYTES:
            raise HTTPException(413, words.PHOTO_TOO_BIG)
        media_id = await work.media.save(data, "image/*")
        return Uploaded(ticket=visitors.ticket(_uploader(member), media_id))

    @router.get("/{number}", summary="一件任务：情况、照片、经过和现在可以做的")
    async def show_task(number: Number, member: StaffMember = party) -> Task:
        """居民选择匿名或保密的，没有姓名、电话和房号。403 没有派给本单位。"""
        return await work.task(member, number)

    @router.post("/{number}", summary="办一步：签收、办理、联系、备注、办结、退单、延期")
    async def act(number: Number, wish: Wish, member: StaffMember = party) -> Acted:
        """409 现在不能这样办，或者别人先改过；403 不归本单位，或者协办不能做这一步。"""
        photos = [visitors.media_of(_uploader(member), ticket) for ticket in wish.photos]
        kept = [photo for photo in photos if photo is not None]
        if len(kept) < len(photos):
            raise Unsaid(words.PHOTO_UNKNOWN)
        return Acted(task=await work.act(member, number, wish, kept))

    @router.get("/{number}/photos/{key}", summary="任务里的一张照片", response_class=FileResponse)
    async def show_photo(number: Number, key: Key, member: StaffMember = party) -> FileResponse:
        path, mime = await work.photo(member, number, key)
        headers = {
            "Cache-Control": "private, max-age=86400",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return FileResponse(path, media_type=mime, headers=headers)

    return router


def _uploader(member: StaffMember) -> str:
    """Whose tickets these are; no visitor of the web page is called so."""
    return f"staff-{member.id}"
