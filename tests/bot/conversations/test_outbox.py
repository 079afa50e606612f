"""What is stored is sent: in order, with patience, exactly as often as it must be."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversations import deliveries
from bot.conversations.contract import Undeliverable
from bot.conversations.live import DESK
from bot.conversations.outbox import HELD_AT_MOST, MAX_TRIES
from bot.conversations.tables import MessageRow, ResidentRow
from tests.bot.conversations.conftest import NewGateway
from tests.bot.conversations.gateway import Gateway, Phone, until
from tests.bot.conversations.rasa import Rasa, said
from tests.databases import Clock

SECOND = timedelta(seconds=1)


async def write(gateway: Gateway, clock: Clock, *texts: str, who: str = "li") -> None:
    """Staff write to a resident."""
    await gateway.hears("在吗", who=who)
    conversation = await gateway.conversation(who)
    async with gateway.database.write() as session:
        for text in texts:
            session.add(deliveries.new_outgoing(conversation.id, "wechat", text, clock()))
            await session.flush()


async def outgoing(gateway: Gateway, text: str) -> MessageRow:
    return next(row for row in await gateway.stored("out") if row.text == text)


async def test_messages_of_a_conversation_arrive_in_order(gateway: Gateway, clock: Clock) -> None:
    for who in ("li", "wang"):
        await write(gateway, clock, "一", "二", "三", who=who)
    assert await gateway.outbox.deliver_due() == 6
    for who in ("li", "wang"):
        assert [text for to, text in gateway.phone.arrived if to == who] == ["一", "二", "三"]
    assert await gateway.outbox.deliver_due() == 0


async def test_the_next_waits_until_the_one_before_arrived(gateway: Gateway, clock: Clock) -> None:
    gateway.phone.trouble = [RuntimeError("busy"), RuntimeError("busy")]
    await write(gateway, clock, "一", "二")
    await gateway.outbox.deliver_due()
    assert gateway.phone.texts == []
    clock.forward(2 * SECOND)
    await gateway.outbox.deliver_due()
    clock.forward(3 * SECOND)
    await gateway.outbox.deliver_due()
    assert gateway.phone.texts == [], "the second pause is longer"
    clock.forward(SECOND)
    await gateway.outbox.deliver_due()
    assert gateway.phone.texts == ["一", "二"]
    assert (await outgoing(gateway, "一")).tries == 3


async def test_another_conversation_does_not_wait(gateway: Gateway, clock: Clock) -> None:
    gateway.phone.trouble = [RuntimeError("busy")]
    await write(gateway, clock, "一", who="li")
    await write(gateway, clock, "甲", who="wang")
    await gateway.outbox.deliver_due()
    assert len(gateway.phone.arrived) == 1


async def test_what_can_never_arrive_is_shown_and_the_next_goes_on(
    gateway: Gateway, clock: Clock
) -> None:
    gateway.phone.trouble = [Undeliverable("对方已取消关注")]
    await write(gateway, clock, "一", "二")
    async with gateway.live.subscribe(DESK) as desk:
        await gateway.outbox.deliver_due()
        told = await desk.next(1)
        while told and told["kind"] != "failed":
            told = await desk.next(1)
    assert told is not None
    failed = await outgoing(gateway, "一")
    assert (failed.delivery, failed.error) == (deliveries.FAILED, "对方已取消关注")
    assert gateway.phone.texts == ["二"]


async def test_patience_ends(gateway: Gateway, clock: Clock) -> None:
    gateway.phone.trouble = [RuntimeError("busy")] * MAX_TRIES
    await write(gateway, clock, "一")
    for _ in range(MAX_TRIES):
        assert (await outgoing(gateway, "一")).delivery == deliveries.PENDING
        await gateway.outbox.deliver_due()
        clock.forward(timedelta(minutes=5))
    failed = await outgoing(gateway, "一")
    assert (failed.delivery, failed.error) == (deliveries.FAILED, "多次发送失败")


async def test_a_notice_outlasts_patience_and_waits_for_its_resident(
    gateway: Gateway, clock: Clock
) -> None:
    gateway.phone.trouble = [RuntimeError("busy")] * MAX_TRIES
    await write(gateway, clock, "办好了")
    async with gateway.database.write() as session:
        row = await session.get_one(MessageRow, (await outgoing(gateway, "办好了")).id)
        row.details = {"notice": {"number": "SQ202611240001"}}
    for _ in range(MAX_TRIES):
        await gateway.outbox.deliver_due()
        clock.forward(timedelta(minutes=5))
    assert (await outgoing(gateway, "办好了")).delivery == deliveries.WAITING
    assert (await gateway.hears("你好"))[0] == "办好了"


async def test_two_outboxes_send_everything_once(new_gateway: NewGateway, clock: Clock) -> None:
    phone = Phone()
    phone.seconds = 0.005
    one, two = new_gateway(phone=phone), new_gateway(phone=phone)
    for n in range(6):
        await write(one, clock, "一", "二", who=f"resident{n}")
    await asyncio.gather(*(gateway.outbox.deliver_due() for gateway in (one, two, one, two)))
    await one.outbox.deliver_due()
    assert sorted(phone.arrived) == sorted(
        (f"resident{n}", text) for n in range(6) for text in ("一", "二")
    )


async def test_the_lease_of_a_dead_process_ends(
    new_gateway: NewGateway, gateway: Gateway, clock: Clock
) -> None:
    dying = new_gateway()
    dying.phone.seconds = 60
    await write(dying, clock, "一")
    sending = asyncio.create_task(dying.outbox.deliver_due())
    await until(lambda: _is(gateway, "一", deliveries.SENDING))
    sending.cancel()
    await gateway.outbox.start()
    await asyncio.sleep(0.05)
    assert gateway.phone.texts == []
    clock.forward(deliveries.LEASE + SECOND)
    gateway.conversations.outbox_has_work.set()
    await until(lambda: _is(gateway, "一", deliveries.SENT))
    assert gateway.phone.texts == ["一"]


async def test_replies_that_nobody_claimed_are_sent_after_twelve_seconds(
    gateway: Gateway, clock: Clock
) -> None:
    await gateway.say("在吗")
    await gateway.outbox.start()
    clock.forward(HELD_AT_MOST - SECOND)
    gateway.conversations.outbox_has_work.set()
    await asyncio.sleep(0.05)
    assert await gateway.deliveries() == [deliveries.HELD]
    clock.forward(2 * SECOND)
    gateway.conversations.outbox_has_work.set()
    await until(lambda: _is(gateway, "回：在吗", deliveries.SENT))
    assert gateway.phone.texts == ["回：在吗"]


async def test_a_reply_still_held_keeps_later_ones_back(gateway: Gateway, clock: Clock) -> None:
    await gateway.say("在吗")
    await write(gateway, clock, "后来的", who="li")
    assert await gateway.outbox.deliver_due() == 0


async def test_released_replies_are_sent_at_once(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    await gateway.outbox.start()
    await gateway.conversations.release(await gateway.accept("在吗"))
    await until(lambda: _is(gateway, "二", deliveries.SENT))
    assert gateway.phone.texts == ["一", "二"]


async def test_replies_that_are_already_on_their_way_are_not_released_again(
    gateway: Gateway, rasa: Rasa
) -> None:
    rasa.reply = lambda _: said("一") + said("二") + said("三")
    accepted = await gateway.accept("在吗")
    first, *_ = await gateway.conversations.replies_to(accepted)
    assert await gateway.conversations.take_passive([first.message_id])
    await gateway.conversations.release(accepted)
    await gateway.conversations.close()
    assert await gateway.deliveries() == [
        deliveries.PASSIVE,
        deliveries.PENDING,
        deliveries.PENDING,
    ]


async def test_a_page_may_release_too(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    await gateway.conversations.release(await gateway.accept("在吗", channel="web"))
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.SENT, deliveries.SENT]
    assert gateway.conversations.outbox_has_work.is_set()


async def test_a_passive_reply_is_claimed_all_or_nothing(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    first, second = await gateway.say("在吗")
    take = gateway.conversations.take_passive
    assert await take([first.message_id])
    assert not await take([first.message_id, second.message_id])
    assert await gateway.deliveries() == [deliveries.PASSIVE, deliveries.HELD]
    assert await take([second.message_id])


async def test_a_passive_reply_is_claimed_once(new_gateway: NewGateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一") + said("二")
    one, two = new_gateway(), new_gateway()
    for _ in range(5):
        accepted = await one.accept("在吗")
        ids = [reply.message_id for reply in await one.conversations.replies_to(accepted)]
        ways = [gateway.conversations.take_passive(ids) for gateway in (one, two, one, two)]
        claimed = await asyncio.gather(*ways, two.conversations.release(accepted))
        await two.conversations.close()
        taken = {row.delivery for row in await one.stored("out") if row.id in ids}
        assert taken == ({deliveries.PASSIVE} if any(claimed) else {deliveries.PENDING})
        assert sum(map(bool, claimed)) <= 1


async def test_the_window_is_used_up(gateway: Gateway, clock: Clock) -> None:
    await write(gateway, clock, "一", "二")
    async with gateway.database.write() as session:
        resident = (await session.scalars(select(ResidentRow))).one()
        resident.window_left = 1
    await gateway.outbox.deliver_due()
    async with gateway.database.read() as session:
        assert (await session.scalars(select(ResidentRow.window_left))).one() == 0


@pytest.mark.parametrize("channel", ["telegram"])
async def test_a_channel_without_a_sender_fails_in_the_end(
    gateway: Gateway, clock: Clock, channel: str
) -> None:
    await gateway.conversations.release(await gateway.accept("在吗", channel=channel))
    await gateway.conversations.close()
    for _ in range(MAX_TRIES):
        await gateway.outbox.deliver_due()
        clock.forward(timedelta(minutes=5))
    assert await gateway.deliveries() == [deliveries.FAILED]


async def _is(gateway: Gateway, text: str, delivery: str) -> bool:
    rows = await gateway.stored("out")
    return any(row.text == text and row.delivery == delivery for row in rows)
