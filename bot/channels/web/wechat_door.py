"""Who opens a page inside WeChat (网页授权, snsapi_base), kept in a signed cookie.

Source: developers.weixin.qq.com, 公众号 → 网页授权: the page is sent to WeChat, which sends it back
with a code that tells the openid once; `state` takes letters and digits only.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.errors import WeChatError
from bot.conversations.contract import Undeliverable

COOKIE = "minhu_wechat"
COOKIE_SECONDS = 30 * 24 * 3600
ON_THE_WAY = "minhu_wechat_way"
WAY_SECONDS = 10 * 60
BACK = "/mine/wechat"
_NUMBER = re.compile(r"[A-Z]{2}\d{12,20}")


class NotFromWeChat(RuntimeError):
    """WeChat did not say who it is, or somebody else's way is being finished."""


class WeChatDoor:
    """Sends a page to WeChat and back; None of it happens where no account is configured."""

    def __init__(
        self,
        api: WeChatApi,
        app_id: str,
        open_base: str,
        public_url: str,
        secret_key: str,
        secure: bool,
    ) -> None:
        self._api = api
        self._app_id = app_id
        self._open_base = open_base.rstrip("/")
        self._public_url = public_url.rstrip("/")
        self._secure = secure
        self._signer = TimestampSigner(
            secret_key, salt="minhu.web.wechat", digest_method=hashlib.sha256
        )
        self._ways = URLSafeTimedSerializer(secret_key, salt="minhu.web.wechat.way")

    def openid_of(self, cookies: Mapping[str, str]) -> str | None:
        """The openid that the cookies prove, None if there is none or it is forged or too old."""
        try:
            signed = self._signer.unsign(cookies.get(COOKIE, ""), max_age=COOKIE_SECONDS)
        except BadSignature:
            return None
        return signed.decode("ascii", "replace")

    def is_needed(self, request: Request) -> bool:
        """Whether the page is open in WeChat, and WeChat can say who it is."""
        in_wechat = "MicroMessenger" in request.headers.get("user-agent", "")
        connected = bool(self._app_id and self._public_url)
        return in_wechat and connected and self.openid_of(request.cookies) is None

    def ask(self, number: str = "") -> Response:
        """The way to WeChat; only the browser that is sent there can come back by it."""
        state = secrets.token_hex(16)
        query = [
            ("appid", self._app_id),
            ("redirect_uri", self._public_url + BACK),
            ("response_type", "code"),
            ("scope", "snsapi_base"),
            ("state", state),
        ]
        # WeChat matches the address with its parameters in this order.
        address = f"{self._open_base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"
        response = RedirectResponse(address, 302, headers={"Cache-Control": "no-store"})
        self._set(response, ON_THE_WAY, self._ways.dumps([state, number]), WAY_SECONDS)
        return response

    async def back(self, request: Request) -> Response:
        """The way on to the page, with the cookie; raises `NotFromWeChat`."""
        try:
            kept = self._ways.loads(request.cookies.get(ON_THE_WAY, ""), max_age=WAY_SECONDS)
        except BadSignature as forged:
            raise NotFromWeChat("no way was begun") from forged
        state, number = kept
        if not hmac.compare_digest(state, request.query_params.get("state", "")):
            raise NotFromWeChat("the way of somebody else")
        code = request.query_params.get("code", "")
        try:
            openid = await self._api.openid_of(code) if code else ""
        except (WeChatError, Undeliverable) as error:
            raise NotFromWeChat(str(error)) from error
        if not openid:
            raise NotFromWeChat("no code")
        page = f"/mine/{number}" if _NUMBER.fullmatch(number) else "/mine"
        response = RedirectResponse(page, 303, headers={"Cache-Control": "no-store"})
        self._set(response, COOKIE, self._signer.sign(openid).decode(), COOKIE_SECONDS)
        response.delete_cookie(ON_THE_WAY)
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name, value, max_age=seconds, httponly=True, samesite="lax", secure=self._secure
        )
