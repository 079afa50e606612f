"""The shared view of the queue: told at once, read once for all pages."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.conversations.views import QueueCard
from bot.desk.board import Board
from tests.bot.desk.world import World


@pytest.fixture
async def board(world: World) -> AsyncIterator[Board]:
    board = Board(world.handoffs, world.services.live)
    await board.start()
    yield board
    await board.stop()


async def test_a_new_card_reaches_every_watcher_at_once(world: World, board: Board) -> None:
    seen: list[list[QueueCard]] = []
    arrived = asyncio.Event()

    def watcher(cards: list[QueueCard]) -> None:
        seen.append(cards)
        arrived.set()

    def broken(_: list[QueueCard]) -> None:
        raise RuntimeError("a page that is half gone")

    board.watch(broken)
    unwatch = board.watch(watcher)
    await asyncio.sleep(0.05)
    waiting = await world.waits("he")
    await asyncio.wait_for(arrived.wait(), 3)
    assert seen[-1][0].conversation_id == waiting.conversation_id

    unwatch()
    told = len(seen)
    await world.waits("she")
    await asyncio.sleep(0.3)
    assert len(seen) == told


async def test_nothing_new_tells_nobody(world: World, board: Board) -> None:
    await world.waits("he")
    await board.look()
    seen: list[list[QueueCard]] = []
    board.watch(seen.append)
    await board.look()
    assert seen == []
