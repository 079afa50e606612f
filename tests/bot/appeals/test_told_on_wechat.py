"""How news reach a resident on WeChat: inside its window, as a card outside it, or the next time."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from actions.answering import Answering
from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.routes import wechat_routes
from bot.channels.wechat.sender import WeChatSender
from bot.conversations.brain import Brain
from bot.conversations.fallback import KnowledgeFallback
from bot.conversations.handling import Conversations
from bot.conversations.media import MediaStore
from bot.conversations.outbox import Outbox
from bot.conversations.turns import Turns
from knowledge.entries.repository import EntryRepository
from tests.bot.appeals.village import PUBLIC_URL, Village
from tests.bot.conversations.conftest import QuickSearch, rasa, rasa_server
from tests.bot.conversations.rasa import Rasa, said
from tests.bot.wechat.support import served
from tests.simulators.wechat import WeChatPlatform
from tests.simulators.wechat.pushes import event
from tests.simulators.wechat.server import SEND, TEMPLATE

__all__ = ["rasa", "rasa_server"]

FIELDS = "character_string1:number thing2:matter phrase3:status time4:at"


@dataclass
class Account:
    """An official account at work: residents' phones, a herald, an outbox."""

    platform: WeChatPlatform
    village: Village
    outbox: Outbox

    async def told(self) -> list[tuple[str, str]]:
        """Let the herald and the outbox work; what the phone of `li` shows by now."""
        await self.village.herald().tell_due()
        await self.outbox.deliver_due()
        return [(each.via, each.text) for each in self.platform.inbox.of("li")]

    async def a_while_later(self) -> None:
        later = timedelta(days=5)
        self.village.clock.forward(later)
        self.platform.forward(later.total_seconds())

    async def filed(self) -> Appeal:
        await self.platform.say("li", "电梯坏了")
        return await self.village.filed(await self.village.resident("li", "wechat"))


@contextlib.asynccontextmanager
async def an_account(
    village: Village, redis: Redis, rasa: Rasa, tmp_path: Path, template: str = ""
) -> AsyncIterator[Account]:
    clock, database, memory = village.clock, village.database, SharedMemory()
    media = MediaStore(database, tmp_path / "media")
    entries = EntryRepository(database, clock)
    fallback = KnowledgeFallback(Answering(QuickSearch(entries), entries, clock))
    async with WeChatPlatform(mode="safe") as platform:
        config = WeChatConfig(
            platform.token,
            platform.app_id,
            platform.app_secret,
            platform.aes_key,
            passive_deadline=2.0,
            api_base=platform.api_base,
            template_id=template,
            template_fields=FIELDS,
        )
        brain, api = Brain(rasa.url), WeChatApi(config, memory)
        conversations = Conversations(
            database, brain, fallback, village.live, Turns(redis), media, clock
        )
        sender = WeChatSender(api, media.load, memory, clock, config, PUBLIC_URL)
        has_work = conversations.outbox_has_work
        outbox = Outbox(database, {"wechat": sender}, village.live, clock, has_work)
        channel = WeChatChannel(conversations, config, api, memory)
        app = FastAPI()
        app.router.routes.extend(wechat_routes(channel))
        async with served(app) as address:
            platform.gateway_url = f"{address}/wechat"
            yield Account(platform, village, outbox)
        await channel.aclose()
        await conversations.close()
        await brain.close()
        await api.aclose()


@pytest.fixture
async def account(
    village: Village, redis: Redis, rasa: Rasa, tmp_path: Path
) -> AsyncIterator[Account]:
    async with an_account(village, redis, rasa, tmp_path) as account:
        yield account


async def test_inside_the_window_they_come_at_once(account: Account) -> None:
    appeal = await account.filed()
    await account.village.act(appeal, deeds.Start(note="下午三点上门"))
    via, text = (await account.told())[-1]
    assert via == "custom"
    assert "下午三点上门" in text


async def test_after_the_window_they_wait_and_come_with_the_next_reply(account: Account) -> None:
    appeal = await account.filed()
    await account.a_while_later()
    await account.village.act(appeal, deeds.Start(note="下午三点上门"))
    before = await account.told()
    assert [row.delivery for row in await account.village.messages(appeal.resident_id)][-1] == (
        "waiting"
    )
    assert account.platform.api.calls[SEND] == 0

    (heard,) = await account.platform.say("li", "你好")

    assert heard.index("下午三点上门") < heard.index("回：你好")
    assert await account.told() == [*before, ("passive", heard)]
    deliveries = [row.delivery for row in await account.village.messages(appeal.resident_id)]
    assert set(deliveries) == {"passive"}


