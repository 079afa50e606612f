"""Worklists: who sees what, in which order, page by page, with the right counts."""

from datetime import timedelta

import pytest

from actions.appeals import deeds
from actions.appeals.appeal import AppealKind, Urgency
from actions.appeals.life import OPEN, AppealStatus
from actions.appeals.worklist import Cursor, Filters, Order
from tests.actions.appeals.conftest import RESIDENT, WANG, Office

S = AppealStatus


async def contents(office: Office, **filters: object) -> list[str]:
    found = await office.appeals.worklist(Filters.model_validate(filters))
    assert found.total == len(found.items)
    return [appeal.content for appeal in found.items]


async def test_each_party_sees_what_it_leads_or_helps_with(office: Office) -> None:
    lead, helper, street = office.parties
    await office.dispatched(content="主办")
    await office.filed(content="街道的", lead_party_id=street)
    await office.filed(content="没派的")
    assert await contents(office, party_id=lead) == ["主办"]
    assert await contents(office, party_id=helper) == ["主办"]
    assert await contents(office, party_id=street) == ["街道的"]


async def test_what_is_due_first_stands_first_and_what_has_no_date_last(office: Office) -> None:
    await office.filed(content="没派的")
    first = await office.dispatched(content="先派的")
    office.clock.forward(timedelta(hours=1))
    await office.dispatched(content="后派的")
    assert await contents(office) == ["先派的", "后派的", "没派的"]
    until = office.clock() + timedelta(days=20)
    await office.done(first, (deeds.Extend(reason="配件", until=until), WANG))
    assert await contents(office) == ["后派的", "先派的", "没派的"]


async def test_overdue_is_what_should_be_solved_and_is_not(office: Office) -> None:
    done = await office.dispatched(content="办结的")
    await office.done(done, (deeds.Start(), WANG), (deeds.Answer(answer="好了"), WANG))
    rests = await office.dispatched(content="挂起的")
    wait = deeds.Suspend(reason="等", until=office.clock() + timedelta(days=30))
    await office.done(rests, (deeds.Start(), WANG), (wait, WANG))
    await office.dispatched(content="过期的")
    await office.filed(content="没派的")
    assert await contents(office, overdue=True) == []
    office.clock.forward(timedelta(days=6))
    assert await contents(office, overdue=True) == ["过期的"]
    assert sorted(await contents(office, overdue=False)) == ["办结的", "挂起的", "没派的"]


async def test_filters_narrow_each_other(office: Office) -> None:
    here = {"community_id": office.community_id}
    await office.filed(content="电梯坏了", category="电梯", urgency=Urgency.URGENT, **here)
    await office.filed(content="电梯慢", category="电梯", kind=AppealKind.COMPLAINT, **here)
    await office.filed(content="路灯不亮", category="路灯", kind=AppealKind.COMPLAINT)
    assert await contents(office, **here) == ["电梯坏了", "电梯慢"]
    assert await contents(office, **here, kind="complaint") == ["电梯慢"]
    assert await contents(office, category="路灯", kind="complaint") == ["路灯不亮"]
    assert await contents(office, urgency="urgent") == ["电梯坏了"]
    assert await contents(office, grid_id=404) == []


async def test_what_was_returned_three_times_waits_for_the_secretary(office: Office) -> None:
    appeal = await office.dispatched(content="踢皮球")
    await office.dispatched(content="别的")
    back = deeds.Return(reason="不归我们管", evidence="产权图")
    for _ in range(2):
        again = deeds.Dispatch(party_id=office.parties[0])
        await office.done(appeal, (back, WANG), (again, WANG))
    assert await contents(office, for_secretary=True) == []
    await office.done(appeal, (back, WANG))
    assert await contents(office, for_secretary=True) == ["踢皮球"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("100%", ["物业费涨了100%"]),
        ("东门", ["物业费涨了100%"]),
        ("sq2026", ["物业费涨了100%", "涨了1001元", "充电桩坏了"]),
        ("1380013", ["充电桩坏了"]),
        ("_", []),
    ],
)
async def test_signs_are_sought_as_they_are_written(
    office: Office, text: str, found: list[str]
) -> None:
    await office.filed(content="物业费涨了100%", place_text="东门")
    await office.filed(content="涨了1001元")
    await office.filed(content="充电桩坏了", phone="13800138000")
    assert await contents(office, text=text) == found


async def test_counts_tell_what_each_status_would_find(office: Office) -> None:
    filed = [await office.filed(content=f"漏水{number}") for number in range(5)]
    await office.filed(content="路灯不亮")
    await office.done(filed[0], (deeds.Withdraw(), RESIDENT))
    page = await office.appeals.worklist(Filters(text="漏水", statuses=OPEN), limit=1)
    assert (page.total, page.counts) == (4, {S.RECEIVED: 4, S.WITHDRAWN: 1})
    assert (await office.appeals.worklist()).total == 6


@pytest.mark.parametrize("order", list(Order))
async def test_pages_do_not_overlap(office: Office, order: Order) -> None:
    for number in range(5):
        await office.filed(content=f"漏水{number}", lead_party_id=office.parties[number % 2])
    seen: list[str] = []
    for offset in (0, 2, 4):
        page = await office.appeals.worklist(order=order, limit=2, offset=offset)
        seen += [appeal.content for appeal in page.items]
    wanted = [f"漏水{number}" for number in range(5)]
    assert seen == (wanted if order is Order.DUE else wanted[::-1])


async def test_going_on_behind_an_appeal_misses_and_repeats_none(office: Office) -> None:
    for number in range(3):
        await office.dispatched(content=f"同时{number}")
    office.clock.forward(timedelta(hours=1))
    await office.dispatched(content="后来")
    for number in range(2):
        await office.filed(content=f"没派{number}")
    seen: list[str] = []
    behind: Cursor | None = None
    while page := (await office.appeals.worklist(limit=2, behind=behind)).items:
        seen += [appeal.content for appeal in page]
        behind = Cursor.behind(page[-1])
    assert seen == ["同时0", "同时1", "同时2", "后来", "没派0", "没派1"]
