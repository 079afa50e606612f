"""Staff and conversations: who gets one, who may write, what the bot learns afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.turn import HandoffReason
from bot.conversations import deliveries
from bot.conversations.contract import Window
from bot.conversations.handoffs import UnknownConversation
from bot.conversations.live import DESK, conversation_topic
from bot.conversations.owners import (
    AlreadyClaimed,
    Move,
    NotYours,
    Owner,
    Ownership,
    OwnershipError,
)
from bot.conversations.tables import ConversationRow, HandoffRow, MessageRow, ResidentRow
from bot.staff.member import Role, StaffMember
from tests.bot.desk.world import World, open_world
from tests.databases import Clock, Valkey


@pytest.fixture
async def world(
    database_url: str, valkey: Valkey, tmp_path: Path, clock: Clock
) -> AsyncIterator[World]:
    async with open_world(database_url, valkey.url, tmp_path / "media", clock) as world:
        yield world


@pytest.fixture
async def wang(world: World) -> StaffMember:
    return await world.member("wang", "王芳")


@pytest.fixture
async def li(world: World) -> StaffMember:
    return await world.member("li", "李强")


async def test_of_two_who_claim_at_once_one_gets_it(
    world: World, wang: StaffMember, li: StaffMember
) -> None:
    waiting = await world.waits("he")

    outcomes = await asyncio.gather(
        world.handoffs.claim(waiting.conversation_id, wang.id),
        world.handoffs.claim(waiting.conversation_id, li.id),
        return_exceptions=True,
    )

    refused = [outcome for outcome in outcomes if outcome is not None]
    assert [type(refusal) for refusal in refused] == [AlreadyClaimed]
    assert str(refused[0]) == "这位居民已由其他同事接待。"
    (card,) = await world.handoffs.cards()
    assert card.owner is Owner.STAFF
    assert card.staff_id in (wang.id, li.id)


async def test_twenty_who_claim_at_once_leave_one_holder_and_one_greeting(
    world: World,
) -> None:
    staff = [await world.member(f"staff{number}", f"同事{number}") for number in range(20)]
    waiting = await world.waits("he")

    outcomes = await asyncio.gather(
        *(world.handoffs.claim(waiting.conversation_id, member.id) for member in staff),
        return_exceptions=True,
    )

    assert sum(outcome is None for outcome in outcomes) == 1
    lines = await world.handoffs.transcript(waiting.conversation_id)
    assert sum("已为您接通" in line.text for line in lines) == 1


async def test_claiming_twice_is_claiming_once(world: World, wang: StaffMember) -> None:
    waiting = await world.waits("he")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    lines = await world.handoffs.transcript(waiting.conversation_id)
    assert [line.text for line in lines] == ["有人吗", "社区工作人员王芳已为您接通，请讲。"]


async def test_staff_may_take_a_conversation_from_the_bot(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "我就问问")
    await world.handoffs.claim(written.conversation_id, wang.id)
    (card,) = await world.handoffs.cards()
    assert (card.owner, card.reason, card.staff_name) == (Owner.STAFF, "staff", "王芳")


async def test_a_claim_that_read_an_old_version_is_told_who_was_faster(
    world: World, wang: StaffMember, li: StaffMember
) -> None:
    """As PostgreSQL lets it happen: both read, then one writes before the other."""
    waiting = await world.waits("he")
    async with world.database.write() as session:
        conversation = await session.get_one(ConversationRow, waiting.conversation_id)
        session.expunge(conversation)
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    async with world.database.write() as session:
        session.add(conversation)
        with pytest.raises(AlreadyClaimed):
            await world.handoffs._change_owner(session, conversation, Move.CLAIM, li.id)


async def test_only_the_holder_writes(world: World, wang: StaffMember, li: StaffMember) -> None:
    waiting = await world.waits("he")
    with pytest.raises(NotYours):
        await world.handoffs.say(waiting.conversation_id, wang.id, "您好")
    await world.handoffs.claim(waiting.conversation_id, wang.id)

    sent = await world.handoffs.say(waiting.conversation_id, wang.id, "您好")

    for deed in (
        world.handoffs.say(waiting.conversation_id, li.id, "我也来"),
        world.handoffs.return_to_bot(waiting.conversation_id, li.id, "无"),
        world.handoffs.requeue(waiting.conversation_id, li.id),
    ):
        with pytest.raises(NotYours):
            await deed
    assert sent.text == "您好"
    last = (await world.handoffs.transcript(waiting.conversation_id))[-1]
    assert (last.author, last.staff_name, last.text) == ("staff", "王芳", "您好")


async def test_returning_gives_the_bot_the_note_and_what_the_person_said(
    world: World, clock: Clock, wang: StaffMember
) -> None:
    before = await world.says("he", "从前的话")
    clock.forward(timedelta(minutes=5))
    await world.asks_for_person(before)
    async with world.database.write() as session:
        conversation = await session.get_one(ConversationRow, before.conversation_id)
        conversation.memory = {"topic": "电梯", "buttons": [{"title": "是", "payload": "/affirm"}]}
        conversation.misses = 2
    await world.handoffs.claim(before.conversation_id, wang.id)
    await world.says("he", "电梯坏了", understanding={"intent": "file_appeal"})
    await world.handoffs.say(before.conversation_id, wang.id, "马上来修")
    await world.says("he", "在3栋", understanding={"entities": {"building": "3栋"}})

    await world.handoffs.return_to_bot(before.conversation_id, wang.id, "已报修")

    async with world.database.read() as session:
        conversation = await session.get_one(ConversationRow, before.conversation_id)
        ended = (await session.scalars(select(HandoffRow))).one()
    assert (conversation.owner, conversation.staff_id) == ("bot", None)
    assert conversation.memory == {
        "topic": "电梯",
        "staff_note": "已报修",
        "told_facts": {"told": "电梯坏了", "building": "3栋", "photos": []},
    }
    assert (conversation.session, conversation.misses) == (2, 0)
    assert (ended.note, ended.ended_at) == ("已报修", world.clock())
    assert await world.handoffs.cards() == []


async def test_danger_comes_first_then_who_waits_longest_then_who_is_held(
    world: World, clock: Clock, wang: StaffMember
) -> None:
    held = await world.waits("held", priority=2)
    await world.handoffs.claim(held.conversation_id, wang.id)
    for who, priority in (("first", 0), ("angry", 1), ("second", 0), ("danger", 2)):
        clock.forward(timedelta(minutes=1))
        await world.waits(who, name=who, priority=priority)

    names = [card.resident_name for card in await world.handoffs.cards()]

    assert names == ["danger", "angry", "first", "second", f"居民{held.resident_id}"]


async def test_among_held_ones_the_latest_to_move_comes_first(
    world: World, clock: Clock, wang: StaffMember
) -> None:
    early = await world.waits("early", name="early", priority=2)
    late = await world.waits("late", name="late")
    for waiting in (early, late):
        await world.handoffs.claim(waiting.conversation_id, wang.id)
    clock.forward(timedelta(minutes=1))
    await world.says("late", "还在吗")
    assert [card.resident_name for card in await world.handoffs.cards()] == ["late", "early"]


async def test_a_requeued_conversation_keeps_its_place(
    world: World, clock: Clock, wang: StaffMember
) -> None:
    first = await world.waits("first", name="first")
    clock.forward(timedelta(minutes=3))
    await world.waits("second", name="second")
    await world.handoffs.claim(first.conversation_id, wang.id)

    await world.handoffs.requeue(first.conversation_id, wang.id)

    cards = await world.handoffs.cards()
    assert [card.resident_name for card in cards] == ["first", "second"]
    assert (cards[0].owner, cards[0].claimed_at) == (Owner.QUEUE, None)


async def test_a_colleague_takes_over_and_the_resident_hears(
    world: World, clock: Clock, wang: StaffMember, li: StaffMember
) -> None:
    waiting = await world.waits("he", reason=HandoffReason.DANGER, priority=2)
    number = waiting.conversation_id
    await world.handoffs.claim(number, wang.id)
    clock.forward(timedelta(minutes=3))

    await world.handoffs.take_over(number, li.id)
    await world.handoffs.take_over(number, li.id)

    (card,) = await world.handoffs.cards()
    assert (card.staff_name, card.reason, card.priority) == ("李强", "danger", 2)
    assert card.claimed_at == world.clock()
    told = [line.text for line in await world.handoffs.transcript(number)]
    assert told[1:] == [
        "社区工作人员王芳已为您接通，请讲。",
        "社区工作人员李强已为您接通，请讲。",
    ]
    async with world.database.read() as session:
        handoff = (await session.scalars(select(HandoffRow))).one()
    assert (handoff.claimed_by, handoff.ended_at) == (li.id, None)
    with pytest.raises(NotYours):
        await world.handoffs.say(number, wang.id, "我还在")
    await world.handoffs.say(number, li.id, "我来办")


async def test_only_what_a_colleague_holds_is_taken_over(world: World, wang: StaffMember) -> None:
    with_bot = await world.says("she", "您好")
    queued = await world.waits("he")
    for number in (with_bot.conversation_id, queued.conversation_id):
        with pytest.raises(OwnershipError, match="状态已变化"):
            await world.handoffs.take_over(number, wang.id)
    with pytest.raises(UnknownConversation):
        await world.handoffs.take_over(404, wang.id)


async def test_when_many_take_over_at_once_card_and_words_agree(
    world: World, wang: StaffMember
) -> None:
    waiting = await world.waits("he")
    number = waiting.conversation_id
    await world.handoffs.claim(number, wang.id)
    staff = [await world.member(f"s{n}", f"同事{n}") for n in range(8)]

    await asyncio.gather(
        *(world.handoffs.take_over(number, member.id) for member in staff), return_exceptions=True
    )

    (card,) = await world.handoffs.cards()
    lines = await world.handoffs.transcript(number)
    assert lines[-1].text == f"社区工作人员{card.staff_name}已为您接通，请讲。"
    async with world.database.read() as session:
        assert (await session.scalars(select(HandoffRow.claimed_by))).one() == card.staff_id


async def test_what_a_closed_account_held_waits_again(
    world: World, clock: Clock, wang: StaffMember, li: StaffMember
) -> None:
    for who in ("first", "second", "third"):
        clock.forward(timedelta(minutes=1))
        waiting = await world.waits(who, name=who)
        holder = li if who == "third" else wang
        await world.handoffs.claim(waiting.conversation_id, holder.id)
    await world.member("chen", "陈", Role.ADMIN)

    async with world.services.live.subscribe(DESK) as desk:
        await world.accounts.set_active(wang.id, False)
        assert await desk.next(2) is not None

    cards = await world.handoffs.cards()
    assert [(card.resident_name, card.owner, card.claimed_at) for card in cards[:2]] == [
        ("first", Owner.QUEUE, None),
        ("second", Owner.QUEUE, None),
    ]
    assert (cards[2].resident_name, cards[2].staff_name) == ("third", "李强")
    await world.accounts.set_active(wang.id, True)
    await world.handoffs.release_all(wang.id)
    assert len(await world.handoffs.cards()) == 3


async def test_a_card_tells_what_a_person_said_last_not_the_bot(world: World) -> None:
    waiting = await world.waits("he", "屋里漏水")
    await world.answered(waiting, "已为您转接社区工作人员，请稍等。")
    (card,) = await world.handoffs.cards()
    assert (card.last_text, card.last_author, card.last_kind) == ("屋里漏水", "resident", "text")


async def test_a_transcript_is_read_from_its_end_and_further_back_on_demand(
    world: World,
) -> None:
    for number in range(7):
        written = await world.says("he", f"第{number}句")
    number = written.conversation_id
    last = await world.handoffs.transcript(number, limit=3)
    before = await world.handoffs.transcript(number, before=last[0].id, limit=3)
    newer = await world.handoffs.newer_lines(number, after=last[-2].id)
    assert [line.text for line in last] == ["第4句", "第5句", "第6句"]
    assert [line.text for line in before] == ["第1句", "第2句", "第3句"]
    assert [line.text for line in newer] == ["第6句"]


async def test_wechat_counts_what_may_still_be_written(
    world: World, clock: Clock, wang: StaffMember
) -> None:
    until = world.clock() + timedelta(hours=48)
    waiting = await world.waits("he", channel="wechat", window=Window(until, 5))
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    await world.handoffs.say(waiting.conversation_id, wang.id, "您好")

    on_their_way = await world.handoffs.write_window(waiting.conversation_id)
    async with world.database.write() as session:  # what the outbox does once they have arrived
        outgoing = select(MessageRow).where(MessageRow.direction == "out")
        for message in await session.scalars(outgoing):
            message.delivery = deliveries.SENT
        (await session.get_one(ResidentRow, waiting.resident_id)).window_left = 3
    arrived = await world.handoffs.write_window(waiting.conversation_id)
    clock.forward(timedelta(hours=48))
    past = await world.handoffs.write_window(waiting.conversation_id)

    assert on_their_way is not None and (on_their_way.until, on_their_way.left) == (until, 3)
    assert arrived is not None and arrived.left == 3
    assert past is not None and past.left == 0


async def test_who_unsubscribed_cannot_be_written_to(world: World) -> None:
    window = Window(world.clock() + timedelta(hours=48), 5)
    waiting = await world.waits("he", channel="wechat", window=window, subscribed=False)
    left = await world.handoffs.write_window(waiting.conversation_id)
    assert left is not None and left.left == 0


async def test_the_web_sets_no_limit(world: World) -> None:
    waiting = await world.waits("he")
    assert await world.handoffs.write_window(waiting.conversation_id) is None


async def test_staff_words_wake_the_outbox_the_chat_and_the_desk(
    world: World, wang: StaffMember
) -> None:
    waiting = await world.waits("he", channel="wechat")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    rung = len(world.outbox_rung)
    topic = conversation_topic(waiting.conversation_id)
    async with (
        world.services.live.subscribe(topic) as chat,
        world.services.live.subscribe(DESK) as desk,
    ):
        sent = await world.handoffs.say(waiting.conversation_id, wang.id, "您好")
        told = [event["id"] for _ in range(3) if (event := await chat.next(0.5))]
        at_desk = await desk.next(2)
    assert sent.message_id in told
    assert at_desk is not None
    assert len(world.outbox_rung) == rung + 1
    async with world.database.read() as session:
        assert (await session.get_one(MessageRow, sent.message_id)).delivery == deliveries.PENDING


async def test_unknown_conversations_have_a_name(world: World, wang: StaffMember) -> None:
    for deed in (
        world.handoffs.claim(404, wang.id),
        world.handoffs.say(404, wang.id, "您好"),
        world.handoffs.write_window(404),
    ):
        with pytest.raises(UnknownConversation):
            await deed


def test_the_table_of_owners_refuses_what_it_does_not_know() -> None:
    assert Ownership(Owner.QUEUE).move(Move.CLAIM, 7) == Ownership(Owner.STAFF, 7)
    with pytest.raises(OwnershipError):
        Ownership(Owner.BOT).move(Move.REQUEUE)
