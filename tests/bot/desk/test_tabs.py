"""The tabs of the list: each appeal stands where a clerk looks for it, and the counts agree."""

from datetime import timedelta

from actions.appeals import deeds
from actions.appeals.worklist import Filters
from bot.desk.tabs import NEAR, TAB_WORDS, Listing, Tab, listing
from tests.bot.desk import caseload
from tests.bot.desk.caseload import ESTATE, LI, OLD_ESTATE, SECRETARY
from tests.bot.desk.world import World
from tests.databases import Clock


async def shown(world: World, tab: Tab, narrowed: Filters | None = None) -> Listing:
    return await listing(
        world.appeals, tab, narrowed or Filters(), world.clock(), limit=20, offset=0
    )


async def contents(world: World, tab: Tab) -> list[str]:
    return [appeal.content for appeal in (await shown(world, tab)).items]


async def test_each_tab_shows_its_own_and_every_tab_counts_the_same(
    world: World, clock: Clock
) -> None:
    await caseload.places(world)
    await caseload.an_appeal(world, "a", "没派的", "老地方")
    lift = await caseload.an_appeal(world, "b", "在办的", f"{ESTATE}3号楼", category="电梯")
    answered = await caseload.an_appeal(world, "c", "办结的", f"{ESTATE}3号楼", category="漏水")
    steps = (deeds.Start(), LI), (deeds.Answer(answer="好了"), LI)
    await caseload.done(world, answered, *steps)
    gone = await caseload.an_appeal(world, "d", "撤回的", f"{OLD_ESTATE}5栋")
    await caseload.done(world, gone, (deeds.Withdraw(), LI))
    back = await caseload.an_appeal(world, "e", "退回的", f"{ESTATE}8号楼", category="物业服务")
    await caseload.returned(world, back, 3)
    assert await contents(world, Tab.TO_DISPATCH) == ["退回的", "没派的"]
    assert await contents(world, Tab.IN_HAND) == ["在办的"]
    assert await contents(world, Tab.TO_CALL_BACK) == ["办结的"]
    assert await contents(world, Tab.TO_CLOSE) == ["撤回的"]
    assert await contents(world, Tab.SECRETARY) == ["退回的"]
    assert await contents(world, Tab.DUE) == []
    assert (await contents(world, Tab.ALL))[0] == "退回的"
    counts = {
        Tab.TO_DISPATCH: 2,
        Tab.IN_HAND: 1,
        Tab.DUE: 0,
        Tab.TO_CALL_BACK: 1,
        Tab.TO_CLOSE: 1,
        Tab.SECRETARY: 1,
        Tab.ALL: 5,
    }
    assert set(TAB_WORDS) == set(counts)
    for tab in Tab:
        found = await shown(world, tab)
        assert (found.counts, found.total) == (counts, counts[tab])

    # What nears its due date comes up a day before, and stays when it is over it.
    assert lift.due_at is not None
    clock.forward(lift.due_at - clock() - NEAR + timedelta(minutes=1))
    assert "在办的" in await contents(world, Tab.DUE)
    clock.forward(timedelta(days=30))
    assert set(await contents(world, Tab.DUE)) == {"在办的", "退回的"}


async def test_a_supervised_or_escalated_appeal_is_the_secretarys_while_it_is_open(
    world: World,
) -> None:
    one = await caseload.an_appeal(world, "a", "督办的")
    two = await caseload.an_appeal(world, "b", "升级的")
    await caseload.an_appeal(world, "c", "平常的")
    await caseload.done(world, one, (deeds.Supervise(level=1), SECRETARY))
    await caseload.done(world, two, (deeds.Escalate(level=2, reason="久拖"), SECRETARY))
    assert sorted(await contents(world, Tab.SECRETARY)) == ["升级的", "督办的"]
    await caseload.done(world, one, (deeds.Withdraw(), LI))
    assert await contents(world, Tab.SECRETARY) == ["升级的"]


async def test_filters_narrow_the_tab_and_all_counts(world: World) -> None:
    await caseload.places(world)
    here = await caseload.an_appeal(world, "a", "电梯坏了", f"{ESTATE}3号楼", category="电梯")
    await caseload.an_appeal(world, "b", "电梯慢", f"{OLD_ESTATE}5栋", category="电梯")
    narrowed = Filters(community_id=here.community_id, category="电梯")
    found = await shown(world, Tab.SECRETARY, narrowed)
    assert (found.items, found.counts[Tab.IN_HAND], found.counts[Tab.ALL]) == ([], 1, 1)
    found = await shown(world, Tab.IN_HAND, narrowed)
    assert [appeal.id for appeal in found.items] == [here.id]
