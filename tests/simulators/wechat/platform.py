"""The platform as a whole: residents' phones on one side, the account's server on the other."""

import asyncio
import itertools
import secrets
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self
from xml.etree import ElementTree

import aiohttp

from tests.simulators.wechat import pushes
from tests.simulators.wechat.crypto import PlatformBox, signature
from tests.simulators.wechat.inbox import Inbox, Received
from tests.simulators.wechat.pushes import Fields
from tests.simulators.wechat.server import LONGEST_TEXT, ApiServer
from tests.simulators.wechat.windows import Windows

Mode = Literal["plain", "compatible", "safe"]
Outcome = Literal["passive", "success", "failed"]

NOTICE = "该公众号暂时无法提供服务，请稍后再试"
RETRIES = 3
_CLICKS = frozenset({"CLICK", "SCAN", "subscribe", "scancode_push", "scancode_waitmsg"})


class ProtocolViolation(AssertionError):
    """The account's server answered something that WeChat would not show."""


class Refused(RuntimeError):
    """The account's server refused a request that WeChat made."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Response:
    """What the account's server answered to a push."""

    status: int
    body: bytes


class WeChatPlatform:
    """Pushes messages to a gateway as WeChat does, and serves the API that the gateway calls.

    Use it as `async with`. `gateway_url` is the address an admin would enter (…/wechat); it may be
    set after the start, since a gateway needs `api_base` first. `scale` shortens the five seconds
    of patience for tests. `lose_answers` makes the next so many answers vanish on their way.
    """

    def __init__(
        self,
        gateway_url: str = "",
        *,
        mode: Mode = "plain",
        token: str = "platform-token",
        app_id: str = "wx1234567890abcdef",
        app_secret: str = "platform-secret",
        aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        original_id: str = "gh_0123456789ab",
        scale: float = 1.0,
    ) -> None:
        self.gateway_url = gateway_url
        self.mode = mode
        self.token, self.app_id, self.app_secret = token, app_id, app_secret
        self.aes_key, self.original_id = aes_key, original_id
        self.patience = 5.0 * scale
        self.lose_answers = 0
        self.inbox = Inbox()
        self._ahead = 0.0
        self._last: Fields = {}
        self._windows = Windows(self.now)
        self.api = ApiServer(app_id, app_secret, self.inbox, self._windows, self.now)
        self._box = PlatformBox(aes_key, app_id)
        self._ids = itertools.count(secrets.randbits(60))

    @property
    def api_base(self) -> str:
        return self.api.base_url

    async def __aenter__(self) -> Self:
        # A light client: what it takes of the cores, the account's server lacks.
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.api.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()
        await asyncio.to_thread(self.api.stop)

    def now(self) -> float:
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Moves the platform's clock ahead."""
        self._ahead += seconds

    async def say(self, openid: str, text: str, *, wait: float = 10.0) -> list[str]:
        """A resident types; returns the texts that came back, passively or later."""
        return await self.tell(openid, pushes.text(text), wait=wait)

    async def tell(self, openid: str, fields: Fields, *, wait: float = 10.0) -> list[str]:
        """A resident does anything of `pushes`; returns the texts that came back."""
        before = self.inbox.count(openid)
        if await self.push(openid, fields) == "success":
            await self.inbox.reaches(openid, before + 1, wait)
        return [received.text for received in self.inbox.of(openid)[before:]]

    async def scan(self, openid: str, address: str, *, follows: bool = True) -> list[str]:
        """A resident scans a QR code of the account; one who did not follow it does so now."""
        scene, ticket = self.api.scenes[address]
        if follows:
            return await self.tell(openid, pushes.event("SCAN", scene, Ticket=ticket))
        key = f"qrscene_{scene}"
        return await self.tell(openid, pushes.event("subscribe", key, Ticket=ticket))

    async def send_image(self, openid: str, data: bytes, mime: str = "image/jpeg") -> list[str]:
        media_id = secrets.token_urlsafe(48)
        self.api.media[media_id] = (data, mime)
        return await self.tell(openid, pushes.image(media_id), wait=0)

    async def send_voice(
        self, openid: str, data: bytes, recognition: str | None = None
    ) -> list[str]:
        media_id = secrets.token_urlsafe(48)
        self.api.media[media_id] = (data, "audio/amr")
        return await self.tell(openid, pushes.voice(media_id, recognition), wait=0)

    async def verify_url(self) -> bool:
        """What happens when an admin presses 提交 on the settings page."""
        echo = secrets.token_hex(8)
        query = self._signed() | {"echostr": echo}
        async with asyncio.timeout(self.patience):
            async with self._http.get(self.gateway_url, params=query) as response:
                return response.status == 200 and await response.text() == echo

    async def push(self, openid: str, fields: Fields) -> Outcome:
        """Sends one message, with retries, and shows the resident what WeChat would show.

        Raises `Refused` for a 4xx status and `ProtocolViolation` for a wrong reply.
        """
        message: Fields = {"ToUserName": self.original_id, "FromUserName": openid}
        message |= {"CreateTime": int(self.now())} | fields
        if fields["MsgType"] != "event":
            message["MsgId"] = next(self._ids)
        self._open_window(openid, fields)
        self._last = message
        return await self._deliver(openid, message)

    async def push_again(self) -> Outcome:
        """Sends the last message once more, as a retry that comes late."""
        return await self._deliver(str(self._last["FromUserName"]), self._last)

    async def _deliver(self, openid: str, message: Fields) -> Outcome:
        for _ in range(1 + RETRIES):
            response = await self._post(openid, message)
            if response is None or response.status >= 500:
                continue
            if response.status != 200:
                raise Refused(response.status)
            if response.body in (b"", b"success"):
                return "success"
            text = self._read_reply(response.body, openid)
            self.inbox.put(openid, Received("text", "passive", text=text))
            return "passive"
        self.inbox.put(openid, Received("notice", "platform", text=NOTICE))
        return "failed"

    async def _post(self, openid: str, message: Fields) -> Response | None:
        query, body = self._envelope(openid, message)
        headers = {"content-type": "text/xml"}
        try:
            # The five seconds are for the whole answer, not between two bytes.
            async with asyncio.timeout(self.patience):
                async with self._http.post(
                    self.gateway_url, params=query, data=body, headers=headers, timeout=None
                ) as answer:
                    response = Response(answer.status, await answer.read())
        except (TimeoutError, aiohttp.ClientError):
            return None
        if self.lose_answers:
            self.lose_answers -= 1
            return None
        return response

    def _envelope(self, openid: str, message: Fields) -> tuple[dict[str, str], bytes]:
        query = self._signed() | {"openid": openid}
        plain = f"<xml>{pushes.elements(message)}</xml>".encode()
        if self.mode == "plain":
            return query, plain
        sealed = self._box.seal(plain)
        stamp, nonce = query["timestamp"], query["nonce"]
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self.token, stamp, nonce, sealed)
        outside: Fields = message if self.mode == "compatible" else {"ToUserName": self.original_id}
        outer = pushes.elements(outside | {"Encrypt": sealed})
        return query, f"<xml>{outer}</xml>".encode()

    def _signed(self) -> dict[str, str]:
        stamp, nonce = str(int(self.now())), str(secrets.randbelow(10**9))
        signed = signature(self.token, stamp, nonce)
        return {"signature": signed, "timestamp": stamp, "nonce": nonce}

    def _open_window(self, openid: str, fields: Fields) -> None:
        event = fields.get("Event")
        if event == "unsubscribe":
            self._windows.unfollowed(openid)
        elif event in _CLICKS or "bizmsgmenuid" in fields:
            self._windows.menu_clicked(openid)
        elif fields["MsgType"] != "event":
            self._windows.message_came(openid)

    def _read_reply(self, body: bytes, openid: str) -> str:
        fields = _children(body)
        if "Encrypt" in fields:
            fields = self._unsealed(fields)
        elif self.mode == "safe":
            raise ProtocolViolation("a plain reply in safe mode")
        _demand(fields.get("ToUserName") == openid, "wrong ToUserName")
        _demand(fields.get("FromUserName") == self.original_id, "wrong FromUserName")
        _demand(fields.get("MsgType") == "text", "wrong MsgType")
        created = fields.get("CreateTime", "")
        _demand(created.isdecimal() and abs(int(created) - time.time()) < 60, "wrong CreateTime")
        text = fields.get("Content", "")
        _demand(0 < len(text.encode()) <= LONGEST_TEXT, "text empty or too long")
        return text

    def _unsealed(self, fields: dict[str, str]) -> dict[str, str]:
        stamp, nonce = fields.get("TimeStamp", ""), fields.get("Nonce", "")
        right = signature(self.token, stamp, nonce, fields["Encrypt"])
        _demand(fields.get("MsgSignature") == right, "wrong MsgSignature")
        try:
            return _children(self._box.unseal(fields["Encrypt"]))
        except ValueError as error:
            raise ProtocolViolation(f"cannot decrypt the reply: {error}") from error


def _children(body: bytes) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ProtocolViolation(f"not XML: {body[:200]!r}") from error
    names = [child.tag for child in root]
    _demand(root.tag == "xml" and len(set(names)) == len(names), "wrong root or a field twice")
    return {child.tag: child.text or "" for child in root}


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProtocolViolation(otherwise)
