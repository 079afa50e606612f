"""Volunteers in SQL (能人): who offers help, with which skills, when and where."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from actions.volunteers import records
from actions.volunteers.tables import VolunteerMatchRow, VolunteerRow
from actions.volunteers.volunteer import MatchStatus, Offer, UnknownVolunteer, Volunteer
from knowledge.storage.database import Database

_PENDING = (MatchStatus.PROPOSED, MatchStatus.ACCEPTED)


class Volunteers:
    """Enrols and finds volunteers, for chat, office and API alike."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def sign_up(self, resident_id: int, offer: Offer) -> Volunteer:
        """Enrol a resident; who did so before adds to what they offered, and is active again."""
        async with self._database.write() as session:
            row = await session.scalar(
                select(VolunteerRow).where(VolunteerRow.resident_id == resident_id)
            )
            if row is None:
                row = VolunteerRow(
                    resident_id=resident_id, skills=[], times=[], created_at=self._clock()
                )
                session.add(row)
            row.name, row.phone = offer.name or row.name or "", offer.phone or row.phone or ""
            row.skills = list(dict.fromkeys([*row.skills, *offer.skills]))
            row.times = list(dict.fromkeys([*row.times, *offer.times]))
            row.community_id = offer.community_id or row.community_id
            row.note, row.active = offer.note or row.note or "", True
            await session.flush()
            return await records.volunteer(session, row.id)

    async def of_resident(self, resident_id: int) -> Volunteer | None:
        """The resident as a volunteer, also one who stopped."""
        async with self._database.read() as session:
            found = await records.volunteers(
                session, select(VolunteerRow.id).where(VolunteerRow.resident_id == resident_id)
            )
        return found[0] if found else None

    async def list(
        self, skill: str = "", community_id: int | None = None, *, active: bool = True
    ) -> Sequence[Volunteer]:
        """Volunteers with a skill (part of its name will do) in a community, the newest first."""
        ids = select(VolunteerRow.id).where(VolunteerRow.active == active)
        if community_id is not None:
            ids = ids.where(VolunteerRow.community_id == community_id)
        async with self._database.read() as session:
            found = await records.volunteers(session, ids)
        return [each for each in found if not skill or any(skill in own for own in each.skills)]

    async def withdraw(self, volunteer_id: int) -> Volunteer:
        """Nobody asks them any more; what they were asked for goes to others.

        Raises `UnknownVolunteer`.
        """
        async with self._database.write() as session:
            row = await session.get(VolunteerRow, volunteer_id, with_for_update=True)
            if row is None:
                raise UnknownVolunteer("没有找到这位志愿者。")
            row.active = False
            pending = await session.scalars(
                select(VolunteerMatchRow).where(
                    VolunteerMatchRow.volunteer_id == volunteer_id,
                    VolunteerMatchRow.status.in_(_PENDING),
                )
            )
            for match in pending.all():
                match.status = MatchStatus.DECLINED
                await records.follow(session, match.request_id)
            await session.flush()
            return await records.volunteer(session, volunteer_id)
