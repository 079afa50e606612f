"""REST of dispatch rules (派单规则): read, check, save, restore, try."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from actions.dispatch.reading import BadRules
from actions.dispatch.rules import read_rules
from actions.dispatch.versions import RulesVersion, StaleRules, UnknownVersion
from bot.office.dispatching import DispatchEditing, Outcome, Trial
from bot.office.editing import EDITORS
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, Role, SignedOut, StaffMember
from bot.staff.spoken import spoken
from knowledge.places.repository import UnknownPlace

TEXT_MOST = 100_000
_STATUSES: dict[type[Exception], int] = {
    SignedOut: 401,
    NotAllowed: 403,
    UnknownPlace: 404,
    UnknownVersion: 404,
    StaleRules: 409,
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "没有权限，或缺少 X-CSRF-Token"},
}
Version = Annotated[int, Path(ge=1, description="第几版")]
RulesText = Annotated[str, Field(max_length=TEXT_MOST, description="规则，YAML")]


class Rules(BaseModel):
    """One version of the rules."""

    version: int = Field(description="第几版；0 为自带规则")
    text: str = Field(description="规则，YAML")
    author: str
    note: str
    created_at: datetime


class Edit(BaseModel):
    text: RulesText
    note: str = Field("", max_length=200, description="说明，记入历史")
    expected: int = Field(ge=0, description="修改前的版本；不一致说明已被他人修改")


class Restoration(BaseModel):
    expected: int = Field(ge=0, description="现在的版本；不一致说明已被他人修改")


class Draft(BaseModel):
    text: RulesText


class Wrong(BaseModel):
    """What is wrong with rules, sentence by sentence; nothing where they can be used."""

    problems: list[str]


class Question(Trial):
    text: str | None = Field(None, max_length=TEXT_MOST, description="用这份规则试；不填用现在的")


_WRONG: dict[int | str, dict[str, Any]] = {
    422: {"model": Wrong, "description": "规则有误，逐条说明"},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "没有这个小区"}}
_CHANGE_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "没有这一版"},
    409: {"description": "已被他人修改"},
}


def dispatch_api(editing: DispatchEditing, guard: StaffGuard) -> APIRouter:
    """The routes under /api/v1/dispatch: reading and trying for staff, changes for secretaries."""
    router = APIRouter(
        prefix="/api/v1/dispatch",
        tags=["派单规则"],
        route_class=spoken(_STATUSES),
        responses=_REFUSED,
        dependencies=[Depends(guard.require_role(Role.STAFF))],
    )
    editor = Depends(guard.require_role(EDITORS))

    @router.get("/rules", summary="现在的规则")
    async def in_force() -> Rules:
        return _rules(await editing.rules.newest())

    @router.put(
        "/rules",
        summary="保存为新版本，马上生效",
        response_model=Rules,
        responses=_CHANGE_REFUSED | _WRONG,
    )
    async def save(edit: Edit, member: StaffMember = editor) -> Rules | JSONResponse:
        try:
            return _rules(await editing.save(member, edit.text, edit.note, edit.expected))
        except BadRules as error:
            return JSONResponse({"problems": list(error.problems)}, 422)

    @router.post("/rules/check", summary="检查一份规则，不保存")
    async def check(draft: Draft) -> Wrong:
        try:
            read_rules(draft.text)
        except BadRules as error:
            return Wrong(problems=list(error.problems))
        return Wrong(problems=[])

    @router.get("/rules/versions", summary="历史，新的在前")
    async def versions() -> list[Rules]:
        return [_rules(each) for each in await editing.rules.history()]

    @router.get(
        "/rules/versions/{version}", summary="某一版", responses={404: _CHANGE_REFUSED[404]}
    )
    async def one(version: Version) -> Rules:
        return _rules(await editing.rules.get(version))

    @router.post(
        "/rules/versions/{version}/restore",
        summary="恢复某一版，记为新的一版",
        response_model=Rules,
        responses=_CHANGE_REFUSED | _WRONG,
    )
    async def restore(
        version: Version, step: Restoration, member: StaffMember = editor
    ) -> Rules | JSONResponse:
        try:
            return _rules(await editing.restore(member, version, step.expected))
        except BadRules as error:
            return JSONResponse({"problems": list(error.problems)}, 422)

    @router.post(
        "/try",
        summary="试一试：谁来管",
        response_model=Outcome,
        responses=_UNKNOWN | _WRONG,
    )
    async def try_out(question: Question) -> Outcome | JSONResponse:
        try:
            return await editing.try_out(question, question.text)
        except BadRules as error:
            return JSONResponse({"problems": list(error.problems)}, 422)

    return router


def _rules(version: RulesVersion) -> Rules:
    return Rules.model_validate(version, from_attributes=True)
