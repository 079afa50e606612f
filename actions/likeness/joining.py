"""我家也是: another household joins an appeal, hears of it, and says whether it is solved for them."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select, update

from actions.appeals.appeal import Appeal
from actions.appeals.casework import Casework
from actions.appeals.deeds import Add, Join
from actions.appeals.life import Actor, By, UnknownAppeal
from actions.appeals.record import Record
from actions.appeals.tables import AppealFollowerRow, AppealRow
from knowledge.storage.database import Database

# The kind of the event that keeps what a household said (各户说解决没有).
SAID = "household_said"


@dataclass(frozen=True)
class Household:
    """Who joins, from where, in their own words and with their photos."""

    resident_id: int
    conversation_id: int | None = None
    place_text: str = ""
    note: str = ""
    photos: tuple[int, ...] = ()


@dataclass(frozen=True)
class Joined:
    """The appeal after a household joined, and how many households tell of it now."""

    appeal: Appeal
    households: int


class Follower(BaseModel):
    """A household that joined, as stored; `solved` is None until they say so."""

    appeal_id: int
    resident_id: int
    conversation_id: int | None
    joined_at: datetime
    place_text: str
    solved: bool | None
    satisfaction: int | None
    note: str


class Joining:
    """Lets households join, and keeps what each of them says."""

    def __init__(self, database: Database, casework: Casework, record: Record) -> None:
        self._database = database
        self._casework = casework
        self._record = record

    async def join(self, appeal_id: int, household: Household) -> Joined:
        """Join once, however often it is asked for.

        Raises an `AppealError` where the appeal is not open any more or is the resident's own.
        """
        resident = Actor(By.RESIDENT, "resident", resident_id=household.resident_id)
        join = Join(
            resident_id=household.resident_id,
            conversation_id=household.conversation_id,
            place_text=household.place_text[:200],
            note=household.note[:2000],
        )
        async with self._database.write() as session:
            before = await self._casework.act_within(session, appeal_id, join, resident)
            appeal = before
            new = [photo for photo in household.photos if photo not in before.photos]
            if new:
                # Anybody's photo of the problem helps who solves it.
                add = Add(note=join.note, photos=new[:20])
                someone = Actor(By.RESIDENT, "resident")
                appeal = await self._casework.act_within(session, appeal_id, add, someone)
        return Joined(appeal, 1 + appeal.followers)

    async def say(
        self,
        appeal_id: int,
        resident_id: int,
        solved: bool,
        satisfaction: int | None = None,
        note: str = "",
    ) -> Follower:
        """Keep whether it is solved for one household; the appeal itself stays as it is.

        Raises `UnknownAppeal` where they never joined.
        """
        if satisfaction is not None and not 1 <= satisfaction <= 5:
            raise ValueError("satisfaction is 1 to 5")
        async with self._database.write() as session:
            appeal = await self._record.locked(session, appeal_id)
            theirs = (
                AppealFollowerRow.appeal_id == appeal_id,
                AppealFollowerRow.resident_id == resident_id,
            )
            row = await session.scalar(select(AppealFollowerRow).where(*theirs))
            if row is None:
                raise UnknownAppeal
            await session.execute(
                update(AppealFollowerRow)
                .where(*theirs)
                .values(solved=solved, satisfaction=satisfaction)
            )
            told = {"solved": solved, "satisfaction": satisfaction, "resident_id": resident_id}
            await self._record.write(
                session,
                appeal,
                kind=SAID,
                actor="resident",
                to=appeal.status,
                columns={},
                note=note,
                details={"by": By.RESIDENT.value, **told},
            )
            await session.refresh(row)
            return Follower.model_validate(row, from_attributes=True)

    async def followers(self, appeal_id: int) -> list[Follower]:
        """Who joined, in the order of joining."""
        query = (
            select(AppealFollowerRow)
            .where(AppealFollowerRow.appeal_id == appeal_id)
            .order_by(AppealFollowerRow.joined_at, AppealFollowerRow.id)
        )
        async with self._database.read() as session:
            rows = await session.scalars(query)
            return [Follower.model_validate(row, from_attributes=True) for row in rows]

    async def joined_by(self, resident_id: int, limit: int = 10) -> list[Follower]:
        """What a resident joined, the newest first."""
        query = (
            select(AppealFollowerRow)
            .where(AppealFollowerRow.resident_id == resident_id)
            .order_by(AppealFollowerRow.joined_at.desc(), AppealFollowerRow.id.desc())
            .limit(limit)
        )
        async with self._database.read() as session:
            rows = await session.scalars(query)
            return [Follower.model_validate(row, from_attributes=True) for row in rows]

    async def everyone(self, appeal_id: int) -> list[tuple[int, int | None]]:
        """(resident, conversation) of all who hear of an appeal, each once: one update for all."""
        owner = select(AppealRow.resident_id, AppealRow.conversation_id).where(
            AppealRow.id == appeal_id
        )
        async with self._database.read() as session:
            filed = (await session.execute(owner)).one_or_none()
        if filed is None:
            raise UnknownAppeal
        heard = {filed.resident_id: filed.conversation_id}
        for each in await self.followers(appeal_id):
            heard.setdefault(each.resident_id, each.conversation_id)
        return list(heard.items())
