"""The account's access token: one for all processes, renewed before it ends (access_token).

Source: developers.weixin.qq.com, 公众号 → 获取稳定版接口调用凭据 (stable_token): forced renewals are
limited to 20 a day and must lie 30 seconds apart; in the last five minutes old and new both work.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels.wechat.errors import TOKEN_INVALID, TokenRejected
from bot.channels.wechat.memory import SharedMemory

log = logging.getLogger(__name__)

_OVERLAP_S = 300
_SHORTEST_S = 10
_FORCE_EVERY_S = 30

# Asks WeChat for a token, forced or not; returns it with the seconds it lives.
FetchToken = Callable[[bool], Awaitable[tuple[str, int]]]


class AccessTokens:
    """Hands out the current token; one refresher at a time."""

    def __init__(self, app_id: str, memory: SharedMemory, fetch: FetchToken) -> None:
        self._key = f"wechat:access_token:{app_id}"
        self._forced_key = f"wechat:token_forced:{app_id}"
        self._memory = memory
        self._fetch = fetch
        self._turn = asyncio.Lock()

    async def current(self) -> str:
        """The token in use. Raises what `fetch` raises."""
        token = await self._memory.get(self._key)
        if token:
            return token
        async with self._turn:
            return await self._memory.get(self._key) or await self._renew(forced=False)

    async def after(self, refused: str, error: TokenRejected) -> str:
        """A token other than the refused one, if WeChat gives one. Raises what `fetch` raises."""
        async with self._turn:
            known = await self._memory.get(self._key)
            if known and known != refused:
                return known
            invalid = error.code == TOKEN_INVALID
            forced = invalid and await self._memory.claim(self._forced_key, _FORCE_EVERY_S)
            log.warning("access token refused (%s), renewing, forced: %s", error.code, forced)
            return await self._renew(forced)

    async def _renew(self, forced: bool) -> str:
        token, lives = await self._fetch(forced)
        await self._memory.put(self._key, token, max(lives - _OVERLAP_S, _SHORTEST_S))
        return token
