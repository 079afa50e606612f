"""Gateways on a real database and a real Redis, with a stand-in for Rasa behind them."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from actions.answering import Answering, Search
from bot.conversations.brain import Brain
from bot.conversations.fallback import KnowledgeFallback
from bot.conversations.handling import Conversations
from bot.conversations.live import Live
from bot.conversations.media import MediaStore
from bot.conversations.outbox import Outbox
from bot.conversations.turns import Turns
from knowledge.entries.entry import EntryContent
from knowledge.entries.repository import EntryRepository
from knowledge.search.decide import Decision
from knowledge.search.index import Hit
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.storage.database import Database
from tests.bot.conversations.gateway import Gateway, Phone
from tests.bot.conversations.rasa import Rasa
from tests.databases import Clock, Valkey
from tests.published import Published

NewGateway = Callable[..., Gateway]


@pytest.fixture(scope="session")
def rasa_server() -> Iterator[Rasa]:
    server = Rasa()
    yield server
    server.stop()


@pytest.fixture
def rasa(rasa_server: Rasa) -> Rasa:
    rasa_server.fresh()
    return rasa_server


@pytest.fixture
async def new_gateway(
    database_url: str, redis: Redis, valkey: Valkey, rasa: Rasa, clock: Clock, tmp_path: Path
) -> AsyncIterator[NewGateway]:
    """Makes gateway processes that share one database and one Redis."""
    made: list[Gateway] = []

    def new(
        *,
        rasa_url: str = rasa.url,
        rasa_timeout: float = 10.0,
        redis_url: str = valkey.url,
        phone: Phone | None = None,
        search: Search | None = None,
        **options: Any,
    ) -> Gateway:
        database = Database(database_url)
        own_redis = Redis.from_url(redis_url, socket_timeout=5)
        live = Live(own_redis)
        phone = phone or Phone()
        entries = EntryRepository(database, clock)
        answering = Answering(search or QuickSearch(entries), entries)
        conversations = Conversations(
            database,
            Brain(rasa_url, timeout=rasa_timeout),
            KnowledgeFallback(answering),
            live,
            Turns(own_redis),
            MediaStore(database, tmp_path / "media"),
            clock,
            **options,
        )
        outbox = Outbox(
            database, {"wechat": phone}, live, clock, has_work=conversations.outbox_has_work
        )
        gateway = Gateway(conversations, outbox, database, live, own_redis, phone)
        made.append(gateway)
        return gateway

    yield new
    for gateway in made:
        await gateway.close()


@pytest.fixture
def gateway(new_gateway: NewGateway) -> Gateway:
    return new_gateway()


@pytest.fixture
async def allowance(database: Database, clock: Clock) -> int:
    """Knowledge knows one thing; its id."""
    entries = EntryRepository(database, clock)
    content = EntryContent.model_validate(
        {
            "title": "高龄津贴",
            "topic": "养老助残",
            "questions": ["高龄津贴怎么申请", "高龄津贴怎么领"],
            "answer": "年满八十周岁可以到社区申请。",
            "sections": {"materials": "身份证、户口簿。", "where": "社区服务大厅。"},
            "checked_on": date(2026, 11, 1),
        }
    )
    entry = await entries.create_draft(content, "li")
    await entries.publish(entry.id, "li")
    return entry.id


def real_search(database: Database, clock: Clock) -> KnowledgeSearch:
    """The product's own search, by words alone; its dictionaries take half a second to load."""
    entries = EntryRepository(database, clock)

    async def published() -> Sequence[Indexed]:
        return [Indexed(*entry) for entry in await entries.published()]

    return KnowledgeSearch(published, entries.revision, None)


class QuickSearch(Published):
    """Knows a question only word by word."""

    async def search(self, text: str, k: int = 3) -> Decision:
        hits = [
            Hit(entry.id, entry.slug, entry.version, entry.content.title, 1.0, text)
            for entry in await self.look()
            if text in entry.content.questions
        ]
        return Decision("answer" if hits else "unknown", tuple(hits))
