"""Live events reach the readers of every process; without Redis, those of this one."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from bot.conversations.live import DESK, Live
from tests.databases import Valkey


async def connected(live: Live) -> None:
    async with asyncio.timeout(5):
        while not live.connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def new_live(valkey: Valkey, redis: Redis) -> AsyncIterator[Callable[..., Live]]:
    made: list[tuple[Live, Redis]] = []

    def new(socket_timeout: float = 5) -> Live:
        own = Redis.from_url(valkey.url, socket_timeout=socket_timeout)
        made.append((Live(own), own))
        return made[-1][0]

    yield new
    for live, own in made:
        await live.stop()
        await own.aclose()


async def test_an_event_reaches_the_readers_of_its_topic_in_both_processes(
    new_live: Callable[..., Live],
) -> None:
    one, two = new_live(), new_live()
    for live in (one, two):
        await live.start()
        await connected(live)
    async with one.subscribe(DESK, "x") as here, two.subscribe(DESK) as there:
        await one.publish("nobody reads this", "queue")
        await one.publish(DESK, "queue", conversation_id=7)
        event = {"topic": DESK, "kind": "queue", "conversation_id": 7}
        assert await here.next(5) == event
        assert await there.next(5) == event
        assert await there.next(0.01) is None


async def test_silence_does_not_interrupt_listening(new_live: Callable[..., Live]) -> None:
    live = new_live(0.1)
    await live.start()
    await connected(live)
    for _ in range(10):
        await asyncio.sleep(0.03)
        assert live.connected
    async with live.subscribe(DESK) as reader:
        await live.publish(DESK, "queue")
        assert await reader.next(5) is not None


async def test_without_redis_this_process_still_hears(new_live: Callable[..., Live]) -> None:
    live = new_live()
    async with live.subscribe(DESK) as reader:
        await live.publish(DESK, "queue")
        assert await reader.next(1) is not None


async def test_a_slow_reader_loses_the_oldest_events(new_live: Callable[..., Live]) -> None:
    live = new_live()
    async with live.subscribe(DESK) as reader:
        for number in range(300):
            await live.publish(DESK, "queue", number=number)
        first = await reader.next(1)
        assert first is not None and first["number"] == 300 - 256
