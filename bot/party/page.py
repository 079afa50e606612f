"""/work: the parties' phone page and its few files; what stands on it comes from /api/v1/work."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.channels.web.bundle import HERE as WEB
from bot.channels.web.bundle import STATIC, Bundle
from bot.party import words
from bot.party.work import PartyWork
from bot.staff.guard import StaffGuard
from bot.staff.member import Role
from bot.staff.routes import START

HERE = Path(__file__).parent
# The look and the helpers of the residents' pages: one house, one style.
SHARED = ("chat.css", "mine.css", "bubbles.js", "paper.js", "photo.js", "type.js")


def work_pages(work: PartyWork, guard: StaffGuard) -> APIRouter:
    """The list, one task and the account: the same page, drawn by its script."""
    router = APIRouter(include_in_schema=False)
    paths = [*(STATIC / name for name in SHARED), *sorted((HERE / "static").iterdir())]
    bundle = Bundle("/work/static", paths, templates=(HERE, WEB))

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
        html = bundle.render("work.html", words=words.PAGE, who=who)
        return HTMLResponse(html, headers=bundle.headers)

    for path in ("/work", "/work/account", "/work/{number}"):
        router.add_api_route(path, show, methods=["GET"])

    @router.get("/work/static/{version}/{name}")
    async def show_file(version: str, name: str) -> Response:
        return bundle.file(version, name)

    return router
