"""Sign in, sign out and the accounts' REST API."""

import secrets
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, Field

from bot.staff.accounts import StaffAccounts
from bot.staff.guard import FORGED, StaffGuard
from bot.staff.member import (
    AccountLocked,
    InvalidAccount,
    LastAdmin,
    NotAllowed,
    Role,
    SignedOut,
    StaffError,
    StaffMember,
    UnknownStaff,
    UsernameTaken,
    WeakPassword,
    WrongPassword,
)
from bot.staff.sessions import COOKIE, LIFETIME, Sessions
from bot.staff.spoken import spoken
from bot.theme import PALETTE_CSS

START = "/desk"
WORK = "/work"
FORM_COOKIE = "minhu_signin"
PASSWORD_CHANGED = "密码已修改，请用新密码登录。"
_STATUSES: dict[type[Exception], int] = {
    SignedOut: 401,
    NotAllowed: 403,
    WrongPassword: 403,
    AccountLocked: 429,
    UnknownStaff: 404,
    UsernameTaken: 409,
    LastAdmin: 409,
    InvalidAccount: 422,
    WeakPassword: 422,
}
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


class Member(BaseModel):
    """A staff account as the API shows it."""

    id: int
    username: str
    name: str
    role: Role
    active: bool
    party_id: int | None = None


class Me(Member):
    """The signed-in member and the token that each change must carry (X-CSRF-Token)."""

    csrf_token: str


class NewMember(BaseModel):
    username: str
    name: str
    role: Role
    password: str
    party_id: int | None = Field(None, description="角色是 party 时必填：为哪个责任主体办事")


class MemberChange(BaseModel):
    role: Role | None = None
    party_id: int | None = Field(None, description="改为 party 时必填")
    active: bool | None = None


class PasswordChange(BaseModel):
    old: str
    new: str


class NewPassword(BaseModel):
    password: str


def local_path(path: str | None) -> str:
    """Where to go after signing in: a path of this site, never somebody else's address."""
    parts = urlsplit(path or "")
    strange = not (path or "").isprintable() or "\\" in (path or "")
    if not path or strange or parts.scheme or parts.netloc or not path.startswith("/"):
        return START
    return START if path.startswith("//") else path


def home_of(member: StaffMember, path: str) -> str:
    """Where a member goes from the sign-in page: a party's people only to their own pages."""
    is_work = path == WORK or path.startswith((f"{WORK}/", f"{WORK}?"))
    if member.role is Role.PARTY:
        return path if is_work else WORK
    return START if is_work else path


def staff_router(
    accounts: StaffAccounts, guard: StaffGuard, *, secure_cookies: bool = False
) -> APIRouter:
    """The routes of accounts; `secure_cookies` where the site is served by HTTPS."""
    router = APIRouter(route_class=spoken(_STATUSES))
    _signing(router, accounts, guard, secure_cookies)
    _own_account(router, accounts, guard, secure_cookies)
    _administration(router, accounts, guard)
    return router


def _signing(router: APIRouter, accounts: StaffAccounts, guard: StaffGuard, secure: bool) -> None:
    sessions = guard.sessions
    template = _templates.get_template("signin.html")

    def page(
        request: Request, next_path: str, *, error: str = "", username: str = "", status: int = 200
    ) -> Response:
        form_id = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
        html = template.render(
            palette=PALETTE_CSS,
            csrf=sessions.csrf_token(form_id),
            next=next_path,
            error=error,
            notice=PASSWORD_CHANGED if "changed" in request.query_params else "",
            username=username,
        )
        response = HTMLResponse(html, status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Frame-Options"] = "DENY"
        response.set_cookie(
            FORM_COOKIE, form_id, httponly=True, samesite="lax", secure=secure, path="/signin"
        )
        return response

    @router.get("/signin", include_in_schema=False)
    async def show_signin(request: Request, next: str = START) -> Response:  # noqa: A002
        if member := await guard.signed_in(request):
            return RedirectResponse(home_of(member, local_path(next)), 303)
        return page(request, local_path(next))

    @router.post("/signin", include_in_schema=False)
    async def sign_in(
        request: Request,
        username: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        csrf: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = START,  # noqa: A002
    ) -> Response:
        next_path = local_path(next)
        form_id = request.cookies.get(FORM_COOKIE, "")
        if not form_id or not sessions.csrf_matches(form_id, csrf):
            return page(request, next_path, error=FORGED, username=username, status=403)
        try:
            member = await accounts.authenticate(username, password)
        except StaffError as error:
            status = 429 if isinstance(error, AccountLocked) else 401
            return page(request, next_path, error=str(error), username=username, status=status)
        response = RedirectResponse(home_of(member, next_path), 303)
        _set_session(response, sessions, member, secure)
        return response

    @router.post("/signout", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        if await guard.signed_in(request):
            await guard.check_csrf(request, request.cookies[COOKIE])
        response = RedirectResponse("/signin", 303)
        response.delete_cookie(COOKIE)
        return response


def _own_account(
    router: APIRouter, accounts: StaffAccounts, guard: StaffGuard, secure: bool
) -> None:
    anyone = Depends(guard.require_role(Role.PARTY))

    @router.get("/api/v1/me", tags=["账号"], summary="我是谁，以及修改时要带的 CSRF 令牌")
    async def me(request: Request, member: StaffMember = anyone) -> Me:
        return Me(csrf_token=guard.csrf_token(request), **_shown(member).model_dump())

    @router.put("/api/v1/me/password", tags=["账号"], status_code=204, summary="修改自己的密码")
    async def change_password(
        change: PasswordChange, response: Response, member: StaffMember = anyone
    ) -> None:
        """Ends all older sessions; this one goes on with a new cookie."""
        changed = await accounts.change_password(member.id, change.old, change.new)
        _set_session(response, guard.sessions, changed, secure)


def _administration(router: APIRouter, accounts: StaffAccounts, guard: StaffGuard) -> None:
    admin: Any = Depends(guard.require_role(Role.ADMIN))
    tags: list[Any] = ["账号管理"]

    @router.get("/api/v1/staff", tags=tags, summary="全部账号", dependencies=[admin])
    async def list_staff() -> list[Member]:
        return [_shown(member) for member in await accounts.list()]

    @router.post(
        "/api/v1/staff", tags=tags, status_code=201, summary="新建账号", dependencies=[admin]
    )
    async def create(new: NewMember) -> Member:
        return _shown(await accounts.create(**new.model_dump()))

    @router.patch(
        "/api/v1/staff/{staff_id}", tags=tags, summary="改角色、停用或启用", dependencies=[admin]
    )
    async def change(staff_id: int, wanted: MemberChange) -> Member:
        member: StaffMember | None = None
        if wanted.role is not None:
            member = await accounts.set_role(staff_id, wanted.role, wanted.party_id)
        if wanted.active is not None:
            member = await accounts.set_active(staff_id, wanted.active)
        if member is None:
            raise HTTPException(422, "请写明要改的角色或状态。")
        return _shown(member)

    @router.post(
        "/api/v1/staff/{staff_id}/reset-password",
        tags=tags,
        summary="重置密码，新密码只显示这一次",
        dependencies=[admin],
    )
    async def reset_password(staff_id: int) -> NewPassword:
        return NewPassword(password=await accounts.reset_password(staff_id))


def _shown(member: StaffMember) -> Member:
    return Member.model_validate(member, from_attributes=True)


def _set_session(response: Response, sessions: Sessions, member: StaffMember, secure: bool) -> None:
    response.set_cookie(
        COOKIE,
        sessions.issue(member),
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )
