"""Degrade, never drop: Rasa, the action server, Redis or the process itself goes away."""

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from actions.danger import DANGER_LINES
from actions.turn import HandoffReason
from bot.conversations import deliveries, store, texts
from bot.conversations.sweeper import OLDER_THAN, Sweeper
from knowledge.search.decide import Decision
from knowledge.storage.database import Database
from tests.bot.conversations.conftest import NewGateway, real_search
from tests.bot.conversations.gateway import Gateway, until
from tests.bot.conversations.rasa import Rasa, said
from tests.databases import Clock, Valkey, running_valkey

KEPT = [texts.KEPT_FOR_STAFF, texts.QUEUED_FIRST]


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


async def test_without_rasa_knowledge_alone_answers(
    new_gateway: NewGateway, nobody: str, allowance: int, database: Database, clock: Clock
) -> None:
    gateway = new_gateway(rasa_url=nobody, search=real_search(database, clock))
    [answer] = await gateway.say("请问高龄津贴怎么申请")
    assert "年满八十周岁可以到社区申请。" in answer.text and not answer.buttons
    assert answer.understanding["entry"]["id"] == allowance
    assert (await gateway.conversation()).owner == "bot"


async def test_without_rasa_what_knowledge_does_not_know_goes_to_a_person(
    new_gateway: NewGateway, nobody: str, allowance: int
) -> None:
    gateway = new_gateway(rasa_url=nobody)
    assert await gateway.hears("3栋电梯坏了") == KEPT
    [handoff] = await gateway.handoffs()
    assert (handoff.reason, handoff.detail) == (HandoffReason.SYSTEM, "3栋电梯坏了")


async def test_without_rasa_a_number_still_chooses(
    new_gateway: NewGateway, nobody: str, rasa: Rasa, allowance: int
) -> None:
    rasa.reply = lambda _: said("哪一件？", ("高龄津贴怎么申请", '/choose{"entry": "1"}'))
    await new_gateway().hears("津贴")
    [answer] = await new_gateway(rasa_url=nobody).hears("1")
    assert "年满八十周岁" in answer


async def test_without_rasa_and_without_knowledge_a_person_gets_it(
    new_gateway: NewGateway, nobody: str
) -> None:
    class Broken:
        async def search(self, text: str, k: int = 3) -> Decision:
            raise RuntimeError("the index is gone")

    gateway = new_gateway(rasa_url=nobody, search=Broken())
    assert await gateway.hears("高龄津贴怎么申请") == KEPT


async def test_without_rasa_who_waits_is_still_told_the_place(
    new_gateway: NewGateway, nobody: str
) -> None:
    gateway = new_gateway(rasa_url=nobody)
    await gateway.hears("转人工")
    assert await gateway.hears("还在吗") == [texts.STILL_QUEUED_NEXT]


async def test_without_rasa_danger_still_gets_its_number_first(
    new_gateway: NewGateway, nobody: str
) -> None:
    gateway = new_gateway(rasa_url=nobody)
    assert await gateway.hears("5栋着火了") == [DANGER_LINES["fire"], texts.URGENT]
    assert await gateway.hears("我爸晕倒了") == [DANGER_LINES["medical"], texts.URGENT]
    assert [each.priority for each in await gateway.handoffs()] == [2]


async def test_a_filing_goes_on_when_rasa_was_away_for_one_question(
    new_gateway: NewGateway, nobody: str, rasa: Rasa, allowance: int
) -> None:
    rasa.reply = lambda _: said("在哪里？", open_matter=True)
    gateway = new_gateway()
    await gateway.hears("电梯坏了")
    await new_gateway(rasa_url=nobody).hears("高龄津贴怎么申请")
    await gateway.hears("3栋")
    assert len(set(rasa.senders)) == 1


async def test_a_rasa_that_is_too_slow_counts_as_away(
    new_gateway: NewGateway, rasa: Rasa, allowance: int
) -> None:
    rasa.seconds = 3.0
    gateway = new_gateway(rasa_timeout=0.1)
    began = time.monotonic()
    [answer] = await gateway.hears("高龄津贴怎么申请")
    assert "年满八十周岁" in answer and time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [{"text": "没有决定"}],
        [{"custom": {"turn": {"outcome": "chat"}}}],
        [{"text": "好"}, {"custom": {"turn": {"outcome": "no such thing"}}}],
        [{"text": "好", "buttons": [{"payload": "/no_title"}]}],
        {"status": "failure"},
        ["not", "items"],
    ],
)
async def test_an_answer_without_a_decision_is_kept_for_staff(
    gateway: Gateway, rasa: Rasa, answer: object
) -> None:
    rasa.reply = lambda _: JSONResponse(answer)
    assert await gateway.hears("你好") == KEPT
    assert [each.reason for each in await gateway.handoffs()] == ["system"]


@pytest.mark.parametrize("status", [500, 502])
async def test_an_error_of_rasa_is_answered_by_knowledge(
    gateway: Gateway, rasa: Rasa, allowance: int, status: int
) -> None:
    rasa.reply = lambda _: PlainTextResponse("bad", status)
    assert "年满八十周岁" in (await gateway.hears("高龄津贴怎么申请"))[0]


async def test_a_killed_redis_delays_no_answer(
    new_gateway: NewGateway, rasa: Rasa, own_valkey: Valkey
) -> None:
    gateway = new_gateway(redis_url=own_valkey.url)
    await gateway.live.start()
    await until(lambda: _connected(gateway))
    rasa.seconds = 0.1
    under_way = asyncio.create_task(gateway.hears("第一句"))
    await asyncio.sleep(0.05)
    own_valkey.kill()
    began = time.monotonic()
    assert await under_way == ["回：第一句"]
    assert await gateway.hears("第二句") == ["回：第二句"]
    assert time.monotonic() - began < 4
    own_valkey.start()
    assert await gateway.hears("第三句") == ["回：第三句"]
    await until(lambda: _connected(gateway))


async def test_a_redis_that_hangs_is_not_waited_for(
    new_gateway: NewGateway, own_valkey: Valkey
) -> None:
    gateway = new_gateway(redis_url=own_valkey.url)
    await gateway.live.start()
    await until(lambda: _connected(gateway))
    await gateway.hears("第一句")
    own_valkey.freeze()
    began = time.monotonic()
    assert await gateway.hears("第二句") == ["回：第二句"]
    assert time.monotonic() - began < 4


async def test_what_a_dead_process_stored_is_answered_by_the_next_one(
    new_gateway: NewGateway, rasa: Rasa, clock: Clock
) -> None:
    dying = new_gateway()
    await dying.accept("第一句", who="li")
    await dying.accept("第二句", who="li")
    await dying.accept("在吗", who="wang")
    clock.forward(OLDER_THAN + timedelta(seconds=1))
    gateway = new_gateway()
    await gateway.outbox.start()
    sweeper = Sweeper(gateway.conversations)
    await sweeper.start()
    await until(lambda: _arrived(gateway, 3))
    await sweeper.stop()
    assert [text for who, text in gateway.phone.arrived if who == "li"] == [
        "回：第一句",
        "回：第二句",
    ]
    assert sorted(rasa.messages) == ["在吗", "第一句", "第二句"]


async def test_a_message_that_is_being_handled_is_not_left_over(
    gateway: Gateway, rasa: Rasa, clock: Clock
) -> None:
    rasa.seconds = 0.1
    accepted = await gateway.accept("在吗")
    handling = asyncio.create_task(gateway.conversations.replies_to(accepted))
    await asyncio.sleep(0.02)
    clock.forward(OLDER_THAN + timedelta(seconds=1))
    await gateway.conversations.handle_left_over(OLDER_THAN)
    await handling
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.HELD] and rasa.messages == ["在吗"]


async def test_two_processes_that_sweep_at_once_answer_once(
    new_gateway: NewGateway, rasa: Rasa, clock: Clock
) -> None:
    await new_gateway().accept("在吗")
    clock.forward(OLDER_THAN + timedelta(seconds=1))
    gateways = [new_gateway(), new_gateway()]
    await asyncio.gather(*(g.conversations.handle_left_over(OLDER_THAN) for g in gateways))
    for gateway in gateways:
        await gateway.conversations.close()
    assert rasa.messages == ["在吗"]
    assert await gateways[0].deliveries() == [deliveries.PENDING]


async def test_a_young_message_is_left_to_its_own_process(gateway: Gateway, clock: Clock) -> None:
    await gateway.accept("在吗")
    clock.forward(timedelta(seconds=5))
    assert await gateway.conversations.handle_left_over(OLDER_THAN) == 0


async def test_what_failed_is_tried_again_by_the_sweeper(gateway: Gateway, clock: Clock) -> None:
    accepted = await gateway.accept("在吗")
    await gateway.change(memory={"buttons": [{"no": "title"}]})
    await gateway.conversations.release(accepted)
    await gateway.conversations.close()
    assert [row.delivery for row in await gateway.stored()] == [store.RECEIVED]
    await gateway.change(memory={})
    clock.forward(OLDER_THAN + timedelta(seconds=1))
    await gateway.conversations.handle_left_over(OLDER_THAN)
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.PENDING]


async def _connected(gateway: Gateway) -> bool:
    return gateway.live.connected


async def _arrived(gateway: Gateway, count: int) -> bool:
    return len(gateway.phone.arrived) >= count
