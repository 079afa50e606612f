"""Who a browser is: a random number in a signed cookie, and tickets for the photos it uploaded."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from itsdangerous import BadSignature, TimestampSigner, URLSafeSerializer
from starlette.responses import Response

COOKIE = "minhu_visitor"
COOKIE_SECONDS = 400 * 24 * 3600
VISITOR = re.compile(r"[0-9a-f]{32}")


class Visitors:
    """Makes, signs and recognises visitor numbers."""

    def __init__(
        self,
        secret_key: str,
        secure: bool,
        new_visitor: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        if not secret_key:
            raise ValueError("web channel: secret_key must not be empty")
        self.new_visitor = new_visitor
        self._secure = secure
        self._signer = TimestampSigner(
            secret_key, salt="minhu.web.visitor", digest_method=hashlib.sha256
        )
        self._tickets = URLSafeSerializer(secret_key, salt="minhu.web.photo")

    def of(self, cookies: Mapping[str, str]) -> str | None:
        """The visitor that the cookies prove, None if there is none or it is forged or too old."""
        try:
            signed = self._signer.unsign(cookies.get(COOKIE, ""), max_age=COOKIE_SECONDS)
        except BadSignature:
            return None
        visitor = signed.decode("ascii", "replace")
        return visitor if VISITOR.fullmatch(visitor) else None

    def remember(self, response: Response, visitor: str) -> None:
        """Set the cookie anew, so that a regular visitor never loses it."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(visitor).decode(),
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def ticket(self, visitor: str, media_id: int) -> str:
        """A photo's number that only its uploader can send: plain numbers could be guessed."""
        return str(self._tickets.dumps([visitor, media_id]))

    def media_of(self, visitor: str, ticket: str) -> int | None:
        """The photo of a ticket, None if the ticket is forged or someone else's."""
        try:
            owner, media_id = self._tickets.loads(ticket)
        except (BadSignature, TypeError, ValueError):
            return None
        return media_id if owner == visitor and isinstance(media_id, int) else None


def same_origin(headers: Mapping[str, str], public_url: str = "") -> bool:
    """Whether the page that asks was served by the host that it asks, or by `public_url`.

    A proxy may pass on another host name than the one that residents see.
    """
    origin = _host(urlsplit(headers.get("origin", "")).netloc)
    own = {_host(headers.get("host", "")), _host(urlsplit(public_url).netloc)}
    return bool(origin) and origin in own


def _host(netloc: str) -> str:
    return re.sub(r":(80|443)$", "", netloc.lower())
