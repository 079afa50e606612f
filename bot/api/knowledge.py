"""REST API of the knowledge base (知识库): what the office's pages do, for programs."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.office.editing import EDITORS, KnowledgeEditing, WouldGoAstray
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, Role, SignedOut, StaffMember
from bot.staff.spoken import spoken
from knowledge.entries.answers import NothingToPublish, NotPublished
from knowledge.entries.entry import (
    Entry,
    EntryContent,
    EntryStatus,
    EntryVersion,
    StaleEdit,
    UnknownEntry,
)
from knowledge.entries.misses import Miss, MissKind, MissStatus, UnknownMiss

_STATUSES: dict[type[Exception], int] = {
    SignedOut: 401,
    NotAllowed: 403,
    UnknownEntry: 404,
    UnknownMiss: 404,
    StaleEdit: 409,
    NothingToPublish: 409,
    NotPublished: 409,
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
}
_CHANGE_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "没有这条知识"},
    409: {"description": "已被他人修改，或当前状态不允许"},
}
EntryId = Annotated[int, Path(description="条目编号")]


class EntryList(BaseModel):
    """One page of entries."""

    entries: list[Entry]
    total: int


class NewEntry(BaseModel):
    content: EntryContent
    miss_id: int | None = Field(None, description="由哪个未答问题而写；写好即标为已处理")


class DraftEdit(BaseModel):
    content: EntryContent
    expected: datetime = Field(description="打开时的 updated_at；不一致说明已被他人修改")
    miss_id: int | None = Field(None, description="为哪个未答问题而改；存好即标为已处理")


class Step(BaseModel):
    """Publish, retire or restore."""

    note: str = Field("", max_length=200, description="说明，记入历史")
    expected: datetime | None = Field(None, description="打开时的 updated_at；不填则不检查")


class Publication(Step):
    """Publish a draft."""

    forced: bool = Field(False, description="考题会跑偏也发布")


class Astray(BaseModel):
    """An exam question that would find the wrong answer."""

    entry_id: int
    title: str = Field(description="考题所属条目的题目")
    question: str
    must_find: bool = Field(description="true：应该找到该条目；false：不该找到")
    belongs: str = Field(description="不该找到该条目时，应该找到的条目题目；不知道则为空")
    found: str = Field(description="发布后会排在最前的条目题目")


class WouldBeAstray(BaseModel):
    """Why a publication was held back."""

    detail: str
    astray: list[Astray]


class Question(BaseModel):
    text: str = Field(min_length=1, max_length=500)


class FoundEntry(BaseModel):
    """An entry that may answer."""

    entry_id: int
    title: str
    version: int
    confidence: float
    matched: str


class Trial(BaseModel):
    """What residents would get: answer, choices or unknown, and the candidates."""

    kind: str
    hits: list[FoundEntry]


class Addition(BaseModel):
    """Which entry takes a question in."""

    entry_id: int = Field(description="加进哪个条目的问法")


class Counted(BaseModel):
    """How many entries stand where."""

    draft: int
    published: int
    retired: int
    pending: int
    open_misses: int


def knowledge_api(editing: KnowledgeEditing, guard: StaffGuard) -> APIRouter:
    """The routes under /api/v1/knowledge: reading for all staff, changes for secretaries."""
    router = APIRouter(
        prefix="/api/v1/knowledge",
        tags=["知识库"],
        route_class=spoken(_STATUSES),
        responses=_REFUSED,
        dependencies=[Depends(guard.require_role(Role.STAFF))],
    )
    _reading(router, editing)
    _writing(router, editing, guard)
    return router


def _reading(router: APIRouter, editing: KnowledgeEditing) -> None:
    entries = editing.entries

    @router.get("/entries", summary="查找条目")
    async def list_entries(
        search: Annotated[str, Query(max_length=100, description="空格分开的词，都要出现")] = "",
        status: EntryStatus | None = None,
        topic: str = "",
        page: Annotated[int, Query(ge=1)] = 1,
        size: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> EntryList:
        found = await entries.list(search, status, topic, page, size)
        return EntryList(entries=found.entries, total=found.total)

    @router.get("/entries/{entry_id}", summary="一个条目")
    async def get_entry(entry_id: EntryId) -> Entry:
        return await entries.get(entry_id)

    @router.get("/entries/{entry_id}/versions", summary="历史，新的在前")
    async def versions(entry_id: EntryId) -> list[EntryVersion]:
        await entries.get(entry_id)
        return list(await entries.versions(entry_id))

    @router.get("/topics", summary="在用的分类及条目数")
    async def topics() -> dict[str, int]:
        return await entries.topics()

    @router.get("/counts", summary="各状态的条目数")
    async def counts() -> Counted:
        return Counted(**asdict(await entries.counts()))

    @router.get("/misses", summary="没有直接答上来的问题，问得多的在前")
    async def misses(
        status: MissStatus | None = MissStatus.OPEN,
        kind: Annotated[
            MissKind, Query(description="unknown：没答上来；offered：给了几条请居民选")
        ] = MissKind.UNKNOWN,
    ) -> list[Miss]:
        return list(await entries.misses(status, kind=kind))

    @router.post("/try", summary="试一试：居民这样问会得到什么")
    async def try_question(question: Question) -> Trial:
        return Trial.model_validate(await editing.try_search(question.text), from_attributes=True)


def _writing(router: APIRouter, editing: KnowledgeEditing, guard: StaffGuard) -> None:
    editor = Depends(guard.require_role(EDITORS))

    @router.post("/entries", status_code=201, summary="新建草稿")
    async def create(new: NewEntry, member: StaffMember = editor) -> Entry:
        return await editing.create(member, new.content, new.miss_id)

    @router.put("/entries/{entry_id}/draft", summary="保存草稿", responses=_CHANGE_REFUSED)
    async def save(entry_id: EntryId, edit: DraftEdit, member: StaffMember = editor) -> Entry:
        return await editing.save(member, entry_id, edit.content, edit.expected, edit.miss_id)

    @router.post(
        "/entries/{entry_id}/publish",
        summary="发布草稿；会让考题找错答案时不发布，除非 forced",
        response_model=Entry,
        responses=_CHANGE_REFUSED
        | {422: {"model": WouldBeAstray, "description": "有考题会找错答案；forced 为 true 才发布"}},
    )
    async def publish(
        entry_id: EntryId, step: Publication, member: StaffMember = editor
    ) -> Entry | JSONResponse:
        try:
            return await editing.publish(member, entry_id, step.note, step.expected, step.forced)
        except WouldGoAstray as error:
            held = WouldBeAstray(
                detail=str(error),
                astray=[
                    Astray(
                        entry_id=outcome.question.entry_id,
                        title=outcome.question.title,
                        question=outcome.question.text,
                        must_find=outcome.question.must_find,
                        belongs=outcome.question.belongs,
                        found=outcome.found,
                    )
                    for outcome in error.outcomes
                ],
            )
            return JSONResponse(held.model_dump(), 422)

    @router.post("/entries/{entry_id}/retire", summary="下架", responses=_CHANGE_REFUSED)
    async def retire(entry_id: EntryId, step: Step, member: StaffMember = editor) -> Entry:
        return await editing.retire(member, entry_id, step.note, step.expected)

    @router.post(
        "/entries/{entry_id}/versions/{version}/restore",
        summary="把某个历史版本恢复为草稿",
        responses=_CHANGE_REFUSED,
    )
    async def restore(
        entry_id: EntryId, version: int, step: Step, member: StaffMember = editor
    ) -> Entry:
        return await editing.restore(member, entry_id, version, step.expected)

    @router.post("/misses/{miss_id}/resolve", summary="标为已处理")
    async def resolve_miss(miss_id: int, member: StaffMember = editor) -> Miss:
        return await editing.resolve_miss(member, miss_id)

    @router.post(
        "/misses/{miss_id}/add",
        summary="把这句话加进一个条目的草稿，并标为已处理",
        responses=_CHANGE_REFUSED,
    )
    async def add_question(miss_id: int, addition: Addition, member: StaffMember = editor) -> Entry:
        return await editing.add_question(member, addition.entry_id, miss_id)
