"""The guard at the doors: who asks, may they, and did the request come from our own page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyCookie
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.staff.member import Role, StaffMember
from bot.staff.sessions import COOKIE, Sessions

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_cookie_in_docs = APIKeyCookie(name=COOKIE, auto_error=False, description="工作人员登录后的会话")

SIGN_IN_FIRST = "请先登录。"
NOT_ALLOWED = "您的角色没有这项权限，请联系管理员。"
FOR_PARTIES = "这个页面是给责任主体用的，您的账号请到工作台办理。"
FORGED = "页面已过期，请刷新页面后再试。"


@dataclass(frozen=True, slots=True)
class StaffGuard:
    """Who may come in; one for the whole gateway."""

    sessions: Sessions

    async def signed_in(self, request: Request) -> StaffMember | None:
        """Who sends this request, a party's person too."""
        return await self.sessions.read(request.cookies.get(COOKIE))

    async def current_staff(self, request: Request) -> StaffMember | None:
        """The member of staff who sends this request, for pages that decide what to do."""
        member = await self.signed_in(request)
        return member if member and member.role.reaches(Role.STAFF) else None

    async def admit(self, request: Request) -> StaffMember | RedirectResponse:
        """The member of staff at a page, else the way to the sign-in page and back."""
        return await self.current_staff(request) or self.to_sign_in(request)

    def to_sign_in(self, request: Request) -> RedirectResponse:
        """The way to the sign-in page; who is signed in already is led on to where they belong."""
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/signin?next={quote(path, safe='/')}", 303)

    def csrf_token(self, request: Request) -> str:
        """The token for forms of a signed-in page."""
        return self.sessions.csrf_token(request.cookies[COOKIE])

    def require_role(self, role: Role) -> Callable[..., Awaitable[StaffMember]]:
        """A FastAPI dependency: the signed-in member, else 401, 403, or 403 without CSRF token."""

        async def member_of_role(
            request: Request, _: Annotated[str | None, Depends(_cookie_in_docs)]
        ) -> StaffMember:
            member = await self._known(request)
            if not member.role.reaches(role):
                raise HTTPException(403, NOT_ALLOWED)
            return member

        return member_of_role

    def require_party(self) -> Callable[..., Awaitable[StaffMember]]:
        """The same for who works for a party (责任主体), and for nobody else."""

        async def member_of_party(
            request: Request, _: Annotated[str | None, Depends(_cookie_in_docs)]
        ) -> StaffMember:
            member = await self._known(request)
            if member.role is not Role.PARTY:
                raise HTTPException(403, FOR_PARTIES)
            return member

        return member_of_party

    async def _known(self, request: Request) -> StaffMember:
        """Raises 401 for a stranger, and 403 for a change without its CSRF token."""
        member = await self.signed_in(request)
        if member is None:
            raise HTTPException(401, SIGN_IN_FIRST)
        if request.method not in _SAFE:
            await self.check_csrf(request, request.cookies[COOKIE])
        return member

    async def check_csrf(self, request: Request, cookie: str) -> None:
        """Refuse a change that does not carry the token bound to this cookie."""
        token = request.headers.get(CSRF_HEADER, "")
        if not token and "form" in request.headers.get("content-type", ""):
            field = (await request.form()).get(CSRF_FIELD, "")
            token = field if isinstance(field, str) else ""
        if not self.sessions.csrf_matches(cookie, token):
            raise HTTPException(403, FORGED)


class OwnOriginOnly:
    """ASGI middleware: a browser on somebody else's page gets no socket and changes nothing.

    NiceGUI's socket accepts every origin; here a socket (or its long-polling fallback) and every
    change by HTTP must come from the host it is sent to, or from `public_url`. Requests without an
    Origin header are no browser's and carry no cookie of a person; `exempt` paths (WeChat's
    callback) are let through.
    """

    def __init__(self, app: ASGIApp, public_url: str = "", exempt: tuple[str, ...] = ()) -> None:
        self._app = app
        self._public_host = urlsplit(public_url).netloc
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._welcome(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason="origin")(scope, receive, send)
        else:
            await PlainTextResponse(FORGED, status_code=403)(scope, receive, send)

    def _welcome(self, scope: Scope) -> bool:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(self._exempt):
            return True
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if not changes and not scope["path"].startswith("/_nicegui_ws"):
            return True
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin")
        if origin is None:
            return True
        return urlsplit(origin).netloc in {headers.get(b"host", ""), self._public_host} - {""}
