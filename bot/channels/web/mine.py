"""我的诉求 on the web: the page, and what it reads and does under /web/appeals."""

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Path as PathParam
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from pydantic import ValidationError

from actions.appeals.life import AppealError, TooOften, UnknownAppeal
from actions.clock.words import since
from bot.appeals.herald import APPEALS
from bot.appeals.mine import MyAppeals, Wish
from bot.channels.web.limits import Buckets
from bot.channels.web.page import Page
from bot.channels.web.visitors import Visitors, same_origin
from bot.channels.web.wechat_door import NotFromWeChat, WeChatDoor
from bot.channels.web.words import MineAnswers
from bot.conversations.live import Live
from bot.conversations.media import MediaStore, UnknownMedia

log = logging.getLogger(__name__)

DEEDS_A_MINUTE = 12
Number = Annotated[str, PathParam(pattern=r"^[A-Za-z]{2}\d{12,20}$")]
Key = Annotated[str, PathParam(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class MineParts:
    """What the page needs beside the chat's own parts."""

    mine: MyAppeals
    door: WeChatDoor
    media: MediaStore
    live: Live


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks: what its cookies prove, and the residents that they are."""

    visitor: str | None
    name: str
    residents: list[int]


def mine_router(
    parts: MineParts, visitors: Visitors, page: Page, answers: MineAnswers, public_url: str
) -> APIRouter:
    """The routes of 我的诉求; they need the cookie of the chat page or of WeChat."""
    router = APIRouter(include_in_schema=False)
    mine, door = parts.mine, parts.door
    buckets = Buckets(DEEDS_A_MINUTE)

    async def browser(request: Request) -> Browser:
        visitor, openid = visitors.of(request.cookies), door.openid_of(request.cookies)
        if visitor is None and openid is None:
            raise HTTPException(401, answers.unknown)
        residents = await mine.residents(web=visitor, wechat=openid)
        return Browser(visitor, openid or visitor or "", residents)

    async def ours(request: Request, who: Annotated[Browser, Depends(browser)]) -> Browser:
        if "origin" in request.headers and not same_origin(request.headers, public_url):
            raise HTTPException(403, answers.refused)
        return who

    def shown(request: Request) -> Response:
        response = HTMLResponse(page.mine, headers=page.headers)
        visitor = visitors.of(request.cookies)
        if visitor or door.openid_of(request.cookies):
            # Photos are uploaded as a visitor, in WeChat too.
            visitors.remember(response, visitor or visitors.new_visitor())
        return response

    @router.get("/mine")
    async def show_list(request: Request) -> Response:
        return door.ask() if door.is_needed(request) else shown(request)

    @router.get("/mine/wechat")
    async def come_back(request: Request) -> Response:
        try:
            return await door.back(request)
        except NotFromWeChat as reason:
            log.warning("WeChat did not say who opens the page: %s", reason)
            # Shown as it is to anybody unknown: sending it to WeChat again would go in a circle.
            return HTMLResponse(page.mine, headers=page.headers)

    @router.get("/mine/{number}")
    async def show_one(number: Number, request: Request) -> Response:
        return door.ask(number.upper()) if door.is_needed(request) else shown(request)

    @router.get("/web/appeals")
    async def read_list(who: Annotated[Browser, Depends(browser)]) -> Response:
        cards = await mine.cards(who.residents) if who.residents else []
        return _fresh({"items": [card.model_dump(mode="json") for card in cards]})

    @router.get("/web/appeals/{number}")
    async def read_one(number: Number, who: Annotated[Browser, Depends(browser)]) -> Response:
        try:
            return _fresh((await mine.sheet(number, who.residents)).model_dump(mode="json"))
        except UnknownAppeal as missing:
            raise HTTPException(404, answers.missing) from missing

    @router.get("/web/appeals/{number}/photos/{key}")
    async def show_photo(
        number: Number, key: Key, who: Annotated[Browser, Depends(browser)]
    ) -> Response:
        try:
            if not await mine.may_see(number, key, who.residents):
                raise HTTPException(404)
            path, mime = await parts.media.path_of_key(key)
        except (UnknownAppeal, UnknownMedia) as missing:
            raise HTTPException(404) from missing
        headers = {
            "Cache-Control": "private, max-age=86400",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return FileResponse(path, media_type=mime, headers=headers)

    @router.post("/web/appeals/{number}")
    async def act(number: Number, wish: Wish, who: Annotated[Browser, Depends(ours)]) -> Response:
        if buckets.take(who.name):
            raise HTTPException(429, answers.too_fast)
        photos = [visitors.media_of(who.visitor or "", ticket) for ticket in wish.photos]
        kept = [photo for photo in photos if photo is not None]
        if len(kept) < len(photos):
            raise HTTPException(422, answers.bad_photo)
        try:
            sheet = await mine.do(number, who.residents, wish, kept)
        except UnknownAppeal as missing:
            raise HTTPException(404, answers.missing) from missing
        except AppealError as refusal:
            raise HTTPException(409, _refused(refusal, mine)) from refusal
        except (ValidationError, RequestValidationError) as wrong:
            raise HTTPException(422, answers.unclear) from wrong
        await parts.live.publish(APPEALS, "news")
        return _fresh(sheet.model_dump(mode="json"))

    return router


def _refused(refusal: AppealError, mine: MyAppeals) -> str:
    if isinstance(refusal, TooOften) and refusal.again_at:
        again = since(refusal.again_at, mine.clock(), mine.calendar.zone)
        return f"{refusal}{again}以后可以再催。"
    return str(refusal)


def _fresh(body: object) -> JSONResponse:
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
