"""The messages of one conversation are handled in order, one at a time; conversations side by side."""

import asyncio
import functools

from bot.conversations import store
from tests.bot.conversations.conftest import NewGateway
from tests.bot.conversations.gateway import Gateway, texts, until
from tests.bot.conversations.rasa import Rasa


async def test_one_at_a_time_and_in_order(gateway: Gateway, rasa: Rasa) -> None:
    rasa.seconds = 0.02
    accepted = [await gateway.accept(f"第{n}句") for n in range(6)]
    replies = await asyncio.gather(*map(gateway.conversations.replies_to, accepted))
    assert rasa.messages == [f"第{n}句" for n in range(6)]
    assert [texts(each) for each in replies] == [[f"回：第{n}句"] for n in range(6)]
    assert max(rasa.most_at_once.values()) == 1


async def test_two_gateways_keep_the_order_too(new_gateway: NewGateway, rasa: Rasa) -> None:
    one, two = new_gateway(), new_gateway()
    rasa.seconds = 0.03
    accepted = [(gateway, await gateway.accept(f"第{n}句"))
                for n, gateway in enumerate([one, two, one, one, two, one])]  # fmt: skip
    await asyncio.gather(*(gateway.conversations.replies_to(each) for gateway, each in accepted))
    assert rasa.messages == [f"第{n}句" for n in range(6)]
    assert max(rasa.most_at_once.values()) == 1
    assert [row.text for row in await one.stored("out")] == [f"回：第{n}句" for n in range(6)]


async def test_an_earlier_message_is_handled_first_even_if_asked_for_last(
    gateway: Gateway, rasa: Rasa
) -> None:
    first, second = await gateway.accept("先说的"), await gateway.accept("后说的")
    assert texts(await gateway.conversations.replies_to(second)) == ["回：后说的"]
    assert texts(await gateway.conversations.replies_to(first)) == ["回：先说的"]
    assert rasa.messages == ["先说的", "后说的"]


async def test_a_message_that_cannot_be_handled_does_not_stop_the_next(
    gateway: Gateway,
) -> None:
    bad = await gateway.accept("坏的")
    await gateway.change(memory={"buttons": [{"no": "title"}]})
    good = await gateway.accept("", kind="event", details={"event": "subscribe"})
    assert len(await gateway.conversations.replies_to(good)) == 1
    deliveries = [row.delivery for row in await gateway.stored()]
    assert bad.message_id < good.message_id
    assert deliveries == [store.RECEIVED, store.HANDLED]


async def test_conversations_run_side_by_side(gateway: Gateway, rasa: Rasa) -> None:
    rasa.waits_for = 8
    await asyncio.gather(*(gateway.say("在吗", who=f"resident{n}") for n in range(8)))
    assert rasa.most_conversations_at_once == 8


async def test_without_redis_two_gateways_still_answer_a_message_once(
    new_gateway: NewGateway, rasa: Rasa
) -> None:
    nobody = "unix:///nowhere/redis"
    one, two, staff = (new_gateway(redis_url=nobody) for _ in range(3))
    accepted = await one.accept("停水了")
    async with staff.database.write() as session:
        # Both have thought and wait for the same row: the moment at which they could both write.
        await session.run_sync(
            functools.partial(store.load_matter, message_id=accepted.message_id, lock=True)
        )
        both = [asyncio.create_task(g.conversations.replies_to(accepted)) for g in (one, two)]
        await until(lambda: _thought(rasa, 2))
        await asyncio.sleep(0.1)
    first, second = await asyncio.gather(*both)
    assert first == second and len(await one.stored("out")) == 1


async def _thought(rasa: Rasa, times: int) -> bool:
    return len(rasa.heard) == times
