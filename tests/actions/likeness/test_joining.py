"""我家也是: joining once, hearing together, each saying whether it is solved for them."""

import asyncio

import pytest

from actions.appeals.deeds import Answer, Start, Withdraw
from actions.appeals.life import IllegalTransition, NotYourAppeal, UnknownAppeal
from actions.likeness.assembly import Neighbours
from actions.likeness.joining import SAID, Household
from tests.actions.likeness.conftest import Street


async def test_households_are_counted(street: Street) -> None:
    appeal = await street.filed(1)
    joining = street.neighbours.joining
    assert (await joining.join(appeal.id, Household(2, 102, "青山里5栋"))).households == 2
    assert (await joining.join(appeal.id, Household(3))).households == 3
    assert [each.resident_id for each in await joining.followers(appeal.id)] == [2, 3]
    assert await street.kinds(appeal) == ["filed", "join", "join"]


async def test_joining_twice_changes_nothing(street: Street) -> None:
    appeal = await street.filed(1)
    joining = street.neighbours.joining
    for _ in range(2):
        joined = await joining.join(appeal.id, Household(2, photos=(7,)))
        assert joined.households == 2
    assert await street.kinds(appeal) == ["filed", "join", "add"]


async def test_two_taps_at_once_join_once(street: Street, elsewhere: Neighbours) -> None:
    appeal = await street.filed(1)
    taps = (street.neighbours.joining.join, elsewhere.joining.join)
    joined = await asyncio.gather(*(tap(appeal.id, Household(2)) for tap in taps))
    assert [each.households for each in joined] == [2, 2]
    assert await street.kinds(appeal) == ["filed", "join"]


async def test_ones_own_appeal_cannot_be_joined(street: Street) -> None:
    appeal = await street.filed(1)
    with pytest.raises(NotYourAppeal):
        await street.neighbours.joining.join(appeal.id, Household(1))


async def test_what_is_over_cannot_be_joined(street: Street) -> None:
    appeal = await street.done(await street.filed(1), Withdraw())
    with pytest.raises(IllegalTransition):
        await street.neighbours.joining.join(appeal.id, Household(2))
    assert await street.neighbours.joining.followers(appeal.id) == []


async def test_one_update_reaches_everyone(street: Street) -> None:
    appeal = await street.filed(1)
    joining = street.neighbours.joining
    await joining.join(appeal.id, Household(2, 102))
    await joining.join(appeal.id, Household(3))
    assert await joining.everyone(appeal.id) == [(1, 101), (2, 102), (3, None)]
    with pytest.raises(UnknownAppeal):
        await joining.everyone(999)


async def test_each_household_says_whether_it_is_solved_for_them(street: Street) -> None:
    appeal = await street.filed(1)
    joining = street.neighbours.joining
    for resident_id in (2, 3):
        await joining.join(appeal.id, Household(resident_id))
    await street.done(appeal, Start(), Answer(answer="来水了"))
    said = await joining.say(appeal.id, 2, False, 2, "我家还是没水")
    assert (said.solved, said.satisfaction) == (False, 2)
    assert [each.solved for each in await joining.followers(appeal.id)] == [False, None]
    event = (await street.appeals.history(appeal.id))[-1]
    assert (event.kind, event.note) == (SAID, "我家还是没水")
    assert event.details["resident_id"] == 2 and event.details["solved"] is False
    after = await street.appeals.get(appeal.id)
    assert after.status == "done" and after.solved is None and after.satisfaction is None


async def test_who_never_joined_has_no_say(street: Street) -> None:
    appeal = await street.filed(1)
    with pytest.raises(UnknownAppeal):
        await street.neighbours.joining.say(appeal.id, 2, True)
