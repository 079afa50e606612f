"""Signed sessions of staff: what the cookie holds, and the CSRF token bound to it."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner

from bot.staff.accounts import StaffAccounts
from bot.staff.member import StaffMember

COOKIE = "minhu_staff"
LIFETIME = timedelta(hours=12)


class Sessions:
    """Issue, read and check; a session is valid while signature, age and epoch all are."""

    def __init__(
        self, accounts: StaffAccounts, secret_key: str, clock: Callable[[], datetime]
    ) -> None:
        self._accounts = accounts
        self._signer = _Signer(secret_key, clock)
        self._csrf_key = hashlib.sha256(b"minhu.csrf:" + secret_key.encode()).digest()

    def issue(self, member: StaffMember) -> str:
        """The cookie's value for somebody who has just signed in."""
        payload = f"{member.id}.{member.session_epoch}.{secrets.token_urlsafe(12)}"
        return self._signer.sign(payload).decode()

    async def read(self, cookie: str | None) -> StaffMember | None:
        """Whose cookie it is; None if it is missing, forged, too old or of an ended epoch."""
        if not cookie:
            return None
        try:
            payload, signed_at = self._signer.unsign(cookie, return_timestamp=True)
        except BadSignature:
            return None
        if not timedelta(0) <= self._signer.now() - signed_at <= LIFETIME:
            return None
        staff_id, epoch, _ = payload.decode().split(".", 2)
        return await self._accounts.member(int(staff_id), int(epoch))

    def csrf_token(self, cookie: str) -> str:
        """The token that a page of this session sends along with each change."""
        return hmac.new(self._csrf_key, cookie.encode(), hashlib.sha256).hexdigest()

    def csrf_matches(self, cookie: str, token: str) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(self.csrf_token(cookie).encode(), token.encode())


class _Signer(TimestampSigner):
    """A TimestampSigner that reads the time from the clock it is given."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        super().__init__(secret_key, salt="minhu.staff", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())

    def now(self) -> datetime:
        return self.timestamp_to_datetime(self.get_timestamp())
