"""Appeals in SQL: numbers, histories, and two who change one appeal at once."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from actions.appeals.appeal import (
    AppealStatus,
    Filing,
    IllegalTransition,
    StaleAppeal,
    UnknownAppeal,
)
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealRow
from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Database
from tests.databases import Clock

S = AppealStatus


@pytest.fixture
def appeals(database: Database, clock: Clock) -> Appeals:
    return Appeals(database, clock, ZoneInfo("Asia/Shanghai"))


def a_filing(**facts: Any) -> Filing:
    plain = {"resident_id": 1, "channel": "web", "content": "楼道漏水", "category": "漏水"}
    return Filing(**{**plain, **facts})


async def a_party(database: Database) -> int:
    async with database.write() as session:
        community = CommunityRow(slug="qsl", name="青山里", kind="old", aliases=[])
        session.add(community)
        await session.flush()
        party = PartyRow(
            community_id=community.id, kind="property", name="青山物业", handles=[], details={}
        )
        session.add(party)
        await session.flush()
        return party.id


async def test_numbers_count_up_within_a_day_of_the_wall_clock(
    appeals: Appeals, clock: Clock
) -> None:
    first, second = await appeals.file(a_filing()), await appeals.file(a_filing())
    clock.forward(timedelta(hours=13, minutes=59))
    late = await appeals.file(a_filing())
    clock.forward(timedelta(minutes=2))
    next_day = await appeals.file(a_filing())
    assert [appeal.number for appeal in (first, second, late, next_day)] == [
        "SQ202611240001",
        "SQ202611240002",
        "SQ202611240003",
        "SQ202611250001",
    ]


async def test_after_9999_appeals_a_day_goes_on(appeals: Appeals, database: Database) -> None:
    filed = await appeals.file(a_filing())
    async with database.write() as session:
        await session.execute(
            update(AppealRow).where(AppealRow.id == filed.id).values(number="SQ202611249999")
        )
    numbers = [(await appeals.file(a_filing())).number for _ in range(2)]
    assert numbers == ["SQ2026112410000", "SQ2026112410001"]


async def test_who_files_at_once_gets_different_numbers(appeals: Appeals) -> None:
    filed = await asyncio.gather(*(appeals.file(a_filing()) for _ in range(25)))
    assert sorted(appeal.number for appeal in filed) == [
        f"SQ20261124{number:04d}" for number in range(1, 26)
    ]


async def test_filing_twice_from_one_message_files_one(appeals: Appeals) -> None:
    first = await appeals.file(a_filing(source_message_id=7))
    again = await asyncio.gather(
        *(appeals.file(a_filing(source_message_id=7, content="别的话")) for _ in range(5))
    )
    assert {appeal.id for appeal in again} == {first.id}
    assert again[0].content == "楼道漏水"
    assert len(await appeals.search()) == 1
    assert len(await appeals.history(first.id)) == 1


async def test_two_retries_of_one_message_at_once_file_one(appeals: Appeals) -> None:
    filed = await asyncio.gather(*(appeals.file(a_filing(source_message_id=7)) for _ in range(10)))
    assert len({appeal.id for appeal in filed}) == 1


async def test_an_appeal_with_a_party_is_dispatched_when_filed(
    appeals: Appeals, database: Database
) -> None:
    party = await a_party(database)
    filed = await appeals.file(a_filing(lead_party_id=party), actor="王芳（wang）")
    history = await appeals.history(filed.id)
    assert (filed.status, filed.lead_party) == (S.DISPATCHED, "青山物业")
    assert [(event.sequence, event.kind, event.actor) for event in history] == [
        (1, "filed", "王芳（wang）"),
        (2, "dispatched", "system"),
    ]
    assert (history[1].from_status, history[1].to_status) == ("received", "dispatched")


async def test_each_change_is_added_to_the_history_and_nothing_is_rewritten(
    appeals: Appeals, clock: Clock
) -> None:
    filed = await appeals.file(a_filing())
    seen = [await appeals.history(filed.id)]
    steps = (
        lambda: appeals.add(filed.id, "resident", "urged", "怎么还没来"),
        lambda: appeals.move(filed.id, S.IN_PROGRESS, "王芳", "师傅下午到"),
        lambda: appeals.add(filed.id, "resident", "added", "还在滴", photos=[3]),
        lambda: appeals.move(filed.id, S.DONE, "王芳", "换了水管"),
        lambda: appeals.rate(filed.id, 5, "谢谢"),
    )
    for step in steps:
        clock.forward(timedelta(minutes=1))
        await step()
        seen.append(await appeals.history(filed.id))
    for before, after in itertools.pairwise(seen):
        assert after[:-1] == before
    last = seen[-1]
    assert [event.sequence for event in last] == [1, 2, 3, 4, 5, 6]
    assert [event.kind for event in last] == [
        "filed",
        "urged",
        "status",
        "added",
        "status",
        "rated",
    ]
    assert (last[2].from_status, last[2].to_status, last[2].note) == (
        "received",
        "in_progress",
        "师傅下午到",
    )
    done = await appeals.get(filed.id)
    assert (done.status, done.photos, done.satisfaction, done.version) == (S.DONE, [3], 5, 6)
    assert done.updated_at == clock()


async def test_an_illegal_move_changes_nothing(appeals: Appeals) -> None:
    filed = await appeals.file(a_filing())
    with pytest.raises(IllegalTransition, match="目前是“已受理”，不能直接改为“已归档”"):
        await appeals.move(filed.id, S.CLOSED, "王芳")
    assert await appeals.get(filed.id) == filed
    assert len(await appeals.history(filed.id)) == 1


async def test_who_read_an_older_version_is_refused(appeals: Appeals) -> None:
    filed = await appeals.file(a_filing())
    await appeals.move(filed.id, S.IN_PROGRESS, "王芳", expected_version=filed.version)
    with pytest.raises(StaleAppeal):
        await appeals.move(filed.id, S.WITHDRAWN, "李强", expected_version=filed.version)
    assert (await appeals.get(filed.id)).status is S.IN_PROGRESS


async def test_of_two_who_move_at_once_one_succeeds(appeals: Appeals) -> None:
    filed = await appeals.file(a_filing())
    outcomes = await asyncio.gather(
        appeals.move(filed.id, S.IN_PROGRESS, "王芳", expected_version=filed.version),
        appeals.move(filed.id, S.WITHDRAWN, "李强", expected_version=filed.version),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appeal", "StaleAppeal"]
    assert len(await appeals.history(filed.id)) == 2


async def test_many_may_add_at_once(appeals: Appeals) -> None:
    filed = await appeals.file(a_filing())
    await asyncio.gather(*(appeals.add(filed.id, "resident", "urged", "催") for _ in range(8)))
    assert [event.sequence for event in await appeals.history(filed.id)] == list(range(1, 10))


async def test_a_resident_finds_only_their_own(appeals: Appeals) -> None:
    own = await appeals.file(a_filing(resident_id=1))
    other = await appeals.file(a_filing(resident_id=2))
    await appeals.move(own.id, S.WITHDRAWN, "resident")
    assert await appeals.by_number(own.number.lower(), 1) == await appeals.get(own.id)
    with pytest.raises(UnknownAppeal):
        await appeals.by_number(other.number, 1)
    assert await appeals.of_resident(1, only_open=True) == []
    assert [appeal.id for appeal in await appeals.of_resident(1)] == [own.id]


async def test_search_takes_signs_as_they_are_written(appeals: Appeals) -> None:
    await appeals.file(a_filing(content="物业费涨了100%", place_text="东门"))
    await appeals.file(a_filing(content="涨了1001元"))
    await appeals.file(a_filing(content="充电桩坏了", category="停车充电"))
    found = await appeals.search("100%")
    assert [appeal.content for appeal in found] == ["物业费涨了100%"]
    assert [appeal.place_text for appeal in await appeals.search("东门")] == ["东门"]
    assert len(await appeals.search("sq2026")) == 3
    assert len(await appeals.search(category="停车充电")) == 1


async def test_counts_follow_the_search_and_pages_do_not_overlap(appeals: Appeals) -> None:
    filed = [await appeals.file(a_filing(content=f"漏水{number}")) for number in range(5)]
    await appeals.file(a_filing(content="路灯不亮"))
    await appeals.move(filed[0].id, S.IN_PROGRESS, "王芳")
    assert await appeals.count_by_status() == {S.RECEIVED: 5, S.IN_PROGRESS: 1}
    assert await appeals.count_by_status("漏水") == {S.RECEIVED: 4, S.IN_PROGRESS: 1}
    pages = [await appeals.search("漏水", limit=2, offset=offset) for offset in (0, 2, 4)]
    contents = [appeal.content for page in pages for appeal in page]
    assert contents == ["漏水4", "漏水3", "漏水2", "漏水1", "漏水0"]
    assert [a.content for a in await appeals.search(status=S.IN_PROGRESS)] == ["漏水0"]


async def test_what_is_not_there_has_a_name(appeals: Appeals) -> None:
    for deed in (
        appeals.get(404),
        appeals.move(404, S.DONE, "王芳"),
        appeals.add(404, "王芳", "note", "哪条"),
        appeals.rate(404, 5, ""),
    ):
        with pytest.raises(UnknownAppeal):
            await deed
