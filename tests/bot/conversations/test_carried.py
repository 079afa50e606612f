"""Replies that the channel's own response carries are the channel's from the moment they are stored."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.conversations import deliveries
from bot.conversations.contract import Accepted, Outgoing
from tests.bot.conversations.gateway import Gateway
from tests.bot.conversations.rasa import Rasa, said


def all_of(replies: Sequence[Outgoing]) -> int:
    return len(replies)


def first_of(replies: Sequence[Outgoing]) -> int:
    return 1


async def carried(gateway: Gateway, accepted: Accepted) -> list[bool]:
    replies = await gateway.conversations.replies_to(accepted, all_of)
    return [reply.carried for reply in replies]


async def test_replies_are_stored_as_carried(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    accepted = await gateway.accept("在吗")
    assert await carried(gateway, accepted) == [True, True]
    assert await gateway.deliveries() == [deliveries.PASSIVE] * 2


async def test_what_does_not_fit_is_held_for_the_outbox(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    accepted = await gateway.accept("在吗")
    replies = await gateway.conversations.replies_to(accepted, first_of)
    assert [reply.carried for reply in replies] == [True, False]
    await gateway.conversations.release(accepted)
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.PASSIVE, deliveries.PENDING]


async def test_a_retry_beside_the_first_try_carries_the_same(gateway: Gateway) -> None:
    accepted = await gateway.accept("在吗")
    tries = await asyncio.gather(*(carried(gateway, accepted) for _ in range(3)))
    assert tries == [[True]] * 3
    assert await carried(gateway, accepted) == [True]
    assert await gateway.deliveries() == [deliveries.PASSIVE]


async def test_who_left_before_the_replies_came_carries_nothing(
    gateway: Gateway, rasa: Rasa
) -> None:
    rasa.seconds = 0.3
    accepted = await gateway.accept("在吗")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(carried(gateway, accepted), 0.05)
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.HELD]


async def test_who_leaves_as_the_replies_come_leaves_them_to_the_next(gateway: Gateway) -> None:
    accepted = await gateway.accept("在吗")
    waiting = asyncio.create_task(carried(gateway, accepted))
    await asyncio.sleep(0)
    # Called when the replies are there, and before the one that waits for them goes on.
    handling = gateway.conversations._running[accepted.message_id]
    handling.add_done_callback(lambda _: waiting.cancel())
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await gateway.conversations.release(accepted)
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.PENDING]


async def test_one_who_stays_is_enough(gateway: Gateway) -> None:
    accepted = await gateway.accept("在吗")
    leaving, staying = (asyncio.create_task(carried(gateway, accepted)) for _ in range(2))
    await asyncio.sleep(0)
    handling = gateway.conversations._running[accepted.message_id]
    handling.add_done_callback(lambda _: leaving.cancel())
    assert await staying == [True]
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.PASSIVE]
