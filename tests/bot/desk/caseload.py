"""A caseload for the appeals side of the desk: two communities, households, and what happened."""

from datetime import datetime, timedelta
from typing import Any

from actions.appeals import deeds
from actions.appeals.appeal import Appeal, Filing
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from knowledge.places.loader import load_places
from knowledge.settings import PROJECT_ROOT
from tests.bot.desk.world import World

STARTER_PLACES = PROJECT_ROOT / "knowledge" / "content" / "places"
ESTATE, OLD_ESTATE = "江城雅苑", "青山里"
LI = Actor(By.STAFF, "李强（li）")
SECRETARY = Actor(By.SECRETARY, "周书记（zhou）")


class Shifting:
    """The clock of the wall, set back for what happened before."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


async def places(world: World) -> None:
    """The two demo communities that the product ships with."""
    await world.cases.places.load(load_places(STARTER_PLACES))


async def an_appeal(
    world: World, who: str, content: str, place: str = "", *, category: str = "其他", **facts: Any
) -> Appeal:
    """A resident tells of something; the rules in force decide who gets it."""
    written = await world.says(who, content)
    filing = Filing(
        resident_id=written.resident_id,
        conversation_id=written.conversation_id,
        channel="web",
        content=content,
        category=category,
        place_text=place,
        **facts,
    )
    return await world.appeals.file(await world.services.dispatch.complete(filing))


async def done(world: World, appeal: Appeal, *steps: tuple[Deed, Actor]) -> Appeal:
    """One deed after the other."""
    for deed, actor in steps:
        appeal = await world.services.casework.act(appeal.id, deed, actor)
    return appeal


async def lead_of(world: World, appeal: Appeal) -> Actor:
    """A repairman of whoever leads the appeal."""
    return Actor(By.PARTY, f"{appeal.lead_party} 张师傅", party_id=appeal.lead_party_id)


async def returned(world: World, appeal: Appeal, times: int) -> Appeal:
    """Sent back that often, and dispatched again in between."""
    lead = appeal.lead_party_id
    assert lead is not None
    for number in range(times):
        party = await lead_of(world, appeal)
        back = deeds.Return(reason=f"不归我们管，第{number + 1}次", evidence="物业合同第三条")
        appeal = await done(world, appeal, (back, party))
        if number < times - 1:
            again = deeds.Dispatch(party_id=lead)
            appeal = await done(world, appeal, (again, LI))
    return appeal
