"""The web channel's door: the page, its files, its photos and its socket."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, WebSocket
from fastapi.params import Path as PathParam
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.datastructures import UploadFile

from bot.channels.web.bundle import FOREVER
from bot.channels.web.limits import Buckets
from bot.channels.web.line import Line
from bot.channels.web.mailbox import Mailbox, media_url
from bot.channels.web.mine import MineParts, mine_router
from bot.channels.web.page import Page
from bot.channels.web.visitors import Visitors, same_origin
from bot.channels.web.words import load_words
from bot.conversations.contract import ConversationGate
from bot.conversations.live import Live
from bot.conversations.media import MediaStore, NotAPhoto, UnknownMedia

PHOTO_BYTES = 8 * 1024 * 1024
FORM_BYTES = 4096
MESSAGES_A_MINUTE = 20
PHOTOS_A_MINUTE = 10
EXPIRED = 4401
REFUSED = 4403


def web_router(
    gate: ConversationGate,
    mailbox: Mailbox,
    media: MediaStore,
    live: Live,
    secret_key: str,
    secure: bool,
    public_url: str = "",
    mine: MineParts | None = None,
) -> APIRouter:
    """Everything a resident's browser needs; a page of `public_url` is our own page too."""
    router = APIRouter(include_in_schema=False)
    words = load_words()
    answers = words.answers
    page = Page(words)
    visitors = Visitors(secret_key, secure)
    messages = Buckets(MESSAGES_A_MINUTE)
    photos = Buckets(PHOTOS_A_MINUTE)

    @router.get("/")
    async def show_page(request: Request) -> HTMLResponse:
        response = HTMLResponse(page.html, headers=page.headers)
        visitors.remember(response, visitors.of(request.cookies) or visitors.new_visitor())
        return response

    @router.get("/web/static/{version}/{name}")
    async def show_file(version: str, name: str) -> Response:
        return page.bundle.file(version, name)

    @router.post("/web/photos")
    async def take_photo(request: Request) -> JSONResponse:
        visitor = visitors.of(request.cookies)
        if visitor is None:
            return _problem(401, answers.expired)
        if "origin" in request.headers and not same_origin(request.headers, public_url):
            return _problem(403, answers.refused)
        # A body without a stated length could grow without end.
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _problem(411, answers.photo_missing)
        if int(length) > PHOTO_BYTES + FORM_BYTES:
            return _problem(413, answers.photo_too_big)
        if photos.take(visitor):
            return _problem(429, answers.photo_too_many)
        async with request.form(max_files=1, max_fields=1) as form:
            photo = form.get("photo")
            if not isinstance(photo, UploadFile):
                return _problem(422, answers.photo_missing)
            data = await photo.read()
        if len(data) > PHOTO_BYTES:
            return _problem(413, answers.photo_too_big)
        try:
            media_id = await media.save(data, "image/*")
        except NotAPhoto as refusal:
            return _problem(415, str(refusal))
        url = media_url(await media.key_of(media_id))
        return JSONResponse({"media_id": visitors.ticket(visitor, media_id), "url": url})

    @router.get("/web/media/{key}")
    async def show_media(
        request: Request, key: Annotated[str, PathParam(pattern=r"^[0-9a-f]{32}$")]
    ) -> FileResponse:
        visitor = visitors.of(request.cookies)
        if visitor is None or not await mailbox.holds(visitor, key):
            raise HTTPException(404)
        try:
            path, mime = await media.path_of_key(key)
        except UnknownMedia as missing:
            raise HTTPException(404) from missing
        headers = {
            "Cache-Control": f"private, {FOREVER}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return FileResponse(path, media_type=mime, headers=headers)

    @router.websocket("/web/socket")
    async def open_line(socket: WebSocket) -> None:
        # Accepted first: only then does the browser learn the code, and the page why.
        await socket.accept()
        if not same_origin(socket.headers, public_url):
            return await socket.close(REFUSED)
        visitor = visitors.of(socket.cookies)
        if visitor is None:
            return await socket.close(EXPIRED)
        line = Line(socket, visitor, gate, mailbox, live, visitors, messages, answers)
        return await line.serve()

    if mine:
        router.include_router(mine_router(mine, visitors, page, words.mine_answers, public_url))
    return router


def _problem(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status)
