"""Password hashes (argon2), computed away from the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.staff.member import WeakPassword

SHORTEST = 8
LONGEST = 128
# Each hash takes 64 MB of memory: a flood of sign-ins must not take it all.
AT_ONCE = 2


def check_strength(password: str) -> str:
    """The password itself; raises WeakPassword if it may not be used."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"密码太短，至少要 {SHORTEST} 个字符。")
    if len(password) > LONGEST:
        raise WeakPassword(f"密码太长，最多 {LONGEST} 个字符。")
    return password


class Passwords:
    """Hash and verify, a few at a time."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._of_nobody: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """True if they belong together; with no hash it takes as long and is False."""
        if hashed is None:
            if self._of_nobody is None:
                self._of_nobody = await self.hash("nobody")
            await self._verify(self._of_nobody, password)
            return False
        return await self._verify(hashed, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._turns:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password[:LONGEST])
            except (VerifyMismatchError, InvalidHashError):
                return False
