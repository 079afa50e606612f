"""REST of conversations: what the desk's page does, for other programs of the community."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, HTTPException, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import Appeal
from bot.conversations.contract import Outgoing
from bot.conversations.handoffs import UnknownConversation
from bot.conversations.media import NotAPhoto, UnknownMedia
from bot.conversations.owners import NotYours, Owner, OwnershipError
from bot.conversations.views import QueueCard, TranscriptLine, WriteWindow
from bot.desk.residents import NAME_CHARS, ResidentView
from bot.desk.service import PHOTO_BYTES, AppealDraft, DeskServices, PhotoTooBig
from bot.staff.member import NotAllowed, Role, StaffMember
from bot.staff.spoken import spoken
from knowledge.places.place import CATEGORIES

STATUSES: dict[type[Exception], int] = {
    UnknownConversation: 404,
    UnknownMedia: 404,
    NotYours: 403,
    NotAllowed: 403,
    OwnershipError: 409,
    NotAPhoto: 415,
    PhotoTooBig: 413,
}


class Words(BaseModel):
    """What staff write to a resident."""

    model_config = ConfigDict(str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=2000)


class ReturnNote(BaseModel):
    """What the assistant and colleagues shall know afterwards (“无” if there is nothing)."""

    model_config = ConfigDict(str_strip_whitespace=True)

    note: str = Field(min_length=1, max_length=500)


class ResidentName(BaseModel):
    """What the resident is called at the desk; empty: 居民N again."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: str = Field(max_length=NAME_CHARS)


class Filed(BaseModel):
    """The appeal, and whether the resident can be told on their channel now."""

    appeal: Appeal
    reachable: bool


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation: the resident, who holds it, and how long staff may still write."""

    resident: ResidentView
    window: WriteWindow | None


def desk_api(services: DeskServices) -> APIRouter:
    """Routes under /api/v1/conversations, and the photos and sounds that pages show."""
    router = APIRouter(route_class=spoken(STATUSES))
    _reading(router, services)
    _doing(router, services)
    return router


def _reading(router: APIRouter, services: DeskServices) -> None:
    staff = Depends(services.guard.require_role(Role.STAFF))
    tags = ["会话"]

    @router.get("/api/v1/conversations", tags=[*tags], summary="队列和接待中的会话")
    async def list_conversations(
        owner: Annotated[list[Owner] | None, Query(description="queue、staff 或 bot")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
        _: StaffMember = staff,
    ) -> list[QueueCard]:
        owners = tuple(owner) if owner else (Owner.QUEUE, Owner.STAFF)
        return await services.handoffs.cards(owners, limit)

    @router.get("/api/v1/conversations/{conversation_id}", tags=[*tags], summary="一个会话")
    async def show(conversation_id: int, _: StaffMember = staff) -> ConversationView:
        return ConversationView(
            await services.residents.of_conversation(conversation_id),
            await services.handoffs.write_window(conversation_id),
        )

    @router.get(
        "/api/v1/conversations/{conversation_id}/messages", tags=[*tags], summary="往来消息"
    )
    async def messages(
        conversation_id: int,
        before: Annotated[int | None, Query(description="只要这条消息之前的")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        _: StaffMember = staff,
    ) -> list[TranscriptLine]:
        return await services.transcript(conversation_id, before, limit)

    @router.get("/desk/media/{media_id}", include_in_schema=False)
    async def show_media(media_id: int, _: StaffMember = staff) -> Response:
        try:
            data, mime = await services.media.load(media_id)
        except UnknownMedia as missing:
            raise HTTPException(404, "没有找到这个文件。") from missing
        headers = {
            "Cache-Control": "private, max-age=86400",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(data, media_type=mime, headers=headers)


def _doing(router: APIRouter, services: DeskServices) -> None:
    staff = Depends(services.guard.require_role(Role.STAFF))
    tags = ["会话"]
    path = "/api/v1/conversations/{conversation_id}"

    @router.post(f"{path}/claim", tags=[*tags], status_code=204, summary="接待")
    async def claim(conversation_id: int, member: StaffMember = staff) -> None:
        """Of two who claim at once, one gets it; the other hears 409."""
        await services.handoffs.claim(conversation_id, member.id)

    @router.post(f"{path}/take-over", tags=[*tags], status_code=204, summary="从同事手上接过来")
    async def take_over(conversation_id: int, member: StaffMember = staff) -> None:
        """For secretaries and administrators, where a colleague holds the conversation."""
        await services.take_over(conversation_id, member)

    @router.patch(f"{path}/resident", tags=[*tags], summary="改居民的称呼")
    async def name_resident(
        conversation_id: int, wanted: ResidentName, _: StaffMember = staff
    ) -> ResidentView:
        return await services.name_resident(conversation_id, wanted.name)

    @router.post(f"{path}/messages", tags=[*tags], status_code=201, summary="回复居民")
    async def say(conversation_id: int, words: Words, member: StaffMember = staff) -> Outgoing:
        """Only for the person who holds the conversation."""
        return await services.say(conversation_id, member, words.text)

    @router.post(f"{path}/photos", tags=[*tags], status_code=201, summary="发照片给居民")
    async def say_photo(
        conversation_id: int,
        photo: Annotated[UploadFile, File()],
        text: Annotated[str, Form(max_length=2000)] = "",
        member: StaffMember = staff,
    ) -> Outgoing:
        data = await photo.read(PHOTO_BYTES + 1)
        return await services.say_photo(conversation_id, member, data, text)

    @router.post(f"{path}/return", tags=[*tags], status_code=204, summary="交还助手")
    async def give_back(
        conversation_id: int, note: ReturnNote, member: StaffMember = staff
    ) -> None:
        await services.handoffs.return_to_bot(conversation_id, member.id, note.note)

    @router.post(f"{path}/requeue", tags=[*tags], status_code=204, summary="放回队列")
    async def requeue(conversation_id: int, member: StaffMember = staff) -> None:
        await services.handoffs.requeue(conversation_id, member.id)

    @router.post(
        f"{path}/appeals", tags=[*tags], status_code=201, summary="替居民登记诉求并告知编号"
    )
    async def file_appeal(
        conversation_id: int, draft: AppealDraft, member: StaffMember = staff
    ) -> Filed:
        if draft.category not in CATEGORIES:
            raise HTTPException(422, "没有这个诉求类别。")
        filed = await services.file_appeal(conversation_id, member, draft)
        return Filed(appeal=filed.appeal, reachable=filed.reachable)
