"""When the bot gives a conversation to a person, and what is said while one waits."""

import asyncio

import pytest

from actions.danger import DANGER_LINES
from actions.turn import HandoffAsk, HandoffReason, Outcome
from bot.conversations import texts
from bot.conversations.handoffs import Handoffs
from bot.conversations.owners import OwnershipError
from bot.conversations.tables import ConversationRow, HandoffRow
from bot.staff.tables import StaffRow
from tests.bot.conversations.conftest import NewGateway
from tests.bot.conversations.gateway import Gateway, until
from tests.bot.conversations.rasa import Heard, Items, Rasa, echo, said
from tests.databases import Clock

ASKED = HandoffAsk(reason=HandoffReason.ASKED, detail="转人工")


def asks_for_a_person(_: Heard) -> Items:
    return said("好的，马上转接。", outcome=Outcome.HANDED_OFF, handoff=ASKED)


def does_not_know(_: Heard) -> Items:
    return said("这个我还不知道。", ("转人工", "/ask_person"), outcome=Outcome.UNKNOWN)


def burning(text: str) -> dict[str, object]:
    fire = [{"entity": "danger", "value": "fire"}] if "着火" in text else []
    return {"intent": {"name": "emergency", "confidence": 0.9}, "entities": fire}


async def test_the_first_in_the_queue_is_told_so(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = asks_for_a_person
    assert await gateway.hears("转人工") == ["好的，马上转接。", texts.QUEUED_FIRST]
    assert (await gateway.conversation()).owner == "queue"
    [handoff] = await gateway.handoffs()
    assert (handoff.reason, handoff.detail, handoff.priority) == ("asked", "转人工", 0)


async def test_the_next_ones_are_told_how_many_come_before(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = asks_for_a_person
    for place, who in enumerate(["li", "wang", "zhao"]):
        told = (await gateway.hears("转人工", who=who))[-1]
        assert told == (texts.QUEUED.format(ahead=place) if place else texts.QUEUED_FIRST)


async def test_the_raised_come_before_the_ordinary(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = asks_for_a_person
    await gateway.hears("转人工", who="li")
    angry = HandoffAsk(reason=HandoffReason.ANGER, priority=1)
    rasa.reply = lambda _: said("很抱歉。", outcome=Outcome.HANDED_OFF, handoff=angry)
    assert (await gateway.hears("气死了", who="wang"))[-1] == texts.QUEUED_FIRST
    assert (await gateway.hears("在吗", who="li")) == [texts.STILL_QUEUED.format(ahead=1)]


async def test_who_waits_is_understood_but_not_answered_by_rasa(
    gateway: Gateway, rasa: Rasa
) -> None:
    rasa.reply = asks_for_a_person
    await gateway.hears("转人工")
    rasa.understand = lambda _: {
        "intent": {"name": "file_appeal", "confidence": 0.8},
        "entities": [
            {"entity": "building", "value": "3栋"},
            {"entity": "building", "value": "8栋"},
        ],
    }
    assert await gateway.hears("/restart 3栋漏水") == [texts.STILL_QUEUED_NEXT]
    assert rasa.messages == ["转人工"] and rasa.parsed == ["restart 3栋漏水"]
    understood = (await gateway.stored())[-1].understanding
    assert understood["intent"] == "file_appeal" and understood["entities"] == {"building": "3栋"}


async def test_a_photo_and_an_event_while_waiting(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = asks_for_a_person
    await gateway.hears("转人工")
    assert await gateway.hears("", kind="image") == [texts.STILL_QUEUED_NEXT]
    assert await gateway.hears("", kind="event", details={"event": "VIEW"}) == []
    assert rasa.parsed == []


async def test_danger_while_waiting_gets_the_number_first_and_goes_before_others(
    gateway: Gateway, rasa: Rasa
) -> None:
    rasa.reply, rasa.understand = asks_for_a_person, burning
    await gateway.hears("转人工", who="li")
    await gateway.hears("转人工", who="wang")
    replies = await gateway.hears("楼下着火了", who="wang")
    assert replies == [DANGER_LINES["fire"], texts.URGENT]
    _, raised = await gateway.handoffs()
    assert (raised.priority, raised.reason, raised.detail) == (2, "danger", "楼下着火了")


async def test_danger_is_answered_even_while_staff_hold_the_conversation(
    gateway: Gateway, rasa: Rasa, handoffs: Handoffs, wang: int
) -> None:
    rasa.reply, rasa.understand = asks_for_a_person, burning
    await gateway.hears("转人工")
    await handoffs.claim((await gateway.conversation()).id, wang)
    assert await gateway.hears("在吗") == []
    assert await gateway.hears("着火了") == [DANGER_LINES["fire"]]
    conversation = await gateway.conversation()
    assert (conversation.owner, conversation.staff_id) == ("staff", wang)
    assert [each.priority for each in await gateway.handoffs()] == [2]


async def test_two_misses_in_a_row_bring_a_person(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = does_not_know
    assert await gateway.hears("量子力学") == ["这个我还不知道。"]
    assert await gateway.hears("黑洞是什么") == [texts.TWO_MISSES, texts.QUEUED_FIRST]
    [handoff] = await gateway.handoffs()
    assert (handoff.reason, handoff.detail) == ("two_misses", "黑洞是什么")
    assert (await gateway.stored())[-1].understanding["outcome"] == "handed_off"


async def test_an_answer_between_two_misses_starts_the_count_anew(
    gateway: Gateway, rasa: Rasa
) -> None:
    for reply in (does_not_know, echo, does_not_know):
        rasa.reply = reply
        await gateway.hears("什么")
    assert (await gateway.conversation()).owner == "bot"
    assert await gateway.hears("什么") == [texts.TWO_MISSES, texts.QUEUED_FIRST]


async def test_a_claim_and_a_handoff_at_once_leave_one_owner(
    gateway: Gateway, rasa: Rasa, handoffs: Handoffs, wang: int
) -> None:
    for n in range(5):
        who = f"resident{n}"
        rasa.reply = echo
        await gateway.hears("在吗", who=who)
        rasa.reply, rasa.seconds = asks_for_a_person, 0.02
        accepted = await gateway.accept("转人工", who=who)

        async def claim(conversation_id: int = accepted.conversation_id, pause: int = n) -> None:
            await asyncio.sleep(0.015 + 0.005 * pause)
            try:
                await handoffs.claim(conversation_id, wang)
            except OwnershipError:
                await handoffs.claim(conversation_id, wang)

        await asyncio.gather(gateway.conversations.replies_to(accepted), claim())
        conversation = await gateway.conversation(who)
        assert (conversation.owner, conversation.staff_id) == ("staff", wang)
    assert len(await gateway.handoffs()) == 5


async def test_a_claim_that_is_just_being_written_is_not_overwritten(
    new_gateway: NewGateway, rasa: Rasa, clock: Clock, wang: int
) -> None:
    gateway, desk = new_gateway(), new_gateway()
    await gateway.hears("在吗")
    rasa.reply = asks_for_a_person
    accepted = await gateway.accept("转人工")
    async with desk.database.write() as session:
        row = await session.get_one(ConversationRow, accepted.conversation_id)
        row.owner, row.staff_id = "staff", wang
        session.add(HandoffRow(conversation_id=row.id, reason="staff", asked_at=clock()))
        await session.flush()
        handling = asyncio.create_task(gateway.conversations.replies_to(accepted))
        await until(lambda: _heard(rasa, 2))
        await asyncio.sleep(0.1)
    await handling
    conversation = await gateway.conversation()
    assert (conversation.owner, conversation.staff_id) == ("staff", wang)
    assert len(await gateway.handoffs()) == 1


async def _heard(rasa: Rasa, count: int) -> bool:
    return len(rasa.heard) == count


async def test_what_comes_back_from_staff_is_the_bots_again(
    gateway: Gateway, rasa: Rasa, handoffs: Handoffs, wang: int
) -> None:
    rasa.reply = asks_for_a_person
    await gateway.hears("转人工")
    conversation = await gateway.conversation()
    await handoffs.claim(conversation.id, wang)
    rasa.understand = lambda _: {"entities": [{"entity": "building", "value": "3栋"}]}
    await gateway.hears("我家住3栋2单元501")
    await handoffs.return_to_bot(conversation.id, wang, "已答复")
    rasa.reply = echo
    assert await gateway.hears("我要报修") == ["回：我要报修"]
    memory = rasa.heard[-1]["metadata"]["memory"]
    assert memory["staff_note"] == "已答复" and memory["told_facts"]["building"] == "3栋"
    assert rasa.senders[-1] != rasa.senders[0]


@pytest.fixture
def handoffs(gateway: Gateway, clock: Clock) -> Handoffs:
    return Handoffs(
        gateway.database, gateway.live, clock, gateway.conversations.outbox_has_work.set
    )


@pytest.fixture
async def wang(gateway: Gateway, clock: Clock) -> int:
    """A staff member's id."""
    row = StaffRow(
        username="wang", name="王芳", role="staff", password_hash="-", created_at=clock()
    )
    async with gateway.database.write() as session:
        session.add(row)
    return row.id
