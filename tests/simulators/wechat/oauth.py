"""Page authorization (网页授权): who opens a page in WeChat, told by a code that works once."""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

AUTHORIZE = "/connect/oauth2/authorize"
CODE_TO_OPENID = "/sns/oauth2/access_token"
# The in-app browser knows whose phone it runs on; here a cookie says so.
PHONE = "phone_of"
_ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]
_CODE_LIVES = 300


class PageAuthorization:
    """open.weixin.qq.com for a page, and the call that turns a code into an openid."""

    def __init__(self, app_id: str, app_secret: str, clock: Callable[[], float]) -> None:
        # 网页授权域名, as an admin enters them.
        self.domains: set[str] = set()
        self.asked = 0
        self._app_id = app_id
        self._secret = app_secret
        self._clock = clock
        self._codes: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    async def authorize(self, request: Request) -> Response:
        """snsapi_base asks nothing of the resident: they are sent back at once."""
        openid = request.cookies.get(PHONE)
        if not openid:
            return PlainTextResponse("请在微信客户端打开链接", 400)
        query = request.query_params
        # The document warns that the address is matched with its parameters in this order.
        if list(query)[: len(_ORDER)] != _ORDER:
            return PlainTextResponse("该链接无法访问", 400)
        state, back = query["state"], query["redirect_uri"]
        if query["appid"] != self._app_id or query["response_type"] != "code":
            return PlainTextResponse("AppID 参数错误", 400)
        if query["scope"] != "snsapi_base":
            return PlainTextResponse("Scope 参数错误", 400)
        if urlsplit(back).netloc not in self.domains:
            return PlainTextResponse("redirect_uri 参数错误", 400)
        if not (state.isascii() and state.isalnum() and len(state) <= 128):
            return PlainTextResponse("state 参数错误", 400)
        code = secrets.token_hex(16)
        self._codes[code] = (openid, self._clock() + _CODE_LIVES)
        joint = "&" if urlsplit(back).query else "?"
        return RedirectResponse(back + joint + urlencode({"code": code, "state": state}), 302)

    async def tell_openid(self, request: Request) -> Response:
        """The page's own access token and the openid; a code works once, for five minutes."""
        query: Mapping[str, str] = request.query_params
        self.asked += 1
        if query.get("grant_type") != "authorization_code":
            return _error(40002, "invalid grant_type")
        if query.get("appid") != self._app_id:
            return _error(40013, "invalid appid")
        if query.get("secret") != self._secret:
            return _error(40125, "invalid appsecret")
        code = query.get("code", "")
        if code in self._used:
            return _error(40163, "code been used")
        openid, until = self._codes.pop(code, ("", 0.0))
        if not openid or until < self._clock():
            return _error(40029, "invalid code")
        self._used.add(code)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(60),
                "expires_in": 7200,
                "refresh_token": secrets.token_urlsafe(60),
                "openid": openid,
                "scope": "snsapi_base",
            }
        )


def _error(code: int, message: str) -> JSONResponse:
    return JSONResponse({"errcode": code, "errmsg": message})
