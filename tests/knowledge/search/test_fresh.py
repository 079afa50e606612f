"""What was published since the index was built lies beside the many, and is found as well."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.search.index import SearchIndex
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed
from knowledge.search.service import KnowledgeSearch
from knowledge.search.words import FewWordScores, WordScores
from tests.knowledge.search.questions import PARAPHRASES
from tests.knowledge.search.test_service import Published, WatchedEncoder

FISH = "金鱼池里的鱼归谁喂"


def edited(entry: Indexed, **changes: object) -> Indexed:
    content = entry.content.model_copy(update=changes)
    return Indexed(entry.id, entry.slug, entry.version + 1, content)


def found(index: SearchIndex, encoder: Encoder | None, text: str) -> list[tuple[int, int]]:
    vector = encoder.encode_queries([index.text.normalise(text)])[0] if encoder else None
    return [(hit.entry_id, hit.version) for hit in index.search(text, 3, vector)]


def changed(index: SearchIndex) -> list[Indexed]:
    """Every twentieth entry with a question more, the last one retired, one new."""
    entries = [
        edited(entry, questions=[*entry.content.questions, f"第{number}件新鲜事怎么办"])
        if number % 20 == 0
        else entry
        for number, entry in enumerate(index.entries[:-1])
    ]
    content = entries[0].content.model_copy(update={"title": FISH, "questions": ["喂鱼"]})
    return [*entries, Indexed(9999, "fish", 1, content)]


@pytest.mark.parametrize("dense", [True, False])
def test_an_edit_leaves_the_many_as_they_are(
    index: SearchIndex, encoder: Encoder, dense: bool
) -> None:
    used = encoder if dense else None
    before = index if dense else SearchIndex.build(index.entries, None, index)
    after = SearchIndex.build(changed(before), used, before)
    assert after.shards[0] is before.shards[0]
    assert {entry.id for entry in after.entries} == {entry.id for entry in changed(before)}
    assert found(after, used, FISH)[0] == (9999, 1)
    for text in ("第20件新鲜事怎么办", "第40件新鲜事怎么办"):
        number = int(text[1:3])
        assert found(after, used, text)[0] == (before.entries[number].id, 2)


def test_a_retired_entry_is_found_no_more(index: SearchIndex, encoder: Encoder) -> None:
    gone = index.entries[7]
    after = SearchIndex.build([e for e in index.entries if e is not gone], encoder, index)
    assert found(index, encoder, gone.content.title)[0][0] == gone.id
    assert gone.id not in [number for number, _ in found(after, encoder, gone.content.title)]
    assert after.entry(gone.id) is None


def test_the_words_of_a_former_version_find_nothing(index: SearchIndex, encoder: Encoder) -> None:
    place, line = 3, index.entries[3].content.questions[0]
    entries = list(index.entries)
    entries[place] = edited(entries[place], title=FISH, questions=[FISH])
    after = SearchIndex.build(entries, encoder, index)
    [*_, best] = after.search(line, 1, encoder.encode_queries([after.text.normalise(line)])[0])
    assert best.confidence < 1
    assert after.entry(entries[place].id) == entries[place]


def test_a_line_that_two_entries_share_is_still_known_when_one_gives_it_up(
    index: SearchIndex, encoder: Encoder
) -> None:
    entries = list(index.entries)
    for place in (4, 9):
        entries[place] = edited(entries[place], questions=[*entries[place].content.questions, FISH])
    both = SearchIndex.build(entries, encoder, index, anew=True)
    assert found(both, encoder, FISH)[0] == (entries[4].id, 2)
    entries[4] = edited(entries[4], questions=["河里的事"])
    one = SearchIndex.build(entries, encoder, both)
    assert found(one, encoder, FISH)[0] == (entries[9].id, 2)


def test_beside_the_many_or_among_them_is_all_one(index: SearchIndex, encoder: Encoder) -> None:
    beside = SearchIndex.build(changed(index), encoder, index)
    among = SearchIndex.build(changed(index), encoder, index, anew=True)
    same = [found(beside, encoder, t)[0] == found(among, encoder, t)[0] for t in PARAPHRASES]
    assert len(beside.shards) == 2
    assert len(among.shards) == 1
    assert np.mean(same) >= 0.95


def test_signs_come_in_the_order_of_the_entries(index: SearchIndex, encoder: Encoder) -> None:
    after = SearchIndex.build(changed(index), encoder, index)
    vector = encoder.encode_queries([FISH])[0]
    signs = after.signs(FISH, vector)
    assert len(signs) == len(after.entries)
    assert after.entries[int(np.argmax(signs[:, 0]))].id == 9999


def test_many_changes_make_one_large_shard_again(index: SearchIndex, encoder: Encoder) -> None:
    entries = [edited(entry, answer="改了") for entry in index.entries]
    after = SearchIndex.build(entries, encoder, index)
    assert after.shards[0] is not index.shards[0]
    assert len(after.shards) == 1


def test_few_texts_score_as_they_would_among_the_many() -> None:
    texts = [["路灯", "不亮"], ["狗证", "怎么", "办"], ["路灯", "路灯", "谁", "修"], ["水", "停"]]
    many = WordScores(texts)
    few = FewWordScores(texts[2:], many)
    for asked in (["路灯", "谁"], ["停"], ["没有"]):
        assert few.score(asked) == pytest.approx(many.score(asked)[2:], abs=1e-5)
        assert few.ideal(asked) == many.ideal(asked)


async def test_scattered_entries_are_gathered_while_searches_go_on(
    entries: list[Indexed], encoder: Encoder, tmp_path: Path
) -> None:
    published, kept = Published(list(entries)), KeptVectors(tmp_path, "the encoder")
    search = KnowledgeSearch(published.load, published.revision, encoder, kept=kept)
    await search.warm_up()
    for place in range(40):
        published.edit(place, answer="改过的答案")
    published.edit(5, questions=["桥洞里的鱼归谁喂"])
    assert (await search.search(entries[3].content.title)).hits[0].version == 2
    published.edit(3, questions=[FISH])
    assert (await search.search(entries[3].content.title)).hits[0].version == 3
    await asyncio.wait_for(search.gathered(), 60)
    assert (await search.search(entries[3].content.title)).hits[0].version == 3
    assert (await search.search(entries[5].content.title)).hits[0].version == 3
    assert not search.scattered
    await search.close()
    assert "桥洞里的鱼归谁喂" in kept.load()[0].texts


async def test_a_vector_that_the_caller_has_is_not_made_again(
    few: list[Indexed], encoder: Encoder
) -> None:
    watched = WatchedEncoder(encoder)
    published = Published(few)
    search = KnowledgeSearch(published.load, published.revision, watched)
    await search.warm_up()
    watched.passes.clear()
    vector = encoder.encode_queries(["路灯不亮找谁"])[0]
    assert (await search.search("路灯不亮找谁", vector=vector)).hits[0].entry_id == 2
    assert watched.passes == []
    await search.close()
