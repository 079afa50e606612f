"""One turn at a time, in this process and between processes, and no turn is held for ever."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.conversations import turns
from bot.conversations.turns import Turns
from tests.databases import Valkey


class Watch:
    """Counts how many hold a turn at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def hold(self, turns: Turns, conversation_id: int) -> None:
        async with turns.of(conversation_id):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.005)
            self.now -= 1


async def test_a_conversation_is_held_by_one_of_all_processes(redis: Redis) -> None:
    watch, processes = Watch(), [Turns(redis), Turns(redis)]
    await asyncio.gather(*(watch.hold(processes[n % 2], 1) for n in range(10)))
    assert watch.most == 1
    assert await redis.keys("minhu:turn:*") == []


async def test_others_go_on_meanwhile(redis: Redis) -> None:
    watch, process = Watch(), Turns(redis)
    await asyncio.gather(*(watch.hold(process, n) for n in range(10)))
    assert watch.most > 1


async def test_the_turn_of_a_dead_process_ends(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LEASE_MS", 100)
    dead = Turns(redis).of(1)
    await dead.__aenter__()
    monkeypatch.undo()
    async with asyncio.timeout(5), Turns(redis).of(1):
        assert await redis.exists("minhu:turn:1")
        # The dead one's late farewell does not take the turn from its heir.
        await dead.__aexit__(None, None, None)
        assert await redis.exists("minhu:turn:1")


async def test_an_error_gives_the_turn_back(redis: Redis) -> None:
    with pytest.raises(RuntimeError):
        async with Turns(redis).of(1):
            raise RuntimeError("thinking failed")
    assert not await redis.exists("minhu:turn:1")


async def test_without_redis_this_process_still_takes_turns(valkey: Valkey) -> None:
    nobody = Redis.from_url("unix:///nowhere/redis")
    watch, process = Watch(), Turns(nobody)
    await asyncio.gather(*(watch.hold(process, 1) for _ in range(5)))
    assert watch.most == 1
    await nobody.aclose()
