"""What is done to an appeal: each rule holds inside the transaction, and what is refused is gone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.casework import SYSTEM
from actions.appeals.deeds import DEED, Deed
from actions.appeals.life import (
    Actor,
    AppealError,
    AppealStatus,
    By,
    IllegalTransition,
    NotYourAppeal,
    SecretaryNeeded,
    StaleAppeal,
    TooLate,
    TooOften,
    UnknownAppeal,
    UnknownParty,
)
from tests.actions.appeals.conftest import RESIDENT, SECRETARY, WANG, Office

S = AppealStatus
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNREACHED = deeds.CallBack(contacted=False)
UNSOLVED = deeds.CallBack(contacted=True, solved=False, satisfaction=2, note="还在漏")
BACK = deeds.Return(reason="不归我们管", evidence="产权图")


async def refused(
    office: Office, appeal: Appeal, deed: Deed, actor: Actor, error: type[AppealError]
) -> str:
    """The words of a refusal that left no trace."""
    before = await office.appeals.get(appeal.id), await office.appeals.history(appeal.id)
    with pytest.raises(error) as told:
        await office.casework.act(appeal.id, deed, actor)
    assert (await office.appeals.get(appeal.id), await office.appeals.history(appeal.id)) == before
    return str(told.value)


async def answered(office: Office) -> Appeal:
    """Dispatched, signed for and answered by the property firm."""
    return await office.done(
        await office.dispatched(),
        (deeds.Sign(), office.property),
        (deeds.Answer(answer="换了水管"), office.property),
    )


async def test_a_whole_life_from_dispatch_to_the_archive(office: Office) -> None:
    filed = await office.dispatched()
    start = office.clock()
    assert (filed.status, filed.lead_party, filed.helpers) == (
        S.DISPATCHED,
        "青山物业",
        ["青山业委会"],
    )
    assert filed.dispatched_at == start and filed.due_at == start + 5 * DAY
    assert (filed.sign_due_at, filed.contact_due_at) == (start + 2 * HOUR, start + DAY)
    closed = await office.done(
        filed,
        (deeds.Sign(), office.property),
        (deeds.Contact(note="约了下午"), office.property),
        (deeds.Start(), office.property),
        (deeds.Answer(answer="换了水管", photos=[9]), office.property),
        (deeds.CallBack(contacted=True, solved=True, satisfaction=5), WANG),
        (deeds.Close(), WANG),
    )
    assert (closed.status, closed.solved, closed.satisfaction) == (S.CLOSED, True, 5)
    assert (closed.answer, closed.called_back_by) == ("换了水管", "王芳（wang）")
    assert (closed.signed_at, closed.contacted_at) == (start + HOUR / 60, start + HOUR / 30)
    assert closed.call_back_result == "solved" and closed.closed_at == office.clock()
    history = await office.appeals.history(filed.id)
    assert [event.kind for event in history] == [
        "filed", "dispatch", "sign", "contact", "start", "answer", "call_back", "close",
    ]  # fmt: skip
    assert (history[5].from_status, history[5].to_status) == ("in_progress", "done")
    assert history[5].note == "换了水管" and history[5].details["photos"] == [9]
    assert history[5].details["by"] == "party"
    assert closed.version == len(history) == await office.news()


async def test_who_was_not_signed_for_is_signed_for_by_the_work(office: Office) -> None:
    begun = await office.done(await office.dispatched(), (deeds.Start(), office.property))
    assert begun.signed_at == office.clock()


async def test_staff_who_do_it_themselves_start_the_clock(office: Office) -> None:
    begun = await office.done(await office.filed(), (deeds.Start(), WANG))
    assert begun.dispatched_at == office.clock() and begun.due_at == office.clock() + 5 * DAY


async def test_only_who_was_given_an_appeal_works_on_it(office: Office) -> None:
    appeal = await office.dispatched()
    stranger, helper = office.party(2), office.party(1)
    said = await refused(office, appeal, deeds.Note(note="看看"), stranger, NotYourAppeal)
    assert "没有派给您的单位" in said
    said = await refused(office, appeal, deeds.Sign(), helper, NotYourAppeal)
    assert "由主办的青山物业来做" in said
    noted = await office.done(appeal, (deeds.Note(note="钥匙在我这"), helper))
    assert (await office.last(noted)).details["of_party"] == office.parties[1]
    other = Actor(By.RESIDENT, "resident", resident_id=2)
    await refused(office, appeal, deeds.Withdraw(), other, NotYourAppeal)


async def test_a_return_needs_evidence_and_the_third_goes_to_the_secretary(office: Office) -> None:
    with pytest.raises(ValidationError, match="退单要说明依据"):
        deeds.Return(reason="不归我们管")
    appeal = await office.dispatched()
    for times in (1, 2, 3):
        appeal = await office.done(appeal, (BACK, office.property))
        assert (appeal.status, appeal.returns) == (S.RETURNED, times)
        assert (appeal.lead_party, appeal.helpers) == ("", [])
        again = deeds.Dispatch(party_id=office.parties[0])
        if times < 3:
            appeal = await office.done(appeal, (again, WANG))
    for actor in (WANG, SYSTEM):
        assert "已退单 3 次" in await refused(office, appeal, again, actor, SecretaryNeeded)
    assert (await office.done(appeal, (again, SECRETARY))).status is S.DISPATCHED


async def test_the_clock_is_honest_when_an_appeal_changes_hands(office: Office) -> None:
    first = await office.dispatched()
    office.clock.forward(DAY)
    back = await office.done(first, (deeds.Sign(), office.property), (BACK, office.property))
    again = await office.done(back, (deeds.Dispatch(party_id=office.parties[1]), WANG))
    assert (again.due_at, again.dispatched_at) == (first.due_at, first.dispatched_at)
    assert (again.signed_at, again.sign_due_at) == (None, office.clock() + 2 * HOUR)
    other = deeds.Redispatch(party_id=office.parties[2], reason="街道的路", helper_ids=[])
    moved = await office.done(again, (other, WANG))
    assert (moved.lead_party, moved.due_at) == ("青山街道", first.due_at)
    assert (await office.last(moved)).details["from_party_id"] == office.parties[1]


async def test_more_time_is_asked_for_before_the_deadline_and_twice_at_most(
    office: Office,
) -> None:
    appeal = await office.dispatched()
    assert appeal.due_at is not None

    def extend(days: int) -> deeds.Extend:
        return deeds.Extend(reason="配件没到", until=appeal.due_at + days * DAY)

    assert "晚于原来的期限" in await refused(office, appeal, extend(0), office.property, TooLate)
    await refused(office, appeal, extend(1), office.party(1), NotYourAppeal)
    longer = await office.done(appeal, (extend(1), office.property), (extend(2), WANG))
    assert (longer.extended, longer.due_at) == (2, appeal.due_at + 2 * DAY)
    assert "已经延期 2 次" in await refused(office, appeal, extend(9), WANG, TooOften)
    late = await office.dispatched()
    office.clock.forward(6 * DAY)
    assert "期限已经过了" in await refused(office, late, extend(9), office.property, TooLate)


async def test_what_rests_goes_on_with_the_time_it_had_left(office: Office) -> None:
    begun = await office.done(await office.dispatched(), (deeds.Start(), office.property))
    assert begun.due_at is not None
    past = deeds.Suspend(reason="等业主回来", until=office.clock() - DAY)
    assert "要晚于今天" in await refused(office, begun, past, WANG, TooLate)
    wait = deeds.Suspend(reason="等业主回来", until=office.clock() + 9 * DAY)
    await refused(office, begun, wait, office.property, NotYourAppeal)
    resting = await office.done(begun, (wait, WANG))
    assert (resting.status, resting.suspended_until) == (S.SUSPENDED, wait.until)
    office.clock.forward(10 * DAY)
    assert not (await office.appeals.get(begun.id)).is_overdue(office.clock())
    again = await office.done(resting, (deeds.Resume(), SYSTEM))
    assert again.status is S.IN_PROGRESS and again.suspended_until is None
    assert again.due_at == begun.due_at + 10 * DAY + HOUR / 60


async def test_silence_never_counts_as_satisfied(office: Office) -> None:
    done = await answered(office)
    with pytest.raises(ValidationError, match="不能替居民填写"):
        deeds.CallBack(contacted=False, satisfaction=5)
    with pytest.raises(ValidationError, match="问题解决了没有"):
        deeds.CallBack(contacted=True)
    for left in (3, 2, 1):
        said = await refused(office, done, deeds.Close(), WANG, IllegalTransition)
        assert f"再试 {left} 次" in said
        done = await office.done(done, (UNREACHED, WANG))
        assert done.status is S.DONE
    closed = await office.done(done, (deeds.Close(), WANG))
    assert (closed.solved, closed.satisfaction) == (None, None)
    assert (closed.call_back_result, closed.call_back_attempts) == ("unreached", 3)


async def test_not_solved_goes_back_to_the_same_party_one_level_up_the_second_time(
    office: Office,
) -> None:
    done = await answered(office)
    office.clock.forward(7 * DAY)
    again = await office.done(done, (UNSOLVED, RESIDENT))
    assert (again.status, again.lead_party, again.reopened) == (S.DISPATCHED, "青山物业", 1)
    assert (again.solved, again.satisfaction, again.call_back_result) == (False, 2, "unsolved")
    assert (again.escalation_level, again.answer, again.done_at) == (0, "", None)
    assert again.due_at == office.clock() + 5 * DAY
    closed = await office.done(
        again,
        (deeds.Start(), office.property),
        (deeds.Answer(answer="又换了"), office.property),
        (deeds.CallBack(contacted=True, solved=True), WANG),
        (deeds.Close(), WANG),
        (deeds.Reopen(reason="又漏了", photos=[4]), RESIDENT),
    )
    assert (closed.status, closed.reopened, closed.escalation_level) == (S.DISPATCHED, 2, 1)
    assert closed.photos == [4] and closed.version == 10
    # What was said of the first answer says nothing of the second.
    assert closed.satisfaction is None


async def test_what_staff_did_themselves_is_dispatched_anew_when_it_was_not_solved(
    office: Office,
) -> None:
    done = await office.done(
        await office.filed(), (deeds.Start(), WANG), (deeds.Answer(answer="修了"), WANG)
    )
    again = await office.done(done, (deeds.Reopen(reason="还在漏"), RESIDENT))
    assert (again.status, again.due_at) == (S.RECEIVED, None)


async def test_a_resident_who_says_it_is_solved_needs_no_call_back(office: Office) -> None:
    done = await answered(office)
    rated = await office.done(done, (deeds.Rate(satisfaction=3), RESIDENT))
    assert (rated.status, rated.satisfaction, rated.solved) == (S.DONE, 3, None)
    said = await office.done(rated, (deeds.Rate(satisfaction=5, solved=True), RESIDENT))
    assert (said.status, said.satisfaction, said.solved) == (S.CALLED_BACK, 5, True)
    closed = await office.done(said, (deeds.Close(), WANG))
    later = await office.done(closed, (deeds.Rate(satisfaction=1), RESIDENT))
    assert (later.status, later.satisfaction) == (S.CLOSED, 1)


async def test_urging_helps_once_in_four_hours(office: Office) -> None:
    appeal = await office.done(await office.dispatched(), (deeds.Urge(note="快点"), RESIDENT))
    urged_at = office.clock()
    office.clock.forward(HOUR)
    with pytest.raises(TooOften, match="4 小时内不用再催") as told:
        await office.casework.act(appeal.id, deeds.Urge(), RESIDENT)
    assert told.value.again_at == urged_at + 4 * HOUR
    await office.casework.act(appeal.id, deeds.Urge(note="代居民催"), WANG)
    office.clock.forward(3 * HOUR)
    assert (await office.casework.act(appeal.id, deeds.Urge(), RESIDENT)).urged == 3


async def test_supervision_is_the_secretarys_and_levels_only_rise(office: Office) -> None:
    appeal = await office.dispatched()
    await refused(office, appeal, deeds.Supervise(level=2), WANG, SecretaryNeeded)
    watched = await office.done(appeal, (deeds.Supervise(level=2, note="两天内"), SECRETARY))
    assert watched.supervision == 2
    up = deeds.Escalate(level=2, reason="超期")
    raised = await office.done(watched, (up, SYSTEM))
    assert raised.escalation_level == 2
    office.clock.forward(HOUR)
    for level in (1, 2):
        down = deeds.Escalate(level=level, reason="再来")
        assert "第 2 级" in await refused(office, appeal, down, SYSTEM, IllegalTransition)


async def test_what_is_not_ours_is_refused_with_the_right_door(office: Office) -> None:
    refusal = deeds.Refuse(reason="正在打官司", where_to="江城区人民法院")
    appeal = await office.done(await office.filed(), (refusal, WANG))
    assert appeal.status is S.NOT_ACCEPTED
    event = await office.last(appeal)
    assert (event.note, event.details["where_to"]) == ("正在打官司", "江城区人民法院")


async def test_another_household_joins_once_and_nobody_joins_their_own(office: Office) -> None:
    appeal = await office.dispatched()
    neighbour = Actor(By.RESIDENT, "resident", resident_id=2)
    join = deeds.Join(resident_id=2, conversation_id=8, place_text="3栋", note="我家也没水")
    joined = await office.done(appeal, (join, neighbour), (join, neighbour))
    assert (joined.followers, joined.version) == (1, appeal.version + 1)
    another = deeds.Join(resident_id=3)
    assert "自己的名义" in await refused(office, appeal, another, neighbour, NotYourAppeal)
    own = deeds.Join(resident_id=1)
    assert "您自己登记的" in await refused(office, appeal, own, RESIDENT, NotYourAppeal)


async def test_a_closed_appeal_is_refused_clearly(office: Office) -> None:
    closed = await office.done(
        await office.filed(), (deeds.Withdraw(reason="不用了"), RESIDENT), (deeds.Close(), WANG)
    )
    for deed, actor in ((deeds.Urge(), RESIDENT), (deeds.Add(note="还有"), RESIDENT)):
        said = await refused(office, closed, deed, actor, IllegalTransition)
        assert said.startswith("这条诉求目前是“已归档”，不能做“") and "重办" in said


async def test_a_second_click_changes_nothing(office: Office) -> None:
    appeal = await office.dispatched()
    answer = deeds.Answer(answer="换了水管")
    await office.done(appeal, (deeds.Sign(), office.property))
    twice = await asyncio.gather(
        *(office.casework.act(appeal.id, answer, office.property, 3) for _ in range(2))
    )
    assert twice[0] == twice[1] and twice[0].version == 4
    for _ in range(2):
        note = await office.casework.act(appeal.id, deeds.Note(note="照片在群里"), WANG)
    assert note.version == 5


async def test_who_read_an_older_version_is_refused(office: Office) -> None:
    appeal = await office.dispatched()
    await office.casework.act(appeal.id, deeds.Sign(), office.property, appeal.version)
    with pytest.raises(StaleAppeal, match="刚被同事更新过"):
        await office.casework.act(appeal.id, deeds.Withdraw(), WANG, appeal.version)
    assert (await office.appeals.get(appeal.id)).status is S.SIGNED


async def test_of_two_who_act_at_once_one_succeeds(office: Office) -> None:
    appeal = await office.dispatched()
    outcomes = await asyncio.gather(
        office.casework.act(appeal.id, deeds.Start(), WANG, appeal.version),
        office.casework.act(appeal.id, deeds.Withdraw(), SECRETARY, appeal.version),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appeal", "StaleAppeal"]
    assert len(await office.appeals.history(appeal.id)) == 3


async def test_many_may_add_at_once(office: Office) -> None:
    appeal = await office.filed()
    notes = (deeds.Add(note=f"第{n}次", photos=[n]) for n in range(8))
    await asyncio.gather(*(office.casework.act(appeal.id, note, RESIDENT) for note in notes))
    assert [event.sequence for event in await office.appeals.history(appeal.id)] == [*range(1, 10)]
    assert sorted((await office.appeals.get(appeal.id)).photos) == [*range(8)]


async def test_what_is_not_there_has_a_name(office: Office) -> None:
    with pytest.raises(UnknownAppeal):
        await office.casework.act(404, deeds.Sign(), WANG)
    appeal = await office.filed()
    nobody = deeds.Dispatch(party_id=404)
    assert "没有这个责任主体" in await refused(office, appeal, nobody, WANG, UnknownParty)
    helpers = deeds.Dispatch(party_id=office.parties[0], helper_ids=[404])
    await refused(office, appeal, helpers, WANG, UnknownParty)


@pytest.mark.parametrize(
    "wrong",
    [
        {"move": "fly"},
        {"move": "answer", "answer": " "},
        {"move": "supervise", "level": 4},
        {"move": "rate", "satisfaction": 6},
        {"move": "extend", "reason": "等", "until": "2026-11-30T10:00:00"},
        {"move": "sign", "note": "多余"},
        {"move": "note"},
    ],
)
def test_a_deed_that_lacks_what_it_needs_is_no_deed(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DEED.validate_python(wrong)
