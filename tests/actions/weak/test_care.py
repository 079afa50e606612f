"""The weak come first when an appeal is filed, by whichever way."""

from actions.appeals.appeal import Filing, NeedLevel, Urgency, Weakness
from tests.actions.conftest import ActionServer


async def test_an_appeal_of_the_weak_is_raised_and_says_why(server: ActionServer) -> None:
    appeal = await server.filed("楼上独居老人家里断电了")
    assert appeal.weak == [Weakness.ELDERLY_ALONE]
    assert (appeal.urgency, appeal.need) == (Urgency.RAISED, NeedLevel.MATERIAL)
    notes = [event.note for event in await server.appeals.history(appeal.id)]
    assert any("独居老人优先：话里说到“独居老”" in note for note in notes), notes


async def test_without_a_place_the_first_event_says_why(server: ActionServer) -> None:
    filing = Filing(resident_id=1, channel="web", content="残疾人出不了门", category="其他")
    appeal = await server.appeals.file(filing)
    first = (await server.appeals.history(appeal.id))[0]
    assert "残疾人优先" in first.note


async def test_an_ordinary_appeal_stays_as_it_is(server: ActionServer) -> None:
    appeal = await server.filed("电梯坏了")
    assert (appeal.weak, appeal.urgency, appeal.on_behalf) == ([], Urgency.NORMAL, {})


async def test_danger_is_never_lowered(server: ActionServer) -> None:
    appeal = await server.filed("电梯困人了，里面是独居老人")
    assert appeal.urgency is Urgency.URGENT and appeal.weak == [Weakness.ELDERLY_ALONE]


async def test_for_whom_it_is_filed_is_kept(server: ActionServer) -> None:
    appeal = await server.filed("帮楼上张奶奶报一下，电梯坏了")
    assert appeal.on_behalf == {"relation": "邻居", "name": "张奶奶"}


async def test_a_quarrel_is_confidential(server: ActionServer) -> None:
    assert (await server.filed("邻居堵门", category="邻里纠纷")).confidential
    assert not (await server.filed("电梯坏了")).confidential
