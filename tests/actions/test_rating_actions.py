"""What a resident says of an answer: solved, not solved, and how satisfied they are."""

import pytest

from actions import texts
from actions.appeals import deeds
from actions.appeals.life import AppealStatus
from actions.turn import HandoffReason, Outcome
from tests.actions.conftest import ActionServer

DONE = (deeds.Start(), deeds.Answer(answer="换了零件"))

RATINGS = [
    ("非常满意", 5),
    ("修得很好，点赞", 5),
    ("5分", 5),
    ("满意", 4),
    ("可以", 4),
    ("还可以", 3),
    ("一般般", 3),
    ("差不多吧", 3),
    ("不满意", 2),
    ("基本满意", 3),
    ("修得不好", 2),
    ("不怎么样", 2),
    ("太失望了", 2),
    ("非常不满意", 1),
    ("1星", 1),
    ("师傅2分钟就到了，满意", 4),
]


@pytest.mark.parametrize(("words", "stars"), RATINGS)
async def test_satisfaction_has_five_levels(server: ActionServer, words: str, stars: int) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    said = await server.run("action_rate", words, "rate_appeal")
    rated = await server.appeals.get(appeal.id)
    assert rated.satisfaction == stars
    # Who is satisfied needs no call-back; who only half is gets one.
    assert (rated.status is AppealStatus.CALLED_BACK) == (stars >= 4)
    assert said.note is not None and (said.note.handoff is not None) == (stars <= 2)


async def test_who_is_not_satisfied_gets_a_person(server: ActionServer) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    said = await server.run("action_rate", "不满意，态度差", "rate_appeal")
    assert said.text == texts.RATED_LOW.format(number=appeal.number)
    assert said.note is not None and said.note.handoff is not None
    assert said.note.outcome is Outcome.HANDED_OFF
    assert said.note.handoff.reason is HandoffReason.ASKED and said.note.handoff.priority == 1
    assert said.note.handoff.detail == f"对诉求 {appeal.number} 不满意：不满意，态度差"


@pytest.mark.parametrize("words", ["没解决", "不满意，还在漏", "根本没修", "没有修好", "又坏了"])
async def test_what_is_not_solved_goes_back_to_who_had_it(server: ActionServer, words: str) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    said = await server.run("action_rate", words, "rate_appeal")
    again = await server.appeals.get(appeal.id)
    assert (again.status, again.solved) == (AppealStatus.DISPATCHED, False)
    assert again.lead_party_id == appeal.lead_party_id
    assert said.text.startswith("对不起，没给您办好") and appeal.lead_party in said.text


async def test_what_is_solved_asks_how_satisfied_they_are(server: ActionServer) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    said = await server.run("action_rate", "解决了", "rate_appeal")
    assert said.text == texts.SOLVED.format(number=appeal.number)
    assert [button["title"] for button in said.buttons] == [
        "非常满意", "满意", "基本满意", "不满意", "非常不满意",
    ]  # fmt: skip
    back = await server.appeals.get(appeal.id)
    assert (back.status, back.solved, back.satisfaction) == (AppealStatus.CALLED_BACK, True, None)
    await server.run("action_rate", "基本满意", "rate_appeal")
    assert (await server.appeals.get(appeal.id)).satisfaction == 3


async def test_an_archived_appeal_is_taken_up_again(server: ActionServer) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    await server.run("action_rate", "解决了", "rate_appeal")
    await server.done(appeal, deeds.Close())
    await server.run("action_rate", "没解决，又漏了", "rate_appeal")
    again = await server.appeals.get(appeal.id)
    assert (again.status, again.reopened) == (AppealStatus.DISPATCHED, 1)


async def test_what_is_not_answered_yet_is_not_rated(server: ActionServer) -> None:
    appeal = await server.filed()
    said = await server.run("action_rate", "不满意", "rate_appeal")
    assert said.text.startswith(f"编号 {appeal.number} 还没办结")
    assert (await server.appeals.get(appeal.id)).satisfaction is None


async def test_an_old_matter_is_not_taken_up_by_mistake(server: ActionServer) -> None:
    old = await server.done(await server.filed(), *DONE)
    await server.run("action_rate", "满意", "rate_appeal")
    await server.done(old, deeds.Close())
    new = await server.filed("路灯不亮")
    said = await server.run("action_rate", "没修好啊", "rate_appeal")
    assert said.text.startswith(f"编号 {new.number} 还没办结")
    assert (await server.appeals.get(old.id)).status is AppealStatus.CLOSED
    by_number = await server.run("action_rate", f"{old.number}没修好", "rate_appeal")
    assert old.number in by_number.text
    assert (await server.appeals.get(old.id)).reopened == 1
