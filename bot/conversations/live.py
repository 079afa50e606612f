"""Live events between processes and pages: a thin fan-out over Redis pub/sub.

Events only wake readers up; what they tell is read from SQL. So a lost event costs a moment, never
a message, and pages that also look every few seconds stay right while Redis is away.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.background import Background

log = logging.getLogger(__name__)

CHANNEL = "minhu:live"
DESK = "desk"
OFFICE = "office"


def conversation_topic(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


class Subscription:
    """A reader's own queue; a slow reader loses the oldest events, not the newest."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=256)

    def put(self, event: dict[str, Any]) -> None:
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)

    async def next(self, timeout: float) -> dict[str, Any] | None:
        """The next event (it has the keys `topic` and `kind`), or None after `timeout` seconds."""
        try:
            return await asyncio.wait_for(self._events.get(), timeout)
        except TimeoutError:
            return None


class Live(Background):
    """Publish to every process; subscribe within this one."""

    name = "live-listen"

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._readers: dict[str, set[Subscription]] = defaultdict(set)
        self.connected = False

    async def publish(self, topic: str, kind: str, **facts: Any) -> None:
        """Tell all readers of a topic, in every process; with Redis away, those of this one."""
        event = {"topic": topic, "kind": kind, **facts}
        if self.connected:
            try:
                # A Redis that hangs counts as away: whoever publishes must not wait for it.
                async with asyncio.timeout(0.5):
                    await self._redis.publish(CHANNEL, orjson.dumps(event))
                return
            except (RedisError, OSError) as error:
                log.warning("live event kept local, redis failed: %r", error)
        self._deliver(event)

    @contextlib.asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Subscription]:
        subscription = Subscription()
        for topic in topics:
            self._readers[topic].add(subscription)
        try:
            yield subscription
        finally:
            for topic in topics:
                self._readers[topic].discard(subscription)
                if not self._readers[topic]:
                    del self._readers[topic]

    def _deliver(self, event: dict[str, Any]) -> None:
        for subscription in self._readers.get(event["topic"], ()):
            subscription.put(event)

    async def _run(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    self.connected = True
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._deliver(orjson.loads(message["data"]))
            except (RedisError, OSError) as error:
                self.connected = False
                log.warning("live events interrupted, trying again in 1 s: %s", error)
                await asyncio.sleep(1)
