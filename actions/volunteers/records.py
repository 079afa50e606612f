"""Rows of volunteers and requests, read within a session that the caller opened."""

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.tables import AppealRow
from actions.volunteers.tables import HelpRequestRow, VolunteerMatchRow, VolunteerRow
from actions.volunteers.volunteer import (
    HelpRequest,
    Match,
    MatchStatus,
    RequestStatus,
    UnknownVolunteer,
    Volunteer,
)
from knowledge.places.tables import CommunityRow

LIVE = (RequestStatus.OPEN, RequestStatus.MATCHED)


async def volunteer(session: AsyncSession, volunteer_id: int) -> Volunteer:
    """One that exists."""
    query = select(VolunteerRow.id).where(VolunteerRow.id == volunteer_id)
    return (await volunteers(session, query))[0]


async def volunteers(session: AsyncSession, ids: Select[int]) -> list[Volunteer]:
    """Those of a query of ids, the newest first."""
    helped = (
        select(func.count())
        .where(
            VolunteerMatchRow.volunteer_id == VolunteerRow.id,
            VolunteerMatchRow.status == MatchStatus.DONE,
        )
        .correlate(VolunteerRow)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(VolunteerRow, CommunityRow.name, helped)
        .outerjoin(CommunityRow, CommunityRow.id == VolunteerRow.community_id)
        .where(VolunteerRow.id.in_(ids))
        .order_by(VolunteerRow.id.desc())
    )
    columns = Volunteer.model_fields.keys() - {"community", "helped"}
    return [
        Volunteer(
            **{name: getattr(row, name) for name in columns}, community=name or "", helped=times
        )
        for row, name, times in rows
    ]


async def request_of(session: AsyncSession, request_id: int) -> HelpRequest:
    """Raises `UnknownVolunteer`."""
    found = await requests(
        session, select(HelpRequestRow.id).where(HelpRequestRow.id == request_id)
    )
    if not found:
        raise UnknownVolunteer("没有找到这件求助。")
    return found[0]


async def requests(session: AsyncSession, ids: Select[int], limit: int = 1) -> list[HelpRequest]:
    """Those of a query of ids with whoever was asked, the newest first."""
    rows = (
        await session.execute(
            select(HelpRequestRow, CommunityRow.name, AppealRow.number)
            .outerjoin(CommunityRow, CommunityRow.id == HelpRequestRow.community_id)
            .outerjoin(AppealRow, AppealRow.id == HelpRequestRow.appeal_id)
            .where(HelpRequestRow.id.in_(ids))
            .order_by(HelpRequestRow.id.desc())
            .limit(limit)
        )
    ).all()
    shown = [row.id for row, _, _ in rows]
    matches = (
        await session.scalars(
            select(VolunteerMatchRow)
            .where(VolunteerMatchRow.request_id.in_(shown))
            .order_by(VolunteerMatchRow.id)
        )
    ).all()
    people = {
        each.id: each
        for each in await volunteers(
            session,
            select(VolunteerMatchRow.volunteer_id).where(VolunteerMatchRow.request_id.in_(shown)),
        )
    }
    columns = HelpRequest.model_fields.keys() - {"community", "appeal_number", "matches"}
    return [
        HelpRequest(
            **{name: getattr(row, name) for name in columns},
            community=community or "",
            appeal_number=number or "",
            matches=[
                Match(
                    id=match.id,
                    request_id=match.request_id,
                    volunteer=people[match.volunteer_id],
                    status=MatchStatus(match.status),
                    thanks=match.thanks,
                    thanked_at=match.thanked_at,
                )
                for match in matches
                if match.request_id == row.id
            ],
        )
        for row, community, number in rows
    ]


async def locked(session: AsyncSession, request_id: int) -> HelpRequestRow:
    """The row, until the session ends ours alone to change; raises `UnknownVolunteer`."""
    row = await session.get(HelpRequestRow, request_id, with_for_update=True)
    if row is None:
        raise UnknownVolunteer("没有找到这件求助。")
    return row


async def match_of(
    session: AsyncSession, match_id: int
) -> tuple[VolunteerMatchRow, HelpRequestRow]:
    """A match with its request, locked; raises `UnknownVolunteer`."""
    match = await session.get(VolunteerMatchRow, match_id)
    if match is None:
        raise UnknownVolunteer("没有找到这次邀请。")
    request = await locked(session, match.request_id)
    await session.refresh(match)
    return match, request


async def follow(session: AsyncSession, request_id: int) -> None:
    """Bring a request's status in line after a step of one of its matches."""
    row = await locked(session, request_id)
    if row.status not in LIVE:
        return
    statuses = set(
        await session.scalars(
            select(VolunteerMatchRow.status).where(VolunteerMatchRow.request_id == request_id)
        )
    )
    if MatchStatus.DONE in statuses:
        row.status = RequestStatus.DONE
    elif MatchStatus.ACCEPTED in statuses:
        row.status = RequestStatus.MATCHED
    else:
        row.status = RequestStatus.OPEN
    await session.flush()
