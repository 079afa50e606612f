"""The watch: reminders before, alarms at breach, one level after the other, each exactly once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from actions.appeals.appeal import Urgency
from actions.appeals.deeds import (
    Answer,
    Contact,
    Dispatch,
    Escalate,
    Extend,
    Redispatch,
    Reopen,
    Return,
    Sign,
    Start,
    Suspend,
)
from actions.appeals.life import AppealStatus
from actions.appeals.tables import AppealRow
from knowledge.storage.database import Database
from tests.actions.clock.conftest import SECRETARY, ZONE, Community, process
from tests.databases import Clock


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def test_nothing_is_raised_while_there_is_time(community: Community) -> None:
    filed = await community.filed()
    assert await community.swept() == 0
    assert await community.swept("2026-11-24 11:30") == 0
    assert await community.told(filed) == []


async def test_the_party_is_reminded_before_each_step_is_due(community: Community) -> None:
    filed = await community.filed()
    # To be signed for by 12:00; 80 % of that is 11:36.
    assert await community.swept("2026-11-24 11:35") == 0
    assert await community.swept("2026-11-24 11:37") == 1
    (told,) = await community.told(filed)
    assert told.note == "签收的时限快到了，请在2026年11月24日中午12点前签收。"
    assert told.details["step"] == "sign"
    assert datetime.fromisoformat(told.details["due_at"]) == at("2026-11-24 12:00")
    assert told.actor == "system"
    assert await community.swept() == 0


async def test_what_was_done_in_time_raises_nothing(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Sign())
    await community.act(filed, Contact())
    assert await community.swept("2026-11-26 10:00") == 0
    assert await community.told(filed) == []


async def test_a_step_that_is_late_raises_one_alarm(community: Community) -> None:
    filed = await community.filed()
    assert await community.swept("2026-11-24 12:00") == 1
    assert await community.swept("2026-11-24 12:01") == 0
    assert await community.steps(filed) == ["alarm sign"]
    assert (await community.told(filed))[0].note == (
        "签收超过了时限，本应在2026年11月24日中午12点前签收。"
    )
    await community.act(filed, Sign())
    assert await community.swept("2026-11-25 17:30") == 1
    assert await community.steps(filed) == ["alarm sign", "alarm contact"]


async def test_what_was_merged_into_another_raises_nothing_of_its_own(community: Community) -> None:
    kept, merged = await community.filed(), await community.filed()
    async with community.database.write() as session:
        row = await session.get_one(AppealRow, merged.id)
        row.duplicate_of = kept.id
    assert await community.swept("2026-11-24 12:00") == 1
    assert await community.steps(kept) == ["alarm sign"]
    assert await community.told(merged) == []


async def test_reminders_wait_for_office_hours_unless_it_is_too_late_then(
    community: Community,
) -> None:
    community.go_to("2026-11-27 16:45")
    ordinary = await community.filed()
    await community.act(ordinary, Contact())
    community.go_to("2026-11-27 18:00")
    water = await community.filed("停水用水")
    # The ordinary one is to be signed for by Monday, 10:15; 80 % of that is early on Monday.
    assert await community.swept("2026-11-28 13:13") == 1
    assert await community.steps(water) == ["reminder solve"]
    assert await community.swept("2026-11-30 08:00") > 0
    assert await community.steps(ordinary) == []
    await community.swept("2026-11-30 09:00")
    assert await community.steps(ordinary) == ["reminder sign"]


async def test_a_reminder_does_not_make_an_open_page_stale(community: Community) -> None:
    filed = await community.filed()
    await community.swept("2026-11-24 11:50")
    assert (await community.appeals.get(filed.id)).version == filed.version
    await community.casework.act(filed.id, Sign(), SECRETARY, expected_version=filed.version)


async def test_at_breach_each_level_hears_of_it_in_turn(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Start())
    await community.act(filed, Contact())
    await community.swept("2026-12-01 17:29")
    assert (await community.appeals.get(filed.id)).escalation_level == 0
    for moment, level in (
        ("2026-12-01 17:30", 1),
        ("2026-12-08 17:29", 1),
        ("2026-12-08 17:30", 2),
        ("2026-12-15 17:29", 2),
        ("2026-12-15 17:30", 3),
        ("2027-01-20 10:00", 3),
    ):
        await community.swept(moment)
        assert (await community.appeals.get(filed.id)).escalation_level == level
    told = [each for each in await community.told(filed) if each.kind == "escalate"]
    assert [each.note for each in told] == [
        f"办结的时限是2026年12月1日下午5点半，还没有办结，上报{level}。"
        for level in ("社区大党委", "街道大工委", "区级党建联席会")
    ]
    assert await community.swept() == 0


async def test_an_emergency_climbs_in_hours(community: Community) -> None:
    community.go_to("2026-11-28 23:00")
    filed = await community.filed("燃气", urgency=Urgency.URGENT)
    await community.swept("2026-11-29 00:40")
    assert await community.steps(filed) == ["alarm sign", "alarm contact", "reminder solve"]
    await community.swept("2026-11-29 01:00")
    await community.swept("2026-11-29 03:00")
    assert (await community.appeals.get(filed.id)).escalation_level == 2


async def test_what_fell_due_while_no_process_ran_is_raised_by_the_next(
    community: Community, clock: Clock
) -> None:
    filed = await community.filed()
    community.go_to("2026-12-09 09:00")
    restarted = process(community.database, clock)
    await restarted.swept()
    await restarted.swept()
    # One level for 1 December, the next for the 8th, not for when the process came back.
    assert (await community.appeals.get(filed.id)).escalation_level == 2
    assert [(kind, due) for _, kind, due in await community.claims() if kind == "escalation"] == [
        ("escalation", at("2026-12-01 17:30")),
        ("escalation", at("2026-12-08 17:30")),
    ]


async def test_two_schedulers_raise_everything_exactly_once(
    database_url: str, community: Community, clock: Clock
) -> None:
    filed = [await community.filed() for _ in range(5)]
    community.go_to("2026-12-01 17:30")
    other = Database(database_url)
    try:
        twin = process(other, clock)
        done = await asyncio.gather(
            *(each.watch.sweep() for each in (community, twin, community, twin))
        )
    finally:
        await other.close()
    assert sum(done) == 20
    for appeal in filed:
        assert await community.steps(appeal) == [
            "alarm sign",
            "alarm contact",
            "alarm solve",
            "escalate 1",
        ]
        assert (await community.appeals.get(appeal.id)).escalation_level == 1


async def test_a_claim_is_given_back_where_its_event_cannot_be_written(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = await community.filed()
    community.go_to("2026-12-01 17:30")

    async def broken(*args: object, **named: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(community.casework, "act_within", broken)
        with pytest.raises(ConnectionError):
            await community.swept()
    assert "escalation" not in [kind for _, kind, _ in await community.claims()]
    await community.swept()
    assert (await community.appeals.get(filed.id)).escalation_level == 1


async def test_an_extension_moves_the_alarm(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Start())
    await community.act(filed, Contact())
    await community.act(filed, Extend(reason="等配件", until=at("2026-12-04 17:30")))
    await community.swept("2026-12-03 18:00")
    assert await community.steps(filed) == []
    await community.swept("2026-12-04 17:30")
    assert await community.steps(filed) == ["alarm solve", "escalate 1"]


async def test_a_suspended_appeal_rests_and_comes_back_on_its_date(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Start())
    await community.act(filed, Contact())
    await community.act(filed, Suspend(reason="等汛期过去", until=at("2027-03-01 09:00")))
    assert await community.swept("2027-02-28 12:00") == 0
    assert await community.swept("2027-03-01 09:00") == 1
    appeal = await community.appeals.get(filed.id)
    assert appeal.status is AppealStatus.IN_PROGRESS
    last = (await community.appeals.history(filed.id))[-1]
    assert (last.kind, last.actor, last.note) == ("resume", "system", "挂起到期，恢复办理。")
    # The time that it rested is given back.
    assert await community.swept() == 0


async def test_what_is_answered_is_left_alone(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Start())
    await community.act(filed, Answer(answer="换了水管"))
    assert await community.swept("2027-01-05 10:00") == 0


async def test_after_a_return_the_clock_of_the_new_party_starts_for_signing_only(
    community: Community,
) -> None:
    filed = await community.filed()
    await community.act(filed, Sign())
    await community.act(filed, Contact())
    community.go_to("2026-11-30 09:00")
    await community.act(filed, Redispatch(party_id=community.other_id, reason="是主管道"))
    # 80 % of the two hours that the new party has, not of the week since the first dispatch.
    await community.swept("2026-11-30 10:30")
    assert "reminder sign" not in await community.steps(filed)
    await community.swept("2026-11-30 10:40")
    assert "reminder sign" in await community.steps(filed)
    await community.swept("2026-12-01 17:30")
    assert (await community.appeals.get(filed.id)).escalation_level == 1


async def test_a_reopened_appeal_is_watched_anew(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Start())
    await community.act(filed, Contact())
    await community.swept("2026-12-01 17:30")
    await community.act(filed, Answer(answer="修好了"))
    await community.act(filed, Reopen(reason="又漏了"))
    # The new term is counted from the reopening: five working days.
    await community.swept("2026-12-08 17:29")
    assert (await community.appeals.get(filed.id)).escalation_level == 1
    await community.swept("2026-12-08 17:30")
    assert (await community.appeals.get(filed.id)).escalation_level == 2


async def test_the_community_is_told_of_what_it_has_not_dispatched(community: Community) -> None:
    unclear = await community.filed(lead_party_id=None)
    assert await community.swept("2026-11-24 11:59") == 0
    assert await community.swept("2026-11-24 12:00") == 1
    assert await community.swept("2026-11-24 17:00") == 0
    (told,) = await community.told(unclear)
    assert (told.kind, told.details["step"]) == ("alarm", "dispatch")
    assert told.note == "还没有承办单位，本应在2026年11月24日中午12点前派出去。"
    await community.act(unclear, Dispatch(party_id=community.party_id))
    # Sent back, it waits for the community once more, and its clock for solving goes on.
    await community.act(unclear, Return(reason="不归物业管", evidence="市政管网"))
    await community.swept("2026-11-25 10:29")
    assert await community.steps(unclear) == ["alarm dispatch"]
    await community.swept("2026-11-25 10:30")
    assert await community.steps(unclear) == ["alarm dispatch", "alarm dispatch"]
    await community.swept("2026-12-01 17:30")
    assert (await community.appeals.get(unclear.id)).escalation_level == 1


async def test_the_secretary_may_be_first(community: Community) -> None:
    filed = await community.filed()
    await community.act(filed, Escalate(level=3, reason="全楼停水"), SECRETARY)
    await community.swept("2026-12-01 17:30")
    assert "alarm solve" in await community.steps(filed)
    assert (await community.appeals.get(filed.id)).escalation_level == 3


async def test_more_appeals_than_a_batch_are_all_raised(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.clock.alarms._PAGE", 2)
    filed = [await community.filed() for _ in range(5)]
    assert await community.swept("2026-11-24 12:00") == 5
    for appeal in filed:
        assert await community.steps(appeal) == ["alarm sign"]


async def test_a_claim_is_of_one_due_date(community: Community) -> None:
    filed = await community.filed()
    await community.swept("2026-11-24 12:00")
    assert await community.claims() == [(filed.id, "sign_late", at("2026-11-24 12:00"))]
    assert community.clock() - filed.created_at == timedelta(hours=2)