async def test_what_waits_does_not_take_the_choices_of_the_reply(
    account: Account, rasa: Rasa
) -> None:
    appeal = await account.filed()
    await account.a_while_later()
    await account.village.act(appeal, deeds.Start())
    await account.village.act(appeal, deeds.Answer(answer="修好了"))
    await account.told()
    rasa.reply = lambda heard: said("哪一件？", ("证件", "/choose"), ("补贴", "/choose"))
    (heard,) = await account.platform.say("li", "问件事")
    assert heard.endswith("哪一件？\n\n回复数字选择：\n1. 证件\n2. 补贴")
    assert heard.count("回复数字选择") == 1
    assert "青山物业答复：修好了" in heard


async def test_nothing_comes_before_the_answer_to_a_danger(account: Account, rasa: Rasa) -> None:
    appeal = await account.filed()
    await account.a_while_later()
    await account.village.act(appeal, deeds.Start(note="下午三点上门"))
    await account.told()
    danger = {"reason": "danger", "detail": "着火了", "priority": 2}
    rasa.reply = lambda heard: said("请先拨打 119！", handoff=danger)
    (first,) = await account.platform.say("li", "着火了")
    assert first.startswith("请先拨打 119！")
    assert "下午三点上门" not in first
    rasa.reply = lambda heard: said("好的。")
    await account.platform.tell("li", event("SCAN", "nowhere"), wait=0)
    assert any("下午三点上门" in text for _, text in await account.told())


async def test_who_left_hears_it_when_they_come_back(account: Account) -> None:
    appeal = await account.filed()
    await account.platform.tell("li", event("unsubscribe"), wait=0)
    await account.village.act(appeal, deeds.Start(note="下午三点上门"))
    before = await account.told()
    assert not any("下午三点上门" in text for _, text in before)
    (heard,) = await account.platform.tell("li", event("subscribe"))
    assert heard.index("下午三点上门") < heard.index("您好，这里是社区服务助手")


async def test_a_sixth_piece_of_news_waits_too(account: Account) -> None:
    appeal = await account.filed()
    for number in range(6):
        account.village.clock.forward(timedelta(minutes=1))
        await account.village.act(appeal, deeds.Add(note=f"第{number}条通知"))
    custom = [text for via, text in await account.told() if via == "custom"]
    assert len(custom) == 5
    (heard,) = await account.platform.say("li", "还有吗")
    assert "第5条通知" in heard


async def test_with_a_template_a_card_is_sent_instead(
    village: Village, redis: Redis, rasa: Rasa, tmp_path: Path
) -> None:
    async with an_account(village, redis, rasa, tmp_path, template="tpl-1") as account:
        fields = ("character_string1", "thing2", "phrase3", "time4")
        account.platform.api.templates.fields["tpl-1"] = fields
        appeal = await account.filed()
        await account.a_while_later()
        await village.act(appeal, deeds.Start(note="下午三点上门"))
        at = village.clock().astimezone(village.deadlines.calendar.zone)
        assert (await account.told())[-1] == (
            "template",
            f"{appeal.number}\n3栋电梯\n办理中\n{at:%Y年%m月%d日 %H:%M}\n{PUBLIC_URL}/mine/{appeal.number}",
        )
        assert [row.delivery for row in await village.messages(appeal.resident_id)][-1] == "sent"


@pytest.mark.parametrize("trouble", ["refused", "unknown template"])
async def test_who_cannot_get_cards_hears_it_the_next_time(
    village: Village, redis: Redis, rasa: Rasa, tmp_path: Path, trouble: str
) -> None:
    async with an_account(village, redis, rasa, tmp_path, template="tpl-1") as account:
        if trouble == "refused":
            account.platform.api.templates.fields["tpl-1"] = ()
            account.platform.api.templates.refused_by.add("li")
        appeal = await account.filed()
        await account.a_while_later()
        await village.act(appeal, deeds.Start(note="下午三点上门"))
        await account.told()
        assert account.platform.api.calls[TEMPLATE] == 1
        (heard,) = await account.platform.say("li", "你好")
        assert "下午三点上门" in heard
