"""我的诉求: what a resident sees of their appeals, and what they can do about them by themselves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import deeds, reading
from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.casework import Casework
from actions.appeals.life import STATUS_WORDS, Actor, AppealStatus, By, Move, UnknownAppeal, allowed
from actions.appeals.standing import standing
from actions.appeals.tables import AppealFollowerRow, AppealRow
from actions.clock import words
from actions.clock.calendar import WorkingCalendar
from actions.likeness.joining import Joining
from bot.appeals.timeline import Reader, Step, timeline
from bot.conversations.tables import MediaRow, ResidentRow
from knowledge.categories.tree import OTHER
from knowledge.places.tables import PartyRow
from knowledge.storage.database import Database

SHOWN = 50
ANSWERED = frozenset({AppealStatus.DONE, AppealStatus.CALLED_BACK, AppealStatus.CLOSED})
SAY = "say"
_NOT_SOLVED = "居民说没有解决"
_OFFERED = (Move.URGE, Move.ADD, Move.RATE, Move.REOPEN, Move.WITHDRAW)
# How far it has come: 登记, 派单, 签收, 办理, 办结.
_STAGES = {
    AppealStatus.RECEIVED: 0,
    AppealStatus.RETURNED: 0,
    AppealStatus.DISPATCHED: 1,
    AppealStatus.SIGNED: 2,
    AppealStatus.IN_PROGRESS: 3,
    AppealStatus.SUSPENDED: 3,
    AppealStatus.DONE: 4,
    AppealStatus.CALLED_BACK: 4,
    AppealStatus.CLOSED: 4,
}


class Wish(BaseModel):
    """What a resident does on the page: `say` is a follower's own 解决没有."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    do: Literal["urge", "add", "rate", "reopen", "withdraw", "say"]
    note: Annotated[str, Field(max_length=deeds.WORDS_MOST)] = ""
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    solved: bool | None = None
    # Tickets of photos that the page uploaded before.
    photos: Annotated[list[str], Field(max_length=9)] = []


class Line(BaseModel):
    """One step of the time line, ready to be shown; photos are keys."""

    at: datetime
    when: str
    title: str
    text: str
    photos: list[str]
    side: str


class Card(BaseModel):
    """One of a resident's appeals, as its list shows it."""

    number: str
    title: str
    place: str
    status: str
    tone: Literal["open", "done", "rest"]
    stage: int | None
    standing: str
    filed: str
    role: Literal["filer", "follower"]
    households: int


class Sheet(Card):
    """The same with all that happened and what can be done now."""

    content: str
    photos: list[str]
    lines: list[Line]
    can: list[str]
    # Answered, and nobody has said yet whether it is solved.
    asks: bool
    solved: bool | None
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class MyAppeals:
    """Reads and changes appeals for the residents whom a browser has proved to be."""

    database: Database
    casework: Casework
    joining: Joining
    clock: Callable[[], datetime]
    calendar: WorkingCalendar

    async def residents(self, **users: str | None) -> list[int]:
        """The residents behind a browser, by their name on each channel; empty: it is unknown."""
        known = [
            and_(ResidentRow.channel == channel, ResidentRow.channel_user == user)
            for channel, user in users.items()
            if user
        ]
        if not known:
            return []
        async with self.database.read() as session:
            return list(await session.scalars(select(ResidentRow.id).where(or_(*known))))

    async def cards(self, residents: Sequence[int]) -> list[Card]:
        """Filed or joined by them, the newest first."""
        joined = select(AppealFollowerRow.appeal_id).where(
            AppealFollowerRow.resident_id.in_(residents)
        )
        ids = select(AppealRow.id).where(
            or_(AppealRow.resident_id.in_(residents), AppealRow.id.in_(joined))
        )
        async with self.database.read() as session:
            appeals = await reading.some(session, ids, newest_first=True, limit=SHOWN)
            return [
                self._card(each, await reading.history(session, each.id), _reader(each, residents))
                for each in appeals
            ]

    async def sheet(self, number: str, residents: Sequence[int]) -> Sheet:
        """Raises `UnknownAppeal` for an appeal that none of them filed or joined."""
        async with self.database.read() as session:
            appeal, reader = await _theirs(session, number, residents)
            history = await reading.history(session, appeal.id)
            parties = await _parties(session, history)
            steps = timeline(appeal, history, parties, reader, self.clock(), self.calendar)
            own = appeal.photos if reader.is_filer else []
            told = {photo for step in steps for photo in step.photos}
            first = [photo for photo in own if photo not in told]
            keys = await _keys(session, {*own, *told})
            follower = None if reader.is_filer else await _follower(session, appeal, reader)
        return Sheet(
            **self._card(appeal, history, reader).model_dump(),
            content=appeal.content if reader.is_filer else "",
            photos=[keys[photo] for photo in first if photo in keys],
            lines=[_line(step, keys) for step in steps],
            can=_possible(appeal, reader),
            asks=appeal.status is AppealStatus.DONE,
            solved=follower.solved if follower else appeal.solved,
            satisfaction=None if follower else appeal.satisfaction,
        )

    async def may_see(self, number: str, key: str, residents: Sequence[int]) -> bool:
        """Whether a photo stands on the sheet that they see."""
        sheet = await self.sheet(number, residents)
        return key in {*sheet.photos, *(photo for line in sheet.lines for photo in line.photos)}

    async def do(
        self, number: str, residents: Sequence[int], wish: Wish, photos: list[int]
    ) -> Sheet:
        """Do what a resident wishes; raises an `AppealError`, then nothing is changed."""
        async with self.database.read() as session:
            appeal, reader = await _theirs(session, number, residents)
        if wish.do == SAY:
            if reader.is_filer or wish.solved is None:
                raise UnknownAppeal
            await self.joining.say(
                appeal.id, reader.resident_id, wish.solved, wish.satisfaction, wish.note
            )
            return await self.sheet(number, residents)
        actor = Actor(By.RESIDENT, "resident", resident_id=reader.resident_id)
        async with self.database.write() as session:
            for deed in _deeds(appeal, wish, photos):
                await self.casework.act_within(session, appeal.id, deed, actor)
        return await self.sheet(number, residents)

    def _card(self, appeal: Appeal, history: list[AppealEvent], reader: Reader) -> Card:
        now = self.clock()
        kind = "" if appeal.category == OTHER else appeal.category
        common = f"{appeal.community}{appeal.building}{kind}" or "同一件事"
        return Card(
            number=appeal.number,
            title=appeal.title or appeal.content[:40] if reader.is_filer else common,
            place=appeal.place_text if reader.is_filer else appeal.community + appeal.building,
            status=STATUS_WORDS[appeal.status],
            tone="open" if appeal.is_open else "done" if appeal.status in ANSWERED else "rest",
            stage=_STAGES.get(appeal.status),
            standing=standing(appeal, history, now, self.calendar),
            filed=words.since(appeal.created_at, now, self.calendar.zone),
            role="filer" if reader.is_filer else "follower",
            households=1 + appeal.followers,
        )


