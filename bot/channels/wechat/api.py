"""Calls WeChat's server: messages of three kinds, typing, media, QR codes, who opened a page.

Source: developers.weixin.qq.com, 公众号 → 客服消息, 模板消息, 客服输入状态, 新增临时素材,
获取临时素材, 生成带参数的二维码, 网页授权, 获取稳定版接口调用凭据.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.errors import MediaUnavailable, TokenRejected, WeChatError, check
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.tokens import AccessTokens

T = TypeVar("T")
_SECRET = re.compile(r"((?:access_token|secret|code)=)[^&\s]+")

MAX_MEDIA_BYTES = 10 * 1024 * 1024
_TIMEOUT = httpx.Timeout(8.0, connect=3.0)
_UPLOAD_NAMES = {"image/png": "photo.png", "image/gif": "photo.gif"}


class WeChatApi:
    """One account's door to WeChat; close it with `aclose`.

    Every call may raise `WeChatError` (try again later) or `Undeliverable` (never try again).
    """

    def __init__(self, config: WeChatConfig, memory: SharedMemory) -> None:
        self._config = config
        logging.getLogger("httpx").addFilter(_hide_token)
        self._http = httpx.AsyncClient(base_url=config.api_base, timeout=_TIMEOUT)
        self._tokens = AccessTokens(config.app_id, memory, self._fetch_token)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send_text(self, openid: str, text: str) -> None:
        await self._send({"touser": openid, "msgtype": "text", "text": {"content": text}})

    async def send_image(self, openid: str, wechat_media_id: str) -> None:
        """Sends a picture that `upload_image` has given an id."""
        image = {"media_id": wechat_media_id}
        await self._send({"touser": openid, "msgtype": "image", "image": image})

    async def send_template(
        self, openid: str, data: dict[str, dict[str, str]], url: str, message_id: str
    ) -> None:
        """Sends the account's template message; `url` opens at a tap, empty: nothing does.

        With the same `message_id` WeChat shows a resident one message, for ten minutes at least.
        """
        body: dict[str, Any] = {"touser": openid, "template_id": self._config.template_id}
        body |= {"data": data, "client_msg_id": message_id}
        await self._post_json(
            "/cgi-bin/message/template/send", body | ({"url": url} if url else {})
        )

    async def openid_of(self, code: str) -> str:
        """Who opened the page that WeChat gave this code (网页授权, snsapi_base).

        Raises `WeChatError`, also for a code that was used before or is not WeChat's.
        """
        query = {
            "appid": self._config.app_id,
            "secret": self._config.app_secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            response = await self._http.get("/sns/oauth2/access_token", params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WeChatError(f"cannot reach WeChat: {type(error).__name__}") from None
        return _text(_answer(response), "openid")

    async def show_typing(self, openid: str) -> None:
        """Shows 对方正在输入 until the next message, 15 seconds at most."""
        body = {"touser": openid, "command": "Typing"}
        await self._post_json("/cgi-bin/message/custom/typing", body)

    async def upload_image(self, data: bytes, mime: str) -> str:
        """Keeps a picture at WeChat for three days; returns the id to send it with."""
        name = _UPLOAD_NAMES.get(mime, "photo.jpg")

        async def call(token: str) -> dict[str, Any]:
            query = {"access_token": token, "type": "image"}
            files = {"media": (name, data, mime)}
            return _answer(
                await self._http.post("/cgi-bin/media/upload", params=query, files=files)
            )

        answer = await self._with_token(call)
        return _text(answer, "media_id")

    async def fetch_media(self, wechat_media_id: str) -> tuple[bytes, str]:
        """A photo or sound that a resident sent, and its MIME type.

        Raises `MediaUnavailable` also where it has more than `MAX_MEDIA_BYTES`.
        """

        async def call(token: str) -> tuple[bytes, str]:
            query = {"access_token": token, "media_id": wechat_media_id}
            async with self._http.stream("GET", "/cgi-bin/media/get", params=query) as response:
                body = await _read_capped(response)
            mime = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            # An error comes as JSON with status 200, sometimes named text/plain.
            if mime in ("application/json", "text/plain") or response.is_error:
                _parsed(response, body)
                raise MediaUnavailable(f"no media but {mime or 'nothing'} came")
            return body, mime or "application/octet-stream"

        return await self._with_token(call)

    async def create_qr(self, scene: str) -> str:
        """Makes a permanent QR code (永久带参数二维码); returns the address that it shall hold.

        `scene` has 1 to 64 characters; an account can have 100,000 such codes, so keep the
        address. Who scans it sends SCAN or subscribe with the scene.
        """
        info = {"scene": {"scene_str": scene}}
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}
        return _text(await self._post_json("/cgi-bin/qrcode/create", body), "url")

    async def _send(self, message: dict[str, Any]) -> None:
        await self._post_json("/cgi-bin/message/custom/send", message)

    async def _post_json(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        # WeChat shows \\u escapes to the resident as they are: send real characters.
        content = json.dumps(body, ensure_ascii=False).encode(errors="replace")

        async def call(token: str) -> dict[str, Any]:
            query = {"access_token": token}
            return _answer(await self._http.post(path, params=query, content=content))

        return await self._with_token(call)

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        try:
            token = await self._tokens.current()
            try:
                return await call(token)
            except TokenRejected as error:
                return await call(await self._tokens.after(token, error))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The address carries the token, so only the error's kind is told.
            raise WeChatError(f"cannot reach WeChat: {type(error).__name__}") from None

    async def _fetch_token(self, forced: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._config.app_id,
            "secret": self._config.app_secret,
            "force_refresh": forced,
        }
        answer = _answer(await self._http.post("/cgi-bin/stable_token", json=body))
        lives = answer.get("expires_in")
        return _text(answer, "access_token"), lives if isinstance(lives, int) else 0


def _hide_token(record: logging.LogRecord) -> bool:
    """httpx logs whole addresses, and WeChat wants the token in the address."""
    record.msg, record.args = _SECRET.sub(r"\1***", record.getMessage()), ()
    return True


def _answer(response: httpx.Response) -> dict[str, Any]:
    return _parsed(response, response.content)


def _parsed(response: httpx.Response, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        raise WeChatError(f"no JSON from WeChat, status {response.status_code}") from None
    if not isinstance(answer, dict):
        raise WeChatError("JSON of another shape from WeChat")
    check(answer)
    return answer


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise WeChatError(f"an answer without {name}")
    return value


async def _read_capped(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_MEDIA_BYTES:
            raise MediaUnavailable("more than 10 MB")
    return bytes(body)
