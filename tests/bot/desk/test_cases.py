"""One appeal at the desk: what is known, who should get it, and what a deed would do."""

from datetime import timedelta

import pytest

from actions.appeals import deeds
from actions.appeals.life import Actor, By, IllegalTransition
from bot.desk.cases import Foreseen
from bot.desk.deed_form import suggestion_words
from bot.desk.service import PHOTO_BYTES, PhotoTooBig
from bot.staff.member import Role, StaffMember
from tests.bot.desk import caseload
from tests.bot.desk.caseload import ESTATE, LI, OLD_ESTATE
from tests.bot.desk.world import World
from tests.databases import Clock

RESIDENT = Actor(By.RESIDENT, "resident")


@pytest.fixture
async def zhou(world: World) -> StaffMember:
    return await world.member("zhou", "周书记", Role.SECRETARY)


async def test_what_is_foreseen_is_what_happens(world: World, wang: StaffMember) -> None:
    await caseload.places(world)
    appeal = await caseload.an_appeal(world, "he", "路灯不亮", "老地方", category="路灯路面")
    case = await world.cases.open(appeal.id, wang)
    parties = await world.cases.parties_for(None)
    property_firm = next(key for key, name in parties.items() if name.endswith("物业服务中心"))
    deed = deeds.Dispatch(party_id=property_firm)
    seen = world.cases.foresee(case, deed, wang, {property_firm: "江城雅苑物业服务中心"})
    assert seen.said.startswith("您反映的“路灯不亮”")
    assert "已经转给江城雅苑物业服务中心处理，预计" in seen.said
    # Nothing was done by looking ahead.
    assert (await world.appeals.get(appeal.id)) == appeal
    after = (await world.services.act(appeal.id, wang, deed)).appeal
    assert after.lead_party == "江城雅苑物业服务中心"


async def test_what_would_be_refused_is_said_beforehand(
    world: World, wang: StaffMember, zhou: StaffMember, clock: Clock
) -> None:
    await caseload.places(world)
    appeal = await caseload.an_appeal(
        world, "he", "收据没给", f"{ESTATE}8号楼", category="物业服务"
    )
    lead = appeal.lead_party_id
    assert lead is not None
    again = deeds.Dispatch(party_id=lead)
    late = deeds.Extend(reason="等配件", until=clock() + timedelta(days=90))
    clock.forward(timedelta(days=60))
    case = await world.cases.open(appeal.id, wang)
    assert "期限已经过了" in world.cases.foresee(case, late, wang, {}).refused
    appeal = await caseload.returned(world, appeal, 3)
    case = await world.cases.open(appeal.id, wang)
    refused = world.cases.foresee(case, again, wang, {})
    assert refused == Foreseen(refused="这条诉求已退单 3 次，派给谁要由书记来定。")
    assert world.cases.foresee(case, again, zhou, {}).refused == ""


async def test_an_appeal_that_rests_goes_on_with_its_time(
    world: World, wang: StaffMember, clock: Clock
) -> None:
    await caseload.places(world)
    appeal = await caseload.an_appeal(world, "he", "墙裂了", f"{ESTATE}3号楼", category="电梯")
    until = clock() + timedelta(days=3)
    rests = (deeds.Start(), LI), (deeds.Suspend(reason="等材料", until=until), LI)
    await caseload.done(world, appeal, *rests)
    clock.forward(timedelta(days=2))
    case = await world.cases.open(appeal.id, wang)
    seen = world.cases.foresee(case, deeds.Resume(), wang, {})
    assert "接着办了，预计" in seen.said and seen.refused == ""


async def test_the_rules_suggest_who_and_say_why(world: World) -> None:
    await caseload.places(world)
    lift = await caseload.an_appeal(world, "he", "电梯坏了", f"{ESTATE}3号楼", category="电梯")
    said = suggestion_words(await world.cases.suggestion(lift))
    assert said.startswith("建议派给江城雅苑物业服务中心，协办：江城社区居委会。理由：")
    assert "地点是江城雅苑3号楼" in said
    lost = await caseload.an_appeal(world, "wu", "电梯坏了", "老地方", category="电梯")
    assert "没有对上已登记的小区" in suggestion_words(await world.cases.suggestion(lost))


async def test_who_may_get_it_are_the_communitys_own_or_all_where_it_is_unknown(
    world: World,
) -> None:
    await caseload.places(world)
    lift = await caseload.an_appeal(world, "he", "电梯坏了", f"{ESTATE}3号楼", category="电梯")
    own = await world.cases.parties_for(lift.community_id)
    assert "江城雅苑物业服务中心" in own.values()
    assert not any(name.startswith(OLD_ESTATE) for name in own.values())
    everybody = await world.cases.parties_for(None)
    assert f"{ESTATE} · 江城雅苑物业服务中心" in everybody.values()
    assert own.keys() < everybody.keys()


async def test_a_case_names_the_parties_of_its_history_and_what_it_is_part_of(
    world: World, wang: StaffMember
) -> None:
    await caseload.places(world)
    first = await caseload.an_appeal(world, "he", "停水了", f"{ESTATE}3号楼", category="停水停电")
    second = await caseload.an_appeal(world, "wu", "没水", f"{ESTATE}3号楼", category="停水停电")
    assert [each.appeal.id for each in await world.cases.alike(second)] == [first.id]
    await world.cases.merge(second.id, first.id, wang)
    case = await world.cases.open(second.id, wang)
    assert case.part_of == first.number
    assert await world.cases.alike(case.appeal) == []
    case = await world.cases.open(first.id, wang)
    assert case.parties[first.lead_party_id or 0] == "江城雅苑物业服务中心"
    assert [each.resident_id for each in case.followers] == [second.resident_id]
    with pytest.raises(IllegalTransition):
        gone = await caseload.done(world, first, (deeds.Withdraw(), LI))
        third = await caseload.an_appeal(world, "lu", "停水", f"{ESTATE}3号楼", category="停水停电")
        await world.cases.merge(third.id, gone.id, wang)


async def test_a_photo_that_is_too_big_is_refused(world: World) -> None:
    with pytest.raises(PhotoTooBig):
        await world.cases.save_photo(b"x" * (PHOTO_BYTES + 1))
