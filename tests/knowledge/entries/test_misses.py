"""Questions without a sure answer are counted, kept private and settled."""

import pytest

from knowledge.entries.misses import MissKind, MissStatus, UnknownMiss
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


async def test_an_offer_counts_up_and_tells_which_entries_were_tapped(
    entries: EntryRepository, write: Write
) -> None:
    first, second, third = [(await entries.create_draft(write(), "李")).id for _ in range(3)]
    offer = await entries.record_offer("补贴怎么领？", [first, second], 0.6)
    assert offer == await entries.record_offer("补贴怎么领", [second, third], 0.5)
    assert offer is not None
    await entries.record_offer("补贴怎么领", [second, third], 0.5)
    await entries.record_tap(offer, third)
    await entries.record_tap(offer, third)
    [miss] = await entries.misses(kind=MissKind.OFFERED)
    assert (miss.text, miss.times, miss.taps, miss.untapped) == ("补贴怎么领", 3, {third: 2}, 1)
    assert (miss.offered, miss.nearest_entry_id) == ([second, third], second)
    assert miss.choices == [third, second], "what was tapped stands first"
    assert await entries.misses() == [], "it is no question without an answer"
    assert (await entries.open_misses(MissKind.OFFERED), await entries.open_misses()) == (1, 0)


async def test_a_tap_on_what_was_not_offered_is_no_tap(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.create_draft(write(), "李")
    offer = await entries.record_offer("补贴", [entry.id], 0.6)
    assert offer is not None
    await entries.record_tap(offer, entry.id + 1)
    await entries.record_tap(offer + 1, entry.id)
    [miss] = await entries.misses(kind=MissKind.OFFERED)
    assert (miss.taps, miss.untapped) == ({}, 1)
    assert await entries.record_offer("？！", [entry.id], 0.6) is None


async def test_a_question_of_both_kinds_is_settled_once(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.create_draft(write(), "李")
    await entries.record_miss("能养鸡吗", None, 0.0)
    await entries.record_miss("能养鸭吗", None, 0.0)
    offer = await entries.record_offer("能养鸡吗", [entry.id], 0.6)
    assert offer is not None
    assert (await entries.resolve_miss(offer)).status is MissStatus.DONE
    assert await entries.open_misses(MissKind.OFFERED) == 0
    assert [miss.text for miss in await entries.misses()] == ["能养鸭吗"]
    assert await entries.record_offer("能养鸡吗", [entry.id], 0.6) != offer
