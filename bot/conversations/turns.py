"""One message of a conversation at a time: a lock in this process, and one in Redis between them."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
LEASE_MS = 30_000
RETRY_SECONDS = 0.02
# A Redis that hangs counts as away: a resident must not wait for it.
PATIENCE_SECONDS = 0.5


class Turns:
    """Conversations run side by side; the messages of one run one after the other."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def of(self, conversation_id: int) -> AsyncIterator[None]:
        """Hold the conversation; with Redis away the lock of this process alone must do."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            key, token = f"minhu:turn:{conversation_id}", secrets.token_hex(8)
            held = await self._acquire(key, token)
            try:
                yield
            finally:
                if held:
                    with contextlib.suppress(RedisError, OSError):
                        async with asyncio.timeout(PATIENCE_SECONDS):
                            await self._redis.eval(_RELEASE, 1, key, token)

    async def _acquire(self, key: str, token: str) -> bool:
        try:
            while not await self._take(key, token):  # noqa: ASYNC110
                await asyncio.sleep(RETRY_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("turn held by this process alone, redis failed: %r", error)
            return False
        return True

    async def _take(self, key: str, token: str) -> bool:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return bool(await self._redis.set(key, token, nx=True, px=LEASE_MS))
