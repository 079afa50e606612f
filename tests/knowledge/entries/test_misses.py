"""Questions without an answer are counted, kept private and settled."""

import pytest

from knowledge.entries.misses import MissStatus, UnknownMiss
from knowledge.entries.repository import EntryRepository
from tests.knowledge.entries.conftest import Write


async def test_the_same_question_counts_up_however_it_is_typed(
    entries: EntryRepository, write: Write
) -> None:
    nearest = await entries.create_draft(write(), "李")
    await entries.record_miss("哪里能打 WiFi ？", None, 0.1)
    await entries.record_miss("哪里能打  ｗｉｆｉ", nearest.id, 0.3)
    await entries.record_miss("别的问题", None, 0.0)
    await entries.record_miss(" ？！", None, 0.0)
    [first, second] = await entries.misses()
    assert (first.text, first.times, first.nearest_entry_id) == ("哪里能打 wifi", 2, nearest.id)
    assert (second.text, second.times) == ("别的问题", 1)
    assert (await entries.counts()).open_misses == 2


async def test_numbers_of_people_are_not_kept(entries: EntryRepository) -> None:
    await entries.record_miss("我的电话13800000000能改吗", None, 0.0)
    [miss] = await entries.misses()
    assert miss.text == "我的电话〔号码〕能改吗"


async def test_a_settled_question_that_comes_again_opens_anew(entries: EntryRepository) -> None:
    await entries.record_miss("能养鸡吗", None, 0.0)
    [miss] = await entries.misses()
    assert (await entries.resolve_miss(miss.id)).status is MissStatus.DONE
    assert await entries.misses() == []
    await entries.record_miss("能养鸡吗", None, 0.0)
    [again] = await entries.misses()
    assert (again.times, again.id != miss.id) == (1, True)
    assert len(await entries.misses(None)) == 2
    with pytest.raises(UnknownMiss):
        await entries.resolve_miss(404)
