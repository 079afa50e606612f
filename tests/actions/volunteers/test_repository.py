"""Volunteers and requests on a real database."""

from dataclasses import dataclass

import pytest

from actions.appeals.appeal import Filing
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.volunteers.repository import Volunteers
from actions.volunteers.requests import HelpRequests
from actions.volunteers.volunteer import (
    HelpRequest,
    HelpWanted,
    MatchStatus,
    Offer,
    RequestStatus,
    UnknownVolunteer,
    Volunteer,
    WrongStep,
)
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.actions.conftest import ZONE
from tests.databases import Clock


@dataclass(frozen=True, slots=True)
class Help:
    volunteers: Volunteers
    requests: HelpRequests
    appeals: Appeals
    database: Database
    here: int
    there: int

    async def offers(self, resident_id: int, *times: str, at: int | None = None) -> Volunteer:
        offer = Offer(skills=["理发"], times=list(times), community_id=at)
        return await self.volunteers.sign_up(resident_id, offer)

    async def wanted(self, **more: object) -> HelpRequest:
        fields = {"skill": "理发", "text": "上门理发", "wanted_at": "周六上午", **more}
        return await self.requests.ask(HelpWanted.model_validate(fields), "王芳")

    async def asked(self, volunteer: Volunteer) -> tuple[HelpRequest, int]:
        request = await self.wanted()
        request = await self.requests.propose(request.id, volunteer.id)
        return request, request.matches[0].id


@pytest.fixture
async def helping(database: Database, clock: Clock) -> Help:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    here, there = (each.id for each in (await places.communities())[:2])
    appeals = Appeals(database, clock, ZONE, WorkingDeadlines(ZONE))
    return Help(
        Volunteers(database, clock), HelpRequests(database, clock), appeals, database, here, there
    )


async def test_signing_up_twice_updates(helping: Help) -> None:
    first = Offer(name="李芳", phone="13900000000", skills=["理发"], times=["周末"])
    await helping.volunteers.sign_up(1, first)
    again = await helping.volunteers.sign_up(1, Offer(skills=["送餐"], community_id=helping.here))
    assert (again.name, again.phone, again.skills) == ("李芳", "13900000000", ["理发", "送餐"])
    assert (again.times, again.community_id) == (["周末"], helping.here)
    assert len(await helping.volunteers.list()) == 1


async def test_volunteers_are_found_by_skill_and_community(helping: Help) -> None:
    near = await helping.offers(1, at=helping.here)
    await helping.offers(2, at=helping.there)
    await helping.volunteers.sign_up(3, Offer(skills=["送餐"], community_id=helping.here))
    found = await helping.volunteers.list("理", helping.here)
    assert [each.id for each in found] == [near.id]
    assert len(await helping.volunteers.list()) == 3


async def test_neighbours_with_time_are_proposed_first(helping: Help) -> None:
    far = await helping.offers(1, "周末", at=helping.there)
    unsaid = await helping.offers(2, at=helping.here)
    best = await helping.offers(3, "周六", at=helping.here)
    await helping.offers(4, "工作日", at=helping.here)
    request = await helping.wanted(community_id=helping.here)
    found = await helping.requests.proposals(request.id)
    assert [each.volunteer.id for each in found] == [best.id, unsaid.id, far.id]
    assert [(each.same_community, each.has_time) for each in found] == [
        (True, True),
        (True, None),
        (False, True),
    ]
    await helping.requests.propose(request.id, best.id)
    assert best.id not in {
        each.volunteer.id for each in await helping.requests.proposals(request.id)
    }


async def test_a_request_from_an_appeal_has_its_community(helping: Help) -> None:
    filing = Filing(
        resident_id=9, channel="web", content="想理发", category="其他", community_id=helping.there
    )
    appeal = await helping.appeals.file(filing)
    request = await helping.wanted(appeal_id=appeal.id)
    assert (request.appeal_number, request.community_id) == (appeal.number, helping.there)


async def test_each_step_changes_the_request(helping: Help) -> None:
    _, match = await helping.asked(await helping.offers(1))
    for to, status in (
        (MatchStatus.ACCEPTED, RequestStatus.MATCHED),
        (MatchStatus.DECLINED, RequestStatus.OPEN),
        (MatchStatus.ACCEPTED, RequestStatus.MATCHED),
        (MatchStatus.ACCEPTED, RequestStatus.MATCHED),
        (MatchStatus.DONE, RequestStatus.DONE),
    ):
        assert (await helping.requests.step(match, to)).status is status
    with pytest.raises(WrongStep):
        await helping.requests.step(match, MatchStatus.ACCEPTED)
    assert await helping.requests.list() == []
    assert len(await helping.requests.list(live=False)) == 1
    helped = await helping.volunteers.of_resident(1)
    assert helped is not None and helped.helped == 1


async def test_nothing_is_done_before_somebody_agreed(helping: Help) -> None:
    _, match = await helping.asked(await helping.offers(1))
    with pytest.raises(WrongStep, match="现在不能记为帮好"):
        await helping.requests.step(match, MatchStatus.DONE)


async def test_who_is_withdrawn_is_asked_no_more(helping: Help) -> None:
    volunteer = await helping.offers(1)
    request, match = await helping.asked(volunteer)
    await helping.requests.step(match, MatchStatus.ACCEPTED)
    await helping.volunteers.withdraw(volunteer.id)
    request = await helping.requests.get(request.id)
    assert (request.status, request.matches[0].status) == (
        RequestStatus.OPEN,
        MatchStatus.DECLINED,
    )
    other = await helping.wanted()
    assert await helping.requests.proposals(other.id) == []
    with pytest.raises(WrongStep, match="已经停止服务"):
        await helping.requests.propose(other.id, volunteer.id)
    assert (await helping.offers(1)).active


async def test_a_cancelled_request_asks_nobody(helping: Help) -> None:
    volunteer = await helping.offers(1)
    request, match = await helping.asked(volunteer)
    await helping.requests.cancel(request.id)
    with pytest.raises(WrongStep):
        await helping.requests.step(match, MatchStatus.ACCEPTED)
    with pytest.raises(WrongStep):
        await helping.requests.propose(request.id, volunteer.id)


async def test_thanks_are_kept_once(helping: Help) -> None:
    _, match = await helping.asked(await helping.offers(1))
    await helping.requests.step(match, MatchStatus.ACCEPTED)
    await helping.requests.step(match, MatchStatus.DONE)
    async with helping.database.write() as session:
        thanked = await helping.requests.thank_within(session, match, "剪得真好")
    assert thanked.resident_id == 1
    kept = (await helping.requests.list(live=False))[0].matches[0]
    assert kept.thanks == "剪得真好" and kept.thanked_at is not None
    with pytest.raises(WrongStep, match="已经谢过"):
        async with helping.database.write() as session:
            await helping.requests.thank_within(session, match, "再谢一次")


async def test_what_nobody_knows_is_said(helping: Help) -> None:
    with pytest.raises(UnknownVolunteer):
        await helping.volunteers.withdraw(99)
    with pytest.raises(UnknownVolunteer):
        await helping.requests.get(99)
    with pytest.raises(UnknownVolunteer):
        await helping.requests.step(99, MatchStatus.DONE)
    with pytest.raises(UnknownVolunteer, match="小区"):
        await helping.wanted(community_id=999)
    request = await helping.wanted()
    with pytest.raises(UnknownVolunteer, match="志愿者"):
        await helping.requests.propose(request.id, 99)