def _deeds(appeal: Appeal, wish: Wish, photos: list[int]) -> list[deeds.Deed]:
    match wish.do:
        case "urge":
            return [deeds.Urge(note=wish.note)]
        case "add":
            return [deeds.Add(note=wish.note, photos=photos)]
        case "withdraw":
            return [deeds.Withdraw(reason=wish.note)]
        case "rate":
            solved = wish.solved is not False
            return [deeds.Rate(satisfaction=wish.satisfaction or 0, solved=solved, note=wish.note)]
        case _:
            pass
    if appeal.status is not AppealStatus.DONE:
        return [deeds.Reopen(reason=wish.note or _NOT_SOLVED, photos=photos)]
    # While a call-back is due, this is the resident's own answer to it.
    again: list[deeds.Deed] = [
        deeds.CallBack(contacted=True, solved=False, satisfaction=wish.satisfaction, note=wish.note)
    ]
    return again + ([deeds.Add(photos=photos)] if photos else [])


def _possible(appeal: Appeal, reader: Reader) -> list[str]:
    if not reader.is_filer:
        return [SAY] if appeal.status in ANSWERED else []
    table = allowed(appeal.status, By.RESIDENT)
    return [move.value for move in _OFFERED if move in table]


def _reader(appeal: Appeal, residents: Sequence[int]) -> Reader:
    is_filer = appeal.resident_id in residents
    return Reader(appeal.resident_id if is_filer else residents[0], is_filer)


async def _theirs(
    session: AsyncSession, number: str, residents: Sequence[int]
) -> tuple[Appeal, Reader]:
    appeal = await reading.one(session, AppealRow.number == number.upper())
    if appeal.resident_id in residents:
        return appeal, Reader(appeal.resident_id, is_filer=True)
    follower = await session.scalar(
        select(AppealFollowerRow.resident_id).where(
            AppealFollowerRow.appeal_id == appeal.id, AppealFollowerRow.resident_id.in_(residents)
        )
    )
    if follower is None:
        raise UnknownAppeal
    return appeal, Reader(follower, is_filer=False)


async def _follower(
    session: AsyncSession, appeal: Appeal, reader: Reader
) -> AppealFollowerRow | None:
    row: AppealFollowerRow | None = await session.scalar(
        select(AppealFollowerRow).where(
            AppealFollowerRow.appeal_id == appeal.id,
            AppealFollowerRow.resident_id == reader.resident_id,
        )
    )
    return row


async def _parties(session: AsyncSession, history: Iterable[AppealEvent]) -> dict[int, str]:
    named = {event.details["party_id"] for event in history if event.details.get("party_id")}
    rows = await session.execute(select(PartyRow.id, PartyRow.name).where(PartyRow.id.in_(named)))
    return dict(rows.tuples().all())


async def _keys(session: AsyncSession, media_ids: set[int]) -> dict[int, str]:
    rows = await session.execute(
        select(MediaRow.id, MediaRow.key).where(MediaRow.id.in_(media_ids), MediaRow.size > 0)
    )
    return dict(rows.tuples().all())


def _line(step: Step, keys: dict[int, str]) -> Line:
    photos = [keys[photo] for photo in step.photos if photo in keys]
    return Line(
        at=step.at, when=step.when, title=step.title, text=step.text, photos=photos, side=step.side
    )
