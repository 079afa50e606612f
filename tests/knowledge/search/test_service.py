"""The search service is always as new as the entries, and survives without an encoder."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.search.rows import Indexed, Vectors
from knowledge.search.service import KnowledgeSearch


class Published:
    """Entries that a test may change, as the repository would hand them out."""

    def __init__(self, entries: list[Indexed]) -> None:
        self.entries = entries
        self.number = 1
        self.loads = 0

    async def load(self) -> Sequence[Indexed]:
        self.loads += 1
        await asyncio.sleep(0)
        return list(self.entries)

    async def revision(self) -> int:
        return self.number

    def edit(self, place: int, **changes: object) -> None:
        old = self.entries[place]
        content = old.content.model_copy(update=changes)
        self.entries[place] = Indexed(old.id, old.slug, old.version + 1, content)
        self.number += 1


class WatchedEncoder:
    """The real encoder; counts its passes and breaks on demand."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.passes: list[int] = []
        self.broken = False

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.passes.append(len(texts))
        if self.broken:
            raise RuntimeError("no memory left")
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise RuntimeError("no memory left")
        return self._encoder.encode_passages(texts)


@pytest.fixture
def published(few: list[Indexed]) -> Published:
    return Published(few)


@pytest.fixture
def watched(encoder: Encoder) -> WatchedEncoder:
    return WatchedEncoder(encoder)


@pytest.fixture
async def search(published: Published, watched: WatchedEncoder) -> AsyncIterator[KnowledgeSearch]:
    service = KnowledgeSearch(published.load, published.revision, watched)
    yield service
    await service.close()


async def test_a_published_edit_is_found_by_the_very_next_search(
    search: KnowledgeSearch, published: Published
) -> None:
    assert (await search.search("乒乓球桌坏了找哪个修")).hits[0].entry_id != 3
    published.edit(2, title="乒乓球桌坏了", questions=["乒乓球桌谁来修"])
    decision = await search.search("乒乓球桌坏了找哪个修")
    assert decision.kind == "answer"
    assert (decision.hits[0].entry_id, decision.hits[0].version) == (3, 2)


async def test_nothing_is_loaded_again_while_nothing_changes(
    search: KnowledgeSearch, published: Published
) -> None:
    await search.warm_up()
    for _ in range(3):
        await search.search("路灯不亮")
    assert published.loads == 1


async def test_many_who_ask_at_once_share_one_build_and_few_passes(
    search: KnowledgeSearch, published: Published, watched: WatchedEncoder
) -> None:
    await search.warm_up()
    published.edit(0, answer="带狗和身份证到派出所登记，免费。")
    watched.passes.clear()
    texts = [f"我家第{number}盏路灯不亮" for number in range(32)]
    decisions = await asyncio.gather(*(search.search(text) for text in texts))
    assert {decision.hits[0].entry_id for decision in decisions} == {2}
    assert published.loads == 2
    assert sum(watched.passes) == 32
    assert len(watched.passes) <= 4


async def test_a_resident_who_stops_waiting_disturbs_nobody(
    search: KnowledgeSearch, watched: WatchedEncoder
) -> None:
    await search.warm_up()
    impatient = asyncio.create_task(search.search("路灯不亮找谁修"))
    patient = asyncio.create_task(search.search("狗证在哪办"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).hits[0].entry_id == 1


async def test_words_alone_serve_without_an_encoder(published: Published) -> None:
    service = KnowledgeSearch(published.load, published.revision, None)
    await service.warm_up()
    assert (await service.search("路灯不亮找谁")).hits[0].entry_id == 2
    assert await service.vector("路灯不亮") is None
    await service.close()


async def test_other_rooms_share_the_encoder(
    search: KnowledgeSearch, watched: WatchedEncoder
) -> None:
    await search.warm_up()
    vector = await search.vector("路灯不亮")
    assert vector is not None
    assert np.allclose(vector, watched.encode_queries(["路灯不亮"])[0], atol=1e-6)
    watched.broken = True
    assert await search.vector("路灯亮了") is None


async def test_an_encoder_that_breaks_leaves_words_alone(
    search: KnowledgeSearch, published: Published, watched: WatchedEncoder
) -> None:
    await search.warm_up()
    watched.broken = True
    assert (await search.search("路灯不亮找谁")).hits[0].entry_id == 2
    published.edit(1, questions=["楼道灯坏了"])
    assert (await search.search("楼道灯坏了")).hits[0].version == 2


async def test_an_unreadable_store_is_reported_not_hidden() -> None:
    async def broken() -> int:
        raise ConnectionError("database is away")

    async def nothing() -> Sequence[Indexed]:
        return []

    service = KnowledgeSearch(nothing, broken, None)
    with pytest.raises(ConnectionError):
        await service.search("低保")
