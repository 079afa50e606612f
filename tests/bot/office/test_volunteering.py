"""Thanks that reach whoever helped, on a real database."""

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from actions.appeals.appeal import Filing
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.volunteers.volunteer import (
    HelpWanted,
    MatchStatus,
    Offer,
    UnknownVolunteer,
    WrongStep,
)
from bot.conversations.live import Live
from bot.conversations.tables import ConversationRow, MessageRow, ResidentRow
from bot.office.volunteering import Volunteering
from knowledge.storage.database import Database
from tests.actions.conftest import ZONE
from tests.databases import Clock

WANTED = HelpWanted(skill="理发", text="上门理发")


class Woken:
    """Counts how often the outbox was told that it has work."""

    times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def work(database: Database, clock: Clock, woken: Woken) -> Volunteering:
    appeals = Appeals(database, clock, ZONE, WorkingDeadlines(ZONE))
    live = Live(Redis.from_url("redis://127.0.0.1:1"))
    return Volunteering.on(database, appeals, live, clock, woken)


async def helped(work: Volunteering, resident_id: int) -> int:
    """The match of a volunteer who helped."""
    volunteer = await work.volunteers.sign_up(resident_id, Offer(name="周芳", skills=["理发"]))
    request = await work.ask(WANTED, "", "王芳")
    match = (await work.requests.propose(request.id, volunteer.id)).matches[0].id
    for step in (MatchStatus.ACCEPTED, MatchStatus.DONE):
        await work.requests.step(match, step)
    return match


async def told(database: Database) -> list[tuple[int, str]]:
    async with database.read() as session:
        rows = await session.scalars(select(MessageRow).where(MessageRow.direction == "out"))
        return [(row.conversation_id, row.text) for row in rows]


async def test_thanks_are_told_to_the_volunteer_once(
    work: Volunteering, database: Database, clock: Clock, woken: Woken
) -> None:
    async with database.write() as session:
        session.add(ResidentRow(id=7, channel="web", channel_user="v7", created_at=clock()))
        await session.flush()
        conversation = {"resident_id": 7, "created_at": clock(), "last_at": clock()}
        session.add(ConversationRow(id=70, **conversation))
    match = await helped(work, 7)
    request = await work.thank(match, "剪得真好")
    assert request.matches[0].thanks == "剪得真好"
    with pytest.raises(WrongStep):
        await work.thank(match, "剪得真好")
    assert await told(database) == [(70, "周芳，您好！社区谢谢您的帮忙：剪得真好")]
    assert woken.times == 1


async def test_thanks_for_somebody_without_a_chat_are_kept(
    work: Volunteering, database: Database, woken: Woken
) -> None:
    match = await helped(work, 8)
    assert (await work.thank(match, "谢谢")).matches[0].thanked_at is not None
    assert await told(database) == [] and woken.times == 0


async def test_a_request_is_asked_for_an_appeal_by_its_number(work: Volunteering) -> None:
    filing = Filing(resident_id=9, channel="web", content="想理发", category="其他")
    appeal = await work.appeals.file(filing)
    request = await work.ask(WANTED, appeal.number, "王芳")
    assert (request.appeal_id, request.appeal_number) == (appeal.id, appeal.number)
    with pytest.raises(UnknownVolunteer, match="没有找到这个编号"):
        await work.ask(WANTED, "SQ209901010001", "王芳")
