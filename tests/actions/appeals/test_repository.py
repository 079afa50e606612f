"""Appeals in SQL: numbers, what is filed, and whose they are."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from actions.appeals import deeds
from actions.appeals.appeal import AppealKind, Weakness, kind_of, title_of
from actions.appeals.life import AppealStatus, UnknownAppeal, UnknownParty
from actions.appeals.tables import AppealRow
from tests.actions.appeals.conftest import RESIDENT, Office

S = AppealStatus


async def test_numbers_count_up_within_a_day_of_the_wall_clock(office: Office) -> None:
    first, second = await office.filed(), await office.filed()
    office.clock.forward(timedelta(hours=13, minutes=59))
    late = await office.filed()
    office.clock.forward(timedelta(minutes=2))
    next_day = await office.filed()
    assert [appeal.number for appeal in (first, second, late, next_day)] == [
        "SQ202611240001",
        "SQ202611240002",
        "SQ202611240003",
        "SQ202611250001",
    ]


async def test_after_9999_appeals_a_day_goes_on(office: Office) -> None:
    filed = await office.filed()
    async with office.database.write() as session:
        await session.execute(
            update(AppealRow).where(AppealRow.id == filed.id).values(number="SQ202611249999")
        )
    numbers = [(await office.filed()).number for _ in range(2)]
    assert numbers == ["SQ2026112410000", "SQ2026112410001"]


async def test_who_files_at_once_gets_different_numbers(office: Office) -> None:
    filed = await asyncio.gather(*(office.filed() for _ in range(25)))
    assert sorted(appeal.number for appeal in filed) == [
        f"SQ20261124{number:04d}" for number in range(1, 26)
    ]


@pytest.mark.parametrize("same", [{"source_message_id": 7}, {"external_number": "12345-88"}])
async def test_filing_the_same_again_files_one(office: Office, same: dict[str, Any]) -> None:
    first = await office.filed(**same)
    again = await asyncio.gather(*(office.filed(**same, content="别的话") for _ in range(5)))
    assert {appeal.id for appeal in again} == {first.id}
    assert again[0].content == "楼道漏水"
    assert (await office.appeals.worklist()).total == 1
    assert len(await office.appeals.history(first.id)) == 1


async def test_two_retries_of_one_message_at_once_file_one(office: Office) -> None:
    filed = await asyncio.gather(*(office.filed(source_message_id=7) for _ in range(10)))
    assert len({appeal.id for appeal in filed}) == 1


async def test_an_appeal_with_a_party_is_dispatched_when_filed(office: Office) -> None:
    filed = await office.dispatched()
    history = await office.appeals.history(filed.id)
    assert (filed.status, filed.lead_party, filed.version) == (S.DISPATCHED, "青山物业", 2)
    assert [(event.sequence, event.kind, event.actor) for event in history] == [
        (1, "filed", "resident"),
        (2, "dispatch", "system"),
    ]
    assert (history[1].from_status, history[1].to_status) == ("received", "dispatched")
    with pytest.raises(UnknownParty):
        await office.filed(lead_party_id=404)
    assert (await office.appeals.worklist()).total == 1


async def test_what_a_platform_exchanges_is_kept(office: Office) -> None:
    facts: dict[str, Any] = {
        "kind": AppealKind.COMPLAINT,
        "official_category": "住房保障与房地产",
        "official_path": ["住房保障与房地产", "物业管理", "物业维修"],
        "official_confidence": 0.83,
        "tags": ["夜间"],
        "confidential": True,
        "anonymous": True,
        "contact_name": "何师傅",
        "on_behalf": {"name": "何奶奶", "phone": "13800138000", "relation": "母亲"},
        "latitude": 30.52,
        "longitude": 114.31,
        "place_code": "QSL3",
        "weak": [Weakness.ELDERLY_ALONE],
        "need": "material",
    }
    filed = await office.filed(content="您好，3栋电梯坏了，老人下不了楼。", **facts)
    stored = (await office.appeals.get(filed.id)).model_dump()
    assert {name: stored[name] for name in facts} == facts
    assert filed.title == "3栋电梯坏了"


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("你好！请问，三栋没水，什么时候来？", "三栋没水"),
        ("停水了", "停水了"),
        ("路灯，坏了三天了。", "路灯，坏了三天了"),
        ("很长" * 60, "很长" * 20),
        ("请问", "请问"),
    ],
)
def test_the_title_is_the_first_clause_that_says_something(content: str, title: str) -> None:
    assert title_of(content) == title


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("我要投诉物业，建议换一家", "complaint"),
        ("举报占道经营", "report"),
        ("建议加装充电桩", "suggestion"),
        ("咨询一下收费标准", "consult"),
        ("感谢网格员小李", "praise"),
        ("楼道漏水", "help"),
    ],
)
def test_the_kind_is_what_the_words_name_first(content: str, kind: str) -> None:
    assert kind_of(content) == kind


async def test_a_resident_finds_only_their_own(office: Office) -> None:
    own, other = await office.filed(), await office.filed(resident_id=2)
    await office.done(own, (deeds.Withdraw(), RESIDENT))
    assert await office.appeals.by_number(own.number.lower(), 1) == await office.appeals.get(own.id)
    with pytest.raises(UnknownAppeal):
        await office.appeals.by_number(other.number, 1)
    assert await office.appeals.by_number(other.number) == other
    assert await office.appeals.of_resident(1, only_open=True) == []
    assert [appeal.id for appeal in await office.appeals.of_resident(1)] == [own.id]


async def test_the_history_is_only_ever_added_to(office: Office) -> None:
    filed = await office.filed()
    seen = [await office.appeals.history(filed.id)]
    for deed in (deeds.Urge(note="怎么还没来"), deeds.Add(note="还在滴", photos=[3])):
        await office.done(filed, (deed, RESIDENT))
        seen.append(await office.appeals.history(filed.id))
    assert seen[1][:-1] == seen[0] and seen[2][:-1] == seen[1]
    assert (await office.appeals.get(filed.id)).updated_at == office.clock()


async def test_what_is_not_there_has_a_name(office: Office) -> None:
    with pytest.raises(UnknownAppeal):
        await office.appeals.get(404)
