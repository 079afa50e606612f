"""The three rates, on histories whose every figure can be counted by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Answer, CallBack, Close, Contact, Rate, Reopen, Start, Withdraw
from actions.appeals.life import Actor, AppealStatus, By
from actions.metrics.rates import Figure, Rates, RatesPlan, Report, Unheard, load_rates
from knowledge.places.tables import CommunityRow
from knowledge.yaml_file import BadFile
from tests.actions.clock.conftest import Community

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
RESIDENT = Actor(By.RESIDENT, "居民", resident_id=1)


async def report(community: Community, plan: RatesPlan | None = None, **more: Any) -> Report:
    rates = Rates(community.database, plan)
    return await rates.report(SINCE, UNTIL, community.clock(), **more)


async def answered(community: Community, contacted: bool = True, **facts: Any) -> Appeal:
    """An appeal that its party answered in time."""
    appeal = await community.filed(**facts)
    await community.act(appeal, Start())
    if contacted:
        await community.act(appeal, Contact())
    return await community.act(appeal, Answer(answer="修好了"))


async def reached(community: Community, appeal: Appeal, solved: bool, stars: int | None) -> Appeal:
    call = CallBack(contacted=True, solved=solved, satisfaction=stars)  # type: ignore[arg-type]
    return await community.act(appeal, call)


async def unreached(community: Community, appeal: Appeal, times: int = 3) -> None:
    for number in range(times):
        await community.act(appeal, CallBack(contacted=False, note=f"第{number + 1}次，没人接"))


async def test_nobody_asked_gives_no_rate_rather_than_a_perfect_one(community: Community) -> None:
    await community.filed()
    found = await report(community)
    assert (found.response.value, found.solution.value, found.satisfaction.value) == (None,) * 3
    assert found.composite is None


async def test_five_histories_make_the_rates_that_one_counts_by_hand(community: Community) -> None:
    delighted = await reached(community, await answered(community), True, 5)
    fair = await reached(community, await answered(community), True, 3)
    cross = await reached(community, await answered(community, contacted=False), True, 2)
    unsolved = await reached(community, await answered(community), False, 1)
    unrated = await reached(community, await answered(community), True, None)
    ids = [each.id for each in (delighted, fair, cross, unsolved, unrated)]
    found = await report(community)
    assert found.response == Figure(dict(zip(ids, [1, 1, 0, 1, 1], strict=True)))
    assert found.solution == Figure(dict(zip(ids, [1, 1, 1, 0, 1], strict=True)))
    assert found.satisfaction == Figure(dict(zip(ids, [1, 0.9, 0, 0, 0], strict=True)))
    assert (found.satisfaction.numerator, found.satisfaction.denominator) == (1.9, 5)
    assert (found.response.value, found.solution.value) == (0.8, 0.8)
    assert found.composite == pytest.approx(0.1 * 0.8 + 0.5 * 0.8 + 0.4 * 0.38)


async def test_silence_is_never_satisfied(community: Community) -> None:
    happy = await reached(community, await answered(community), True, 5)
    silent = await answered(community)
    await unreached(community, silent)
    closed = await community.act(silent, Close())
    assert closed.status is AppealStatus.CLOSED
    found = await report(community)
    assert found.satisfaction.behind == {happy.id: 1.0}
    assert found.unheard[Unheard.UNREACHED] == [silent.id]
    strict = load_rates().model_copy(
        update={"satisfaction": load_rates().satisfaction.model_copy(update={"over": "due"})}
    )
    found = await report(community, strict)
    assert found.satisfaction.behind == {happy.id: 1.0, silent.id: 0.0}


async def test_whoever_was_not_heard_stands_there_by_name(community: Community) -> None:
    late = await community.filed()
    waiting = await answered(community)
    tried_once = await answered(community)
    await unreached(community, tried_once, 1)
    withdrawn = await community.filed()
    await community.act(withdrawn, Withdraw())
    gone = await community.filed()
    await community.act(gone, Withdraw())
    await community.act(gone, Close())
    community.clock.forward(timedelta(days=10))
    fresh = await community.filed()
    assert (await report(community)).unheard == {
        Unheard.OVERDUE: [late.id],
        Unheard.WITHIN_TIME: [fresh.id],
        Unheard.NOT_CALLED_BACK: [waiting.id],
        Unheard.UNREACHED: [tried_once.id],
        Unheard.LEFT: [withdrawn.id, gone.id],
    }


async def test_what_is_late_lowers_the_rates_where_the_plan_asks_for_all_that_was_due(
    community: Community,
) -> None:
    happy = await reached(community, await answered(community), True, 5)
    late = await community.filed()
    community.clock.forward(timedelta(days=10))
    await community.filed()
    plan = load_rates()
    due = plan.model_copy(update={"solution": plan.solution.model_copy(update={"over": "due"})})
    assert (await report(community, due)).solution.behind == {happy.id: 1.0, late.id: 0.0}


async def test_contact_after_its_time_counts_only_where_time_is_not_asked_for(
    community: Community,
) -> None:
    appeal = await community.filed()
    await community.act(appeal, Start())
    community.clock.forward(timedelta(days=2))
    await community.act(appeal, Contact())
    await community.act(appeal, Answer(answer="修好了"))
    await reached(community, appeal, True, 4)
    plan = load_rates()
    in_time = plan.model_copy(
        update={"response": plan.response.model_copy(update={"counts": "contacted_in_time"})}
    )
    assert (await report(community)).response.behind == {appeal.id: 1.0}
    assert (await report(community, in_time)).response.behind == {appeal.id: 0.0}


async def test_a_reopened_appeal_is_unsolved_until_its_resident_says_otherwise(
    community: Community,
) -> None:
    appeal = await reached(community, await answered(community), True, 4)
    await community.act(appeal, Reopen(reason="又漏了"), RESIDENT)
    assert (await report(community)).solution.behind == {appeal.id: 0.0}
    # Whoever was contacted once has been contacted.
    assert (await report(community)).response.behind == {appeal.id: 1.0}
    await community.act(appeal, Start())
    await community.act(appeal, Answer(answer="换了整根管子"))
    await reached(community, appeal, True, 5)
    assert (await report(community)).solution.behind == {appeal.id: 1.0}


async def test_a_resident_who_rates_by_chat_is_heard(community: Community) -> None:
    appeal = await answered(community)
    await community.act(appeal, Rate(satisfaction=5, solved=True), RESIDENT)
    found = await report(community)
    assert found.solution.behind == {appeal.id: 1.0}
    assert found.satisfaction.behind == {appeal.id: 1.0}


async def test_rates_are_of_one_period_one_community_and_no_praise(community: Community) -> None:
    async with community.database.read() as session:
        place = (await session.scalars(select(CommunityRow.id))).one()
    here = await reached(community, await answered(community, community_id=place), True, 5)
    elsewhere = await reached(community, await answered(community), True, 5)
    await reached(community, await answered(community, kind="praise"), True, 5)
    assert list((await report(community)).solution.behind) == [here.id, elsewhere.id]
    assert list((await report(community, community_id=place)).solution.behind) == [here.id]
    rates = Rates(community.database)
    filed_at = here.created_at
    after = await rates.report(filed_at + timedelta(seconds=1), UNTIL, community.clock())
    before = await rates.report(SINCE, filed_at, community.clock())
    assert (after.solution.behind, before.solution.behind) == ({}, {})


FINE = (
    "response: {over: heard, counts: contacted, weight: 0.1}\n"
    "solution: {over: heard, counts: solved, weight: 0.5}\n"
    "satisfaction: {over: heard, counts: satisfied, weight: 0.4}\n"
    "worth: {5: 1, 4: 1, 3: 0.9, 2: 0, 1: 0}\n"
)


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("weight: 0.5", "weight: 0.6", "三个 weight 加起来应该是 1，现在是 1.1"),
        ("over: heard", "over: everyone", "response.over"),
        (", 1: 0}", "}", "worth 缺少：1"),
        ("3: 0.9", "3: 1.9", "worth.3"),
        ("5: 1,", "6: 1,", "worth"),
    ],
)
def test_a_wrong_plan_is_refused_with_the_reason(
    tmp_path: Path, was: str, now: str, reason: str
) -> None:
    file = tmp_path / "rates.yaml"
    file.write_text(FINE, "utf-8")
    assert load_rates(file).solution.weight == 0.5
    file.write_text(FINE.replace(was, now, 1), "utf-8")
    with pytest.raises(BadFile, match=r"^rates\.yaml") as refused:
        load_rates(file)
    assert reason in str(refused.value)
