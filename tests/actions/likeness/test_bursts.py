"""Five households without water within ten minutes alert the desk, once."""

import asyncio
from datetime import timedelta

from actions.appeals.appeal import Appeal
from actions.likeness.assembly import Neighbours
from actions.likeness.bursts import BURST, Burst
from actions.likeness.joining import Household
from tests.actions.likeness.conftest import WANG, Street


async def households(street: Street, count: int, *, first: int = 1) -> list[Burst | None]:
    """What the check says after each of so many filings, a minute apart."""
    said = []
    for resident_id in range(first, first + count):
        appeal = await street.filed(resident_id)
        said.append(await street.neighbours.bursts.check(appeal))
        street.clock.forward(timedelta(minutes=1))
    return said


async def test_the_fifth_household_alerts_the_desk_and_no_other(street: Street) -> None:
    *before, burst, after = await households(street, 6)
    assert before == [None] * 4 and after is None and burst is not None
    assert burst.households == 5 and len(burst.appeal_ids) == 5
    assert "青山里停水用水" in burst.notice and "5 户" in burst.notice


async def test_the_alert_stands_in_the_history_and_in_the_news(street: Street) -> None:
    burst = (await households(street, 5))[-1]
    assert burst is not None
    event = (await street.appeals.history(burst.first.id))[-1]
    assert event.kind == BURST and event.details["households"] == 5
    assert event.details["number"] == burst.first.number
    assert event.details["community"] == "青山里" and event.details["category"] == "停水用水"


async def test_slow_trickle_is_no_burst(street: Street) -> None:
    for resident_id in range(1, 8):
        appeal = await street.filed(resident_id)
        assert await street.neighbours.bursts.check(appeal) is None
        street.clock.forward(timedelta(minutes=3))


async def test_one_household_that_writes_often_is_one_household(street: Street) -> None:
    for _ in range(6):
        assert await street.neighbours.bursts.check(await street.filed(1)) is None


async def test_other_places_and_other_problems_do_not_count(street: Street) -> None:
    await households(street, 4)
    elsewhere = await street.filed(8, "家里停水了", "停水用水", "江城雅苑")
    other = await street.filed(9, "楼道灯不亮", "路灯")
    nowhere = await street.filed(10, "停水了", "停水用水", None)
    for appeal in (elsewhere, other, nowhere):
        assert await street.neighbours.bursts.check(appeal) is None


async def test_who_joins_counts_as_a_household(street: Street) -> None:
    appeal = await street.filed(1)
    for resident_id in range(2, 6):
        joined = await street.neighbours.joining.join(appeal.id, Household(resident_id))
        burst = await street.neighbours.bursts.check(joined.appeal)
    assert burst is not None and burst.households == 5 and burst.appeal_ids == (appeal.id,)


async def test_two_processes_alert_once(street: Street, elsewhere: Neighbours) -> None:
    appeals: list[Appeal] = [await street.filed(each) for each in range(1, 6)]
    checks = (street.neighbours.bursts.check(appeals[-1]), elsewhere.bursts.check(appeals[-2]))
    said = await asyncio.gather(*checks)
    assert sum(each is not None for each in said) == 1
    kinds = [kind for each in appeals for kind in await street.kinds(each)]
    assert kinds.count(BURST) == 1


async def test_after_a_quiet_time_it_is_a_new_burst(street: Street) -> None:
    assert (await households(street, 5))[-1] is not None
    assert [each.households for each in await street.neighbours.bursts.running()] == [5]
    street.clock.forward(timedelta(hours=4))
    assert await street.neighbours.bursts.running() == []
    assert (await households(street, 5, first=20))[-1] is not None


async def test_a_running_burst_counts_who_came_later(street: Street) -> None:
    await households(street, 8)
    [burst] = await street.neighbours.bursts.running()
    assert burst.households == 8


async def test_one_notice_reaches_everybody(street: Street) -> None:
    burst = (await households(street, 5))[-1]
    assert burst is not None
    first = await street.neighbours.bursts.notify(burst, "水厂抢修，晚上八点来水", WANG)
    assert first.followers == 4
    everyone = await street.neighbours.joining.everyone(first.id)
    assert [resident_id for resident_id, _ in everyone] == [1, 2, 3, 4, 5]
    event = (await street.appeals.history(first.id))[-1]
    assert (event.kind, event.note) == ("add", "水厂抢修，晚上八点来水")
    again = await street.neighbours.bursts.running()
    assert again[0].households == 5 and again[0].appeal_ids == (first.id,)
