"""/work: the parties' phone page and its few files; what stands on it comes from /api/v1/work."""

import base64
import hashlib
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.page import EARLY, TYPES
from bot.channels.web.page import HERE as WEB
from bot.channels.web.routes import FOREVER
from bot.party import words
from bot.party.work import PartyWork
from bot.staff.guard import StaffGuard
from bot.staff.member import Role
from bot.staff.routes import START

HERE = Path(__file__).parent
# The look and two helpers of the resident's page: one house, one style.
SHARED = ("chat.css", "mine.css", "bubbles.js", "photo.js")


def work_pages(work: PartyWork, guard: StaffGuard) -> APIRouter:
    """The list, one task and the account: the same page, drawn by its script."""
    router = APIRouter(include_in_schema=False)
    paths = [*(WEB / "static" / name for name in SHARED), *sorted((HERE / "static").iterdir())]
    files = {
        path.name: (path.read_bytes(), TYPES[path.suffix]) for path in paths if path.suffix in TYPES
    }
    version = hashlib.sha256(b"".join(body for body, _ in files.values())).hexdigest()[:12]
    templates = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = templates.get_template("work.html")
    headers = {
        "Content-Security-Policy": _policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

    async def show(request: Request) -> Response:
        member = await guard.signed_in(request)
        if member is None:
            return guard.to_sign_in(request)
        if member.role is not Role.PARTY:
            return RedirectResponse(START, 303)
        who = {
            "csrf": guard.csrf_token(request),
            "name": member.name,
            "party": await work.party_name(member),
        }
        html = template.render(
            words=words.PAGE, who=who, early=EARLY, files=f"/work/static/{version}"
        )
        return HTMLResponse(html, headers=headers)

    for path in ("/work", "/work/account", "/work/{number}"):
        router.add_api_route(path, show, methods=["GET"])

    @router.get("/work/static/{asked}/{name}")
    async def show_file(asked: str, name: str) -> Response:
        if name not in files:
            raise HTTPException(404)
        body, mime = files[name]
        # During an update an old page may ask a new process: serve it, but do not keep it.
        cache = f"public, {FOREVER}" if asked == version else "no-store"
        return Response(
            body,
            media_type=mime,
            headers={"Cache-Control": cache, "X-Content-Type-Options": "nosniff"},
        )

    return router


def _policy() -> str:
    early = base64.b64encode(hashlib.sha256(EARLY.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{early}'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
