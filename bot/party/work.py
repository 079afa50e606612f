"""What a party's person reads and does, in their party's name (责任主体办理)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import reading
from actions.appeals.appeal import Appeal
from actions.appeals.casework import Casework
from actions.appeals.life import OPEN, Actor, AppealStatus, By, NotYourAppeal
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealRow
from actions.appeals.worklist import Filters, Order
from actions.clock.calendar import WorkingCalendar
from bot.appeals.herald import APPEALS
from bot.conversations.live import Live
from bot.conversations.media import MediaStore, UnknownMedia
from bot.conversations.tables import MediaRow, ResidentRow
from bot.party import lines, words
from bot.party.privacy import Privacy
from bot.party.tasks import Card, Glance, Task, card, task
from bot.party.wishes import Wish, deed_of
from bot.staff.guard import FOR_PARTIES
from bot.staff.member import StaffMember
from knowledge.places.tables import PartyRow
from knowledge.storage.database import Database

PAGE = 30
ENDED = frozenset(AppealStatus) - OPEN


class TaskList(BaseModel):
    """Some of a party's tasks, and how many there are."""

    items: list[Card]
    more: bool = Field(description="后面还有")
    open: int = Field(description="待办几件")
    done: int = Field(description="已办几件")
    late: int = Field(description="已超时几件")


@dataclass(frozen=True, slots=True)
class PartyWork:
    """Built once by the process; each call acts for the party of the member who asks."""

    database: Database
    appeals: Appeals
    casework: Casework
    media: MediaStore
    live: Live
    clock: Callable[[], datetime]
    calendar: WorkingCalendar

    async def party_name(self, member: StaffMember) -> str:
        async with self.database.read() as session:
            name = await session.scalar(
                select(PartyRow.name).where(PartyRow.id == _party_of(member))
            )
        return name or ""

    async def tasks(self, member: StaffMember, *, ended: bool, offset: int = 0) -> TaskList:
        """Lead and helper alike: open ones by their due date, ended ones the newest first."""
        party_id = _party_of(member)
        page = await self.appeals.worklist(
            Filters(party_id=party_id, statuses=ENDED if ended else OPEN),
            order=Order.NEWEST if ended else Order.DUE,
            limit=PAGE,
            offset=offset,
        )
        late = await self.appeals.worklist(Filters(party_id=party_id, overdue=True), limit=0)
        glance = self._glance(member)
        async with self.database.read() as session:
            names = await _names_to_hide(session, page.items)
        number = {
            is_open: sum(
                count for status, count in page.counts.items() if (status in OPEN) is is_open
            )
            for is_open in (True, False)
        }
        return TaskList(
            items=[
                card(each, glance, Privacy(each, names.get(each.resident_id, "")))
                for each in page.items
            ],
            more=offset + len(page.items) < page.total,
            open=number[True],
            done=number[False],
            late=late.total,
        )

    async def task(self, member: StaffMember, number: str) -> Task:
        """Raises `UnknownAppeal`, and `NotYourAppeal` where the party neither leads nor helps."""
        async with self.database.read() as session:
            appeal = await reading.one(session, AppealRow.number == number.upper())
            if not appeal.concerns(_party_of(member)):
                raise NotYourAppeal(words.NOT_YOURS)
            history = await reading.history(session, appeal.id)
            hidden = await _names_to_hide(session, [appeal])
            parties = await _parties(session, lines.mentioned(history))
            in_history = (photo for each in history for photo in each.details.get("photos") or ())
            keys = await _keys(session, {*appeal.photos, *in_history})
        private = Privacy(appeal, hidden.get(appeal.resident_id, ""))
        return task(appeal, history, self._glance(member), private, parties, keys)

    async def act(
        self, member: StaffMember, number: str, wish: Wish, photos: list[int]
    ) -> Task | None:
        """Do a deed; None where the task has left the party by it.

        Raises `Unsaid` and the errors of `Casework.act`; then nothing is changed.
        """
        party_id = _party_of(member)
        deed = deed_of(wish, photos, self.calendar.zone)
        appeal = await self.appeals.by_number(number)
        actor = Actor(By.PARTY, member.signature, party_id=party_id)
        changed = await self.casework.act(appeal.id, deed, actor, wish.version)
        await self.live.publish(APPEALS, "news")
        return await self.task(member, number) if changed.concerns(party_id) else None

    async def photo(self, member: StaffMember, number: str, key: str) -> tuple[Path, str]:
        """A photo that stands on the task; raises what `task` raises, and `UnknownMedia`."""
        shown = await self.task(member, number)
        keys = {*shown.photos, *(each for line in shown.lines for each in line.photos)}
        if key not in keys:
            raise UnknownMedia(key)
        return await self.media.path_of_key(key)

    def _glance(self, member: StaffMember) -> Glance:
        return Glance(_party_of(member), self.clock(), self.calendar)


def _party_of(member: StaffMember) -> int:
    if member.party_id is None:
        raise NotYourAppeal(FOR_PARTIES)
    return member.party_id


async def _names_to_hide(session: AsyncSession, appeals: Iterable[Appeal]) -> dict[int, str]:
    """What residents are called who did not agree to be known, so that no text says it."""
    wanted = {each.resident_id for each in appeals if each.anonymous or each.confidential}
    if not wanted:
        return {}
    rows = await session.execute(
        select(ResidentRow.id, ResidentRow.name).where(ResidentRow.id.in_(wanted))
    )
    return {resident_id: name or "" for resident_id, name in rows}


async def _parties(session: AsyncSession, wanted: set[int]) -> dict[int, str]:
    rows = await session.execute(select(PartyRow.id, PartyRow.name).where(PartyRow.id.in_(wanted)))
    return dict(rows.tuples().all())


async def _keys(session: AsyncSession, wanted: set[int]) -> dict[int, str]:
    rows = await session.execute(
        select(MediaRow.id, MediaRow.key).where(MediaRow.id.in_(wanted), MediaRow.size > 0)
    )
    return dict(rows.tuples().all())
