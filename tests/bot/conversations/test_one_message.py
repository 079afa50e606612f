"""The way of one message: stored, handled once, answered the same however often it comes."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.turn import Outcome
from bot.conversations import deliveries, store, texts
from bot.conversations.contract import Window
from bot.conversations.tables import ResidentRow
from tests.bot.conversations.conftest import NewGateway
from tests.bot.conversations.gateway import Gateway
from tests.bot.conversations.rasa import Rasa, said
from tests.databases import Clock


async def test_it_is_stored_before_it_is_answered(gateway: Gateway, rasa: Rasa) -> None:
    await gateway.accept("高龄津贴怎么办", key="k1")
    [message] = await gateway.stored()
    assert (message.text, message.delivery, message.dedup_key) == (
        "高龄津贴怎么办",
        store.RECEIVED,
        "k1",
    )
    assert rasa.heard == []


async def test_the_answer_is_stored_with_what_was_understood(gateway: Gateway, rasa: Rasa) -> None:
    from tests.bot.conversations.rasa import said

    rasa.reply = lambda _: said("八十岁", ("材料", "带什么材料"), intent="ask_service")
    [reply] = await gateway.say("高龄津贴")
    assert (reply.text, reply.author) == ("八十岁", "bot")
    assert [(b.title, b.payload) for b in reply.buttons] == [("材料", "带什么材料")]
    [message], [answer] = await gateway.stored(), await gateway.stored("out")
    assert message.delivery == store.HANDLED and answer.delivery == deliveries.HELD
    assert message.understanding["intent"] == answer.understanding["intent"] == "ask_service"
    assert answer.reply_to == message.id


async def test_rasa_is_told_who_writes_and_what_is_remembered(gateway: Gateway, rasa: Rasa) -> None:
    await gateway.say("第一句")
    await gateway.change(memory={"topic": 7})
    await gateway.say("第二句", media_id=None)
    context = rasa.heard[-1]["metadata"]
    [_, message] = await gateway.stored()
    assert context["message_id"] == message.id and context["channel"] == "wechat"
    assert context["raw_text"] == "第二句" and context["memory"] == {"topic": 7}


@pytest.mark.parametrize("processes", [1, 2])
async def test_retries_get_the_same_replies_and_rasa_hears_it_once(
    new_gateway: NewGateway, rasa: Rasa, processes: int
) -> None:
    gateways = [new_gateway() for _ in range(processes)]
    rasa.seconds = 0.1
    said = [gateways[n % processes].say("停水了", key="retried") for n in range(4)]
    at_once = await asyncio.gather(*said)
    after = await gateways[-1].say("停水了", key="retried")
    assert all(replies == at_once[0] for replies in [*at_once, after])
    assert rasa.messages == ["停水了"]
    assert len(await gateways[0].stored()) == len(await gateways[0].stored("out")) == 1


async def test_a_retry_is_told_apart_from_a_new_message(gateway: Gateway) -> None:
    first = await gateway.accept("在吗", key="a")
    again = await gateway.accept("在吗", key="a")
    other = await gateway.accept("在吗", key="b")
    assert first.is_new and other.is_new and not again.is_new
    assert again.message_id == first.message_id != other.message_id
    assert again.resident_id == first.resident_id == other.resident_id


async def test_the_same_id_in_another_channel_is_another_message(gateway: Gateway) -> None:
    await gateway.accept("在吗", key="a", channel="wechat")
    assert (await gateway.accept("在吗", key="a", channel="web")).is_new


async def test_many_first_messages_at_once_make_one_resident(new_gateway: NewGateway) -> None:
    gateways = [new_gateway(), new_gateway()]
    accepted = await asyncio.gather(*(gateways[n % 2].accept(f"第{n}句") for n in range(8)))
    assert len({each.resident_id for each in accepted}) == 1
    assert len({each.conversation_id for each in accepted}) == 1
    assert len(await gateways[0].stored()) == 8


async def test_handling_goes_on_when_the_caller_gives_up(gateway: Gateway, rasa: Rasa) -> None:
    rasa.seconds = 0.2
    accepted = await gateway.accept("停水了")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gateway.conversations.replies_to(accepted), 0.05)
    assert [r.text for r in await gateway.conversations.replies_to(accepted)] == ["回：停水了"]
    assert len(rasa.heard) == 1


async def test_closing_waits_for_what_is_under_way(new_gateway: NewGateway, rasa: Rasa) -> None:
    gateway = new_gateway()
    rasa.seconds = 0.1
    await gateway.conversations.release(await gateway.accept("停水了"))
    await gateway.conversations.close()
    assert await gateway.deliveries() == [deliveries.PENDING]


async def test_events_are_greeted_or_silent(gateway: Gateway, rasa: Rasa) -> None:
    assert await gateway.hears("", kind="event", details={"event": "subscribe"}) == [texts.WELCOME]
    assert await gateway.hears("", kind="event", details={"event": "VIEW"}) == []
    assert rasa.heard == []


async def test_leaving_and_coming_back_is_remembered(gateway: Gateway) -> None:
    async def subscribed() -> bool:
        async with gateway.database.read() as session:
            return bool(await session.scalar(select(ResidentRow.subscribed)))

    await gateway.say("", kind="event", details={"event": "unsubscribe"})
    assert not await subscribed()
    await gateway.say("", kind="event", details={"event": "subscribe"})
    assert await subscribed()


async def test_the_window_of_a_message_is_kept(gateway: Gateway, clock: Clock) -> None:
    until = clock() + timedelta(hours=48)
    await gateway.accept("在吗", window=Window(until, 5))
    async with gateway.database.read() as session:
        resident = await session.scalar(select(ResidentRow))
    assert resident is not None
    assert (resident.window_until, resident.window_left) == (until, 5)


async def test_a_voice_without_words_and_a_link_are_kept(gateway: Gateway, rasa: Rasa) -> None:
    assert await gateway.hears("", kind="voice") == [texts.VOICE_UNCLEAR]
    assert await gateway.hears("", kind="link") == [texts.MEDIA_KEPT]
    assert rasa.heard == []


@pytest.mark.parametrize("text", ["灯坏了\x00", "灯坏了\ud83d"])
async def test_characters_that_no_database_stores_do_not_lose_the_message(
    gateway: Gateway, rasa: Rasa, text: str
) -> None:
    [reply] = await gateway.hears(text)
    assert reply.startswith("回：灯坏了")


async def test_a_photo_that_came_later_is_kept_with_its_message(gateway: Gateway) -> None:
    accepted = await gateway.accept("", kind="image")
    media_id = await gateway.conversations.attach_media(
        accepted.message_id, b"the sound of water", "audio/amr"
    )
    [message] = await gateway.stored()
    assert message.media_id == media_id


async def test_a_page_fetches_its_replies_itself(gateway: Gateway) -> None:
    await gateway.say("在吗", channel="web")
    assert await gateway.deliveries() == [deliveries.SENT]


async def test_what_was_filed_is_to_be_found(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda heard: said(
        "登记好了", outcome=Outcome.FILED, appeal="SQ202611240001", open_matter=False
    )
    (on_the_web,) = await gateway.say("确认", channel="web")
    assert on_the_web.text == "登记好了\n办到哪一步，上面的“我的诉求”里随时能看。"
    assert await gateway.hears("确认") == ["登记好了"]
    link = "https://shequ.example/mine/SQ202611240001"
    assert texts.way_to_mine("wechat", "https://shequ.example/", "SQ202611240001").endswith(link)
