"""What a conversation remembers, and when Rasa's session starts afresh."""

from datetime import timedelta

from sqlalchemy import select

from actions.turn import Outcome
from bot.conversations.tables import ResidentRow
from tests.bot.conversations.conftest import NewGateway
from tests.bot.conversations.gateway import MINUTE, Gateway
from tests.bot.conversations.rasa import Rasa, echo, said
from tests.databases import Clock


async def test_memory_merges_and_forgets(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("一", remember={"topic": 1, "asked": "多少钱"})
    await gateway.hears("一")
    rasa.reply = lambda _: said("二", remember={"topic": 2, "asked": None})
    await gateway.hears("二")
    assert (await gateway.conversation()).memory == {"topic": 2, "buttons": []}
    rasa.reply = echo
    await gateway.hears("三")
    assert rasa.heard[-1]["metadata"]["memory"]["topic"] == 2


async def test_the_buttons_that_were_shown_last_are_remembered(
    gateway: Gateway, rasa: Rasa
) -> None:
    rasa.reply = lambda _: said("一", ("甲", "/a")) + said("二", ("乙", "/b"))
    await gateway.hears("一")
    memory = (await gateway.conversation()).memory
    assert [button["title"] for button in memory["buttons"]] == ["乙"]


async def test_a_home_is_remembered_with_the_resident(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("好", home={"community": "青山里", "building": "3栋"})
    await gateway.hears("一")
    rasa.reply = lambda _: said("好", home={"building": "8栋"})
    await gateway.hears("二")
    async with gateway.database.read() as session:
        resident = await session.scalar(select(ResidentRow))
    assert resident is not None and resident.home == {"community": "青山里", "building": "8栋"}


async def test_an_open_matter_stays_in_one_session(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("在哪里？", outcome=Outcome.ASKED_BACK, open_matter=True)
    for text in ("电梯坏了", "3栋", "不是3栋，是8栋"):
        await gateway.hears(text)
    assert len(set(rasa.senders)) == 1


async def test_a_finished_matter_starts_the_next_session(gateway: Gateway, rasa: Rasa) -> None:
    await gateway.hears("一")
    await gateway.hears("二")
    conversation = await gateway.conversation()
    assert rasa.senders == [f"c{conversation.id}.1", f"c{conversation.id}.2"]
    assert conversation.session == 3


async def test_a_matter_left_alone_starts_afresh(
    gateway: Gateway, rasa: Rasa, clock: Clock
) -> None:
    rasa.reply = lambda _: said("在哪里？", outcome=Outcome.ASKED_BACK, open_matter=True)
    await gateway.hears("电梯坏了")
    clock.forward(30 * MINUTE)
    await gateway.hears("3栋")
    clock.forward(31 * MINUTE)
    await gateway.hears("还没修")
    await gateway.hears("8栋")
    number = [sender.rpartition(".")[2] for sender in rasa.senders]
    assert number == ["1", "1", "2", "2"]


async def test_an_event_after_a_long_time_does_not_revive_an_old_matter(
    gateway: Gateway, rasa: Rasa, clock: Clock
) -> None:
    rasa.reply = lambda _: said("在哪里？", outcome=Outcome.ASKED_BACK, open_matter=True)
    await gateway.hears("电梯坏了")
    clock.forward(timedelta(days=1))
    await gateway.hears("", kind="event", details={"event": "VIEW"})
    clock.forward(MINUTE)
    await gateway.hears("高龄津贴")
    assert rasa.senders[0] != rasa.senders[1]


async def test_waiting_for_a_slow_rasa_is_no_idle_time(
    new_gateway: NewGateway, rasa: Rasa, clock: Clock
) -> None:
    gateway = new_gateway(idle=MINUTE)

    def slow(_: object) -> object:
        clock.forward(2 * MINUTE)
        return said("在哪里？", outcome=Outcome.ASKED_BACK, open_matter=True)

    rasa.reply = slow
    await gateway.hears("电梯坏了")
    await gateway.hears("3栋")
    assert len(set(rasa.senders)) == 1


async def test_a_day_of_silence_forgets_what_was_said_in_passing(
    gateway: Gateway, rasa: Rasa, clock: Clock
) -> None:
    rasa.reply = lambda _: said(
        "收到", remember={"told_facts": {"building": "3栋"}, "appeal": "SQ1"}
    )
    await gateway.hears("3栋")
    rasa.reply = echo
    clock.forward(timedelta(hours=25))
    await gateway.hears("电梯坏了")
    memory = rasa.heard[-1]["metadata"]["memory"]
    assert "told_facts" not in memory
    assert memory["appeal"] == "SQ1"
