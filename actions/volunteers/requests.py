"""Requests for a volunteer's help in SQL (求助与牵线): who was asked, who came, who was thanked."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.tables import AppealRow
from actions.volunteers import records
from actions.volunteers.reading import offers, overlap
from actions.volunteers.tables import HelpRequestRow, VolunteerMatchRow, VolunteerRow
from actions.volunteers.volunteer import (
    MATCH_STEPS,
    HelpRequest,
    HelpWanted,
    MatchStatus,
    Proposal,
    RequestStatus,
    UnknownVolunteer,
    Volunteer,
    WrongStep,
)
from knowledge.places.tables import CommunityRow
from knowledge.storage.database import Database

_STEP_WORDS = {
    MatchStatus.PROPOSED: "邀请",
    MatchStatus.ACCEPTED: "记为答应",
    MatchStatus.DECLINED: "记为去不了",
    MatchStatus.DONE: "记为帮好",
}


class HelpRequests:
    """Staff's side: ask for help, find who fits, note what became of it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, wanted: HelpWanted, by: str) -> HelpRequest:
        """Write down what help is wanted; an appeal gives its community where none is named.

        Raises `UnknownVolunteer` where the appeal or the community does not exist.
        """
        async with self._database.write() as session:
            community_id = wanted.community_id
            if wanted.appeal_id is not None:
                appeal = await session.get(AppealRow, wanted.appeal_id)
                if appeal is None:
                    raise UnknownVolunteer("没有找到这条诉求。")
                community_id = community_id or appeal.community_id
            if community_id is not None and await session.get(CommunityRow, community_id) is None:
                raise UnknownVolunteer("没有找到这个小区。")
            row = HelpRequestRow(
                **wanted.model_dump(exclude={"community_id"}),
                community_id=community_id,
                status=RequestStatus.OPEN,
                created_by=by,
                created_at=self._clock(),
            )
            session.add(row)
            await session.flush()
            return await records.request_of(session, row.id)

    async def list(self, *, live: bool = True, limit: int = 100) -> Sequence[HelpRequest]:
        """Requests that still want somebody, or all of them; the newest first."""
        ids = select(HelpRequestRow.id)
        if live:
            ids = ids.where(HelpRequestRow.status.in_(records.LIVE))
        async with self._database.read() as session:
            return await records.requests(session, ids, limit)

    async def get(self, request_id: int) -> HelpRequest:
        """Raises `UnknownVolunteer`."""
        async with self._database.read() as session:
            return await records.request_of(session, request_id)

    async def cancel(self, request_id: int) -> HelpRequest:
        """It is not needed any more. Raises `UnknownVolunteer` and `WrongStep`."""
        async with self._database.write() as session:
            row = await records.locked(session, request_id)
            if row.status == RequestStatus.DONE:
                raise WrongStep("这件事已经帮好了，不用取消。")
            row.status = RequestStatus.CANCELLED
            await session.flush()
            return await records.request_of(session, request_id)

    async def proposals(self, request_id: int, limit: int = 5) -> Sequence[Proposal]:
        """Active volunteers with the skill whom nobody asked yet; neighbours with time come first.

        Who has no time then is left out. Raises `UnknownVolunteer`.
        """
        request = await self.get(request_id)
        asked = {match.volunteer.id for match in request.matches}
        wanted = offers().times(request.wanted_at)
        able = [
            Proposal(
                volunteer=each,
                same_community=each.community_id is not None
                and each.community_id == request.community_id,
                has_time=overlap(each.times, wanted),
            )
            for each in await self._active()
            if request.skill in each.skills and each.id not in asked
        ]
        fit = [each for each in able if each.has_time is not False]
        # Among equals the work is shared: who helped least comes first.
        fit.sort(
            key=lambda each: (
                not each.same_community,
                each.has_time is None,
                each.volunteer.helped,
                each.volunteer.id,
            )
        )
        return fit[:limit]

    async def propose(self, request_id: int, volunteer_id: int) -> HelpRequest:
        """Ask a volunteer; asking twice changes nothing. Raises `UnknownVolunteer`, `WrongStep`."""
        async with self._database.write() as session:
            row = await records.locked(session, request_id)
            if row.status not in records.LIVE:
                raise WrongStep("这件事已经结束，不能再邀请人。")
            volunteer = await session.get(VolunteerRow, volunteer_id)
            if volunteer is None:
                raise UnknownVolunteer("没有找到这位志愿者。")
            if not volunteer.active:
                raise WrongStep("这位志愿者已经停止服务。")
            known = await session.scalar(
                select(VolunteerMatchRow.id).where(
                    VolunteerMatchRow.request_id == request_id,
                    VolunteerMatchRow.volunteer_id == volunteer_id,
                )
            )
            if known is None:
                session.add(
                    VolunteerMatchRow(
                        request_id=request_id,
                        volunteer_id=volunteer_id,
                        status=MatchStatus.PROPOSED,
                        created_at=self._clock(),
                    )
                )
                await session.flush()
            return await records.request_of(session, request_id)

    async def step(self, match_id: int, to: MatchStatus) -> HelpRequest:
        """Note what became of it; the same step again changes nothing.

        Raises `UnknownVolunteer` and `WrongStep`.
        """
        async with self._database.write() as session:
            match, request = await records.match_of(session, match_id)
            status = MatchStatus(match.status)
            if status is to:
                return await records.request_of(session, request.id)
            if status not in MATCH_STEPS[to] or request.status not in records.LIVE:
                raise WrongStep(f"现在不能{_STEP_WORDS[to]}，请刷新后再看。")
            match.status = to
            await session.flush()
            await records.follow(session, request.id)
            return await records.request_of(session, request.id)

    async def thank_within(self, session: AsyncSession, match_id: int, words: str) -> Volunteer:
        """Keep thanks for help that was given, in the caller's writing session; returns whom.

        Raises `UnknownVolunteer`, and `WrongStep` before the help or where thanks were said.
        """
        match, _ = await records.match_of(session, match_id)
        if match.status != MatchStatus.DONE:
            raise WrongStep("帮好以后才能致谢。")
        if match.thanked_at is not None:
            raise WrongStep("已经谢过了。")
        match.thanks, match.thanked_at = words, self._clock()
        await session.flush()
        return await records.volunteer(session, match.volunteer_id)

    async def of_match_within(self, session: AsyncSession, match_id: int) -> HelpRequest:
        """The request of a match, in the caller's session; raises `UnknownVolunteer`."""
        _, request = await records.match_of(session, match_id)
        return await records.request_of(session, request.id)

    async def _active(self) -> Sequence[Volunteer]:
        async with self._database.read() as session:
            return await records.volunteers(
                session, select(VolunteerRow.id).where(VolunteerRow.active)
            )
