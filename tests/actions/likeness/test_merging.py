"""Merging at the desk: proposed, agreed to, everybody carried over, no loops."""

import asyncio

import pytest

from actions.appeals.deeds import Answer, Start
from actions.appeals.life import Actor, AppealError, By, IllegalTransition, NotYourAppeal
from actions.likeness.assembly import Neighbours
from actions.likeness.joining import Household
from actions.likeness.merging import MERGED, TOOK_IN, SameAppeal
from tests.actions.likeness.conftest import WANG, Street


async def test_staff_see_what_is_likely_the_same(street: Street) -> None:
    one, two = await street.filed(1), await street.filed(2)
    [alike] = await street.neighbours.merging.proposals(two.id)
    assert alike.appeal.number == one.number


async def test_the_other_resident_follows_the_appeal_that_goes_on(street: Street) -> None:
    into, duplicate = await street.filed(1), await street.filed(2, "怎么又没水了")
    await street.neighbours.joining.join(duplicate.id, Household(3, 103))
    await street.neighbours.joining.join(into.id, Household(4))
    after = await street.neighbours.merging.merge(duplicate.id, into.id, WANG)
    assert after.id == into.id and after.followers == 3
    everyone = await street.neighbours.joining.everyone(into.id)
    assert dict(everyone) == {1: 101, 4: None, 2: 102, 3: 103}
    assert (await street.appeals.get(duplicate.id)).duplicate_of == into.id
    took = (await street.appeals.history(into.id))[-1]
    assert took.kind == TOOK_IN and took.details["joined"] == [2, 3]
    merged = (await street.appeals.history(duplicate.id))[-1]
    assert merged.kind == MERGED and merged.details["into"] == into.number


async def test_merging_twice_is_merging_once(street: Street) -> None:
    into, duplicate = await street.filed(1), await street.filed(2)
    for _ in range(2):
        await street.neighbours.merging.merge(duplicate.id, into.id, WANG)
    assert (await street.kinds(into)).count(TOOK_IN) == 1


async def test_what_was_merged_into_the_duplicate_comes_along(street: Street) -> None:
    first, second, third = [await street.filed(each) for each in (1, 2, 3)]
    merge = street.neighbours.merging.merge
    await merge(third.id, second.id, WANG)
    after = await merge(second.id, first.id, WANG)
    assert after.followers == 2
    assert (await street.appeals.get(third.id)).duplicate_of == first.id


async def test_loops_are_refused(street: Street) -> None:
    one, two, three = [await street.filed(each) for each in (1, 2, 3)]
    merge = street.neighbours.merging.merge
    await merge(one.id, two.id, WANG)
    for duplicate, into in ((two, two), (two, one), (three, one), (one, three)):
        with pytest.raises(SameAppeal):
            await merge(duplicate.id, into.id, WANG)
    assert (await street.appeals.get(two.id)).duplicate_of is None


async def test_two_who_merge_crosswise_make_no_loop(street: Street, elsewhere: Neighbours) -> None:
    one, two = await street.filed(1), await street.filed(2)
    done = await asyncio.gather(
        street.neighbours.merging.merge(one.id, two.id, WANG),
        elsewhere.merging.merge(two.id, one.id, WANG),
        return_exceptions=True,
    )
    assert sum(isinstance(each, AppealError) for each in done) == 1
    merged = [(await street.appeals.get(each.id)).duplicate_of for each in (one, two)]
    assert merged.count(None) == 1


async def test_only_staff_merge(street: Street) -> None:
    one, two = await street.filed(1), await street.filed(2)
    for actor in (Actor(By.RESIDENT, "resident"), Actor(By.PARTY, "物业", party_id=1)):
        with pytest.raises(NotYourAppeal):
            await street.neighbours.merging.merge(one.id, two.id, actor)


async def test_what_is_answered_is_not_merged(street: Street) -> None:
    one, two = await street.filed(1), await street.filed(2)
    await street.done(one, Start(), Answer(answer="修好了"))
    with pytest.raises(IllegalTransition):
        await street.neighbours.merging.merge(one.id, two.id, WANG)
    with pytest.raises(IllegalTransition):
        await street.neighbours.merging.merge(two.id, one.id, WANG)


async def test_a_duplicate_is_not_proposed_again(street: Street) -> None:
    one, two = await street.filed(1), await street.filed(2)
    await street.neighbours.merging.merge(two.id, one.id, WANG)
    assert await street.neighbours.finder.candidates(street.filing(3)) != []
    assert await street.neighbours.merging.proposals(one.id) == []
