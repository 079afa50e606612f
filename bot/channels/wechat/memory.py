"""Small facts that all gateway processes share for a while: the access token, a message's outcome.

Redis holds them; this process keeps its own copy for when Redis is absent or down.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Far below the five seconds that WeChat gives us for everything.
_PATIENCE_S = 0.5
_REST_S = 5.0
_SWEEP_AT = 10_000


class SharedMemory:
    """Texts under a key for some seconds, in Redis with a fallback in this process."""

    def __init__(
        self, redis: Redis | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._rests_until = 0.0
        self._own: dict[str, tuple[float, str]] = {}

    async def get(self, key: str) -> str | None:
        found = await self._ask(lambda redis: redis.get(key))
        if found is not None:
            return found.decode() if isinstance(found, bytes) else str(found)
        until, value = self._own.get(key, (0.0, ""))
        return value if until > self._clock() else None

    async def put(self, key: str, value: str, seconds: int) -> None:
        self._keep(key, value, seconds)
        await self._ask(lambda redis: redis.set(key, value, ex=seconds))

    async def claim(self, key: str, seconds: int) -> bool:
        """True for the first who asks within these seconds."""
        if self._own.get(key, (0.0, ""))[0] > self._clock():
            return False
        self._keep(key, "", seconds)
        first = await self._ask(lambda redis: redis.set(key, "", ex=seconds, nx=True), away=True)
        return bool(first)

    def _keep(self, key: str, value: str, seconds: int) -> None:
        now = self._clock()
        if len(self._own) >= _SWEEP_AT:
            self._own = {name: kept for name, kept in self._own.items() if kept[0] > now}
        self._own[key] = (now + seconds, value)

    async def _ask(self, call: Callable[[Redis], Awaitable[Any]], away: object = None) -> Any:
        """Redis's answer, or `away` where it has none; after a failure it is left alone a while."""
        if self._redis is None or self._clock() < self._rests_until:
            return away
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await call(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            self._rests_until = self._clock() + _REST_S
            log.warning("redis failed, this process's own memory serves: %r", error)
            return away
