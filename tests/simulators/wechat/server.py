"""The platform's API server on a loopback port: tokens, customer-service messages, media."""

import json
import secrets
import socket
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.wechat.inbox import Inbox, Received
from tests.simulators.wechat.oauth import AUTHORIZE, CODE_TO_OPENID, PageAuthorization
from tests.simulators.wechat.templates import Templates
from tests.simulators.wechat.windows import Windows

Handler = Callable[[Request], Awaitable[Response]]

LONGEST_TEXT = 2048
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
UPLOAD = "/cgi-bin/media/upload"
GET_MEDIA = "/cgi-bin/media/get"
TOKEN = "/cgi-bin/stable_token"
QR = "/cgi-bin/qrcode/create"
TEMPLATE = "/cgi-bin/message/template/send"


class ApiServer:
    """Runs in a thread of its own; its fields may be read and set from a test at any time."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        inbox: Inbox,
        windows: Windows,
        clock: Callable[[], float],
    ) -> None:
        self.media: dict[str, tuple[bytes, str]] = {}
        # Scene and ticket of each QR code, by the address that it holds.
        self.scenes: dict[str, tuple[str, str]] = {}
        self.templates = Templates()
        self.pages = PageAuthorization(app_id, app_secret, clock)
        self.calls: Counter[str] = Counter()
        self.typing: list[str] = []
        self.forced_refreshes = 0
        self.force_asked = 0
        self._app_id = app_id
        self._secret = app_secret
        self._inbox = inbox
        self._windows = windows
        self._clock = clock
        self._faults: dict[str, list[int]] = defaultdict(list)
        self._token, self._token_until, self._forced_at = "", 0.0, float("-inf")
        self._expired: set[str] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self._app(), log_level="warning", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        sockets = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def fail(self, path: str, code: int, times: int = 1) -> None:
        """The next calls of a path answer this error code."""
        self._faults[path].extend([code] * times)

    def expire_token(self) -> None:
        """The current token's time is over: it answers 42001, a normal call gives a new one."""
        self._expired.add(self._token)
        self._token_until = 0.0

    def revoke_token(self) -> None:
        """The current token is void (40001) and stays so until a forced refresh."""
        self._token = ""
        self._token_until = float("inf")

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(TOKEN, self._stable_token, methods=["POST"]),
                Route(SEND, self._guarded(self._send), methods=["POST"]),
                Route(TYPING, self._guarded(self._type), methods=["POST"]),
                Route(TEMPLATE, self._guarded(self._send_template), methods=["POST"]),
                Route(AUTHORIZE, self.pages.authorize, methods=["GET"]),
                Route(CODE_TO_OPENID, self.pages.tell_openid, methods=["GET"]),
                Route(UPLOAD, self._guarded(self._upload), methods=["POST"]),
                Route(QR, self._guarded(self._qr_code), methods=["POST"]),
                Route(GET_MEDIA, self._guarded(self._media), methods=["GET"]),
            ]
        )

    async def _stable_token(self, request: Request) -> Response:
        self.calls[TOKEN] += 1
        body = json.loads(await request.body())
        if body.get("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        if body.get("appid") != self._app_id:
            return _error(40013, "invalid appid")
        if body.get("secret") != self._secret:
            return _error(40001, "invalid credential")
        now = self._clock()
        asked = body.get("force_refresh") is True
        self.force_asked += asked
        forced = asked and now - self._forced_at >= 30
        if forced:
            self._forced_at = now
            self.forced_refreshes += 1
        if forced or self._token_until - now < 300:
            self._token = secrets.token_urlsafe(100)
            self._token_until = now + 7200
        shown = self._token or "void"
        lives = int(min(self._token_until - now, 7200))
        return JSONResponse({"access_token": shown, "expires_in": lives})

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            path = request.url.path
            self.calls[path] += 1
            token = request.query_params.get("access_token", "")
            if token in self._expired:
                return _error(42001, "access_token expired")
            if not token or token != self._token:
                return _error(40001, "invalid credential, access_token is invalid or not latest")
            if self._faults[path]:
                return _error(self._faults[path].pop(0), "told to fail")
            return await handler(request)

        return guarded

    async def _send(self, request: Request) -> Response:
        raw = await request.body()
        if b"\\u" in raw:
            return _error(47001, "data format error: unicode escapes would reach the resident")
        message: dict[str, Any] = json.loads(raw)
        openid, kind = message["touser"], message["msgtype"]
        if kind == "text":
            received = Received("text", "custom", text=message["text"]["content"])
            if len(received.text.encode()) > LONGEST_TEXT:
                return _error(45002, "content size out of limit")
            if not received.text:
                return _error(44004, "empty content")
        elif kind == "image":
            received = Received("image", "custom", media_id=message["image"]["media_id"])
            if received.media_id not in self.media:
                return _error(40007, "invalid media_id")
        else:
            return _error(40008, "invalid message type")
        if code := self._windows.spend(openid):
            return _error(code, "response out of time limit or subscription is canceled")
        self._inbox.put(openid, received)
        return _error(0, "ok")

    async def _send_template(self, request: Request) -> Response:
        raw = await request.body()
        if b"\\u" in raw:
            return _error(47001, "data format error: unicode escapes would reach the resident")
        message: dict[str, Any] = json.loads(raw)
        code, shown = self.templates.judge(message)
        if code:
            return _error(code, shown)
        if shown:
            self._inbox.put(message["touser"], Received("card", "template", text=shown))
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": secrets.randbits(40)})

    async def _type(self, request: Request) -> Response:
        message = json.loads(await request.body())
        self.typing.append(message["touser"])
        return _error(0, "ok")

    async def _qr_code(self, request: Request) -> Response:
        """Permanent codes with a text as scene; each call makes one, and all of them work."""
        asked: dict[str, Any] = json.loads(await request.body())
        if asked.get("action_name") != "QR_LIMIT_STR_SCENE":
            return _error(40053, "invalid action info")
        scene = asked.get("action_info", {}).get("scene", {}).get("scene_str")
        if not isinstance(scene, str) or not 1 <= len(scene) <= 64:
            return _error(40053, "invalid action info")
        ticket = secrets.token_urlsafe(64)
        address = f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
        self.scenes[address] = (scene, ticket)
        return JSONResponse({"ticket": ticket, "url": address})

    async def _upload(self, request: Request) -> Response:
        if request.query_params.get("type") != "image":
            return _error(40004, "invalid media type")
        async with request.form() as form:
            upload = form.get("media")
            if upload is None or isinstance(upload, str):
                return _error(41005, "media data missing")
            data, mime = await upload.read(), upload.content_type or ""
        if not mime.startswith("image/"):
            return _error(40005, "invalid file type")
        media_id = secrets.token_urlsafe(48)
        self.media[media_id] = (data, mime)
        created = int(self._clock())
        return JSONResponse({"type": "image", "media_id": media_id, "created_at": created})

    async def _media(self, request: Request) -> Response:
        found = self.media.get(request.query_params.get("media_id", ""))
        if found is None:
            return _error(40007, "invalid media_id")
        data, mime = found
        headers = {"content-disposition": 'attachment; filename="media"'}
        return Response(data, media_type=mime, headers=headers)


def _error(code: int, message: str) -> JSONResponse:
    return JSONResponse({"errcode": code, "errmsg": message})
