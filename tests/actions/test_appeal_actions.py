"""What a resident can do with an appeal that exists, by its number or the last one."""

import pytest

from actions import texts
from actions.appeals.appeal import AppealStatus
from actions.turn import HandoffReason, Outcome
from tests.actions.conftest import ActionServer

DONE = (AppealStatus.IN_PROGRESS, AppealStatus.DONE)


async def test_progress_tells_where_the_last_one_stands(server: ActionServer) -> None:
    await server.filed("路灯不亮", category="路灯路面")
    appeal = await server.moved(await server.filed(), AppealStatus.IN_PROGRESS, note="师傅下午到")
    said = await server.run("action_progress", "到哪一步了", "ask_progress")
    assert said.text == (
        f"编号 {appeal.number}（电梯坏了）\n目前：办理中，由青山街道办事处处理\n"
        "登记时间：11月24日 10:00\n最近进展：师傅下午到\n您还有 1 件诉求，发编号可以查。"
    )
    assert [button["title"] for button in said.buttons] == ["催一下", "补充情况"]
    assert said.note is not None
    assert (said.note.outcome, said.note.appeal) == (Outcome.ANSWERED, appeal.number)
    assert (said.note.category, said.note.intent) == ("电梯", "ask_progress")


async def test_a_number_names_another_one(server: ActionServer) -> None:
    first = await server.filed("路灯不亮")
    await server.filed("电梯坏了")
    said = await server.run("action_progress", f"查一下{first.number.lower()}", "ask_progress")
    assert first.number in said.text and "路灯不亮" in said.text


@pytest.mark.parametrize("action", ["progress", "urge", "withdraw", "add_to_appeal", "rate"])
async def test_the_number_of_somebody_else_is_refused(server: ActionServer, action: str) -> None:
    theirs = await server.filed(resident_id=2)
    own = await server.filed(resident_id=1)
    said = await server.run(f"action_{action}", f"{theirs.number}，不满意")
    assert said.text == texts.NO_SUCH_NUMBER.format(number=theirs.number, latest=own.number)
    assert await server.kinds(theirs) == ["filed", "dispatched"]


@pytest.mark.parametrize("action", ["progress", "urge", "withdraw", "add_to_appeal"])
async def test_who_filed_nothing_is_told_so(server: ActionServer, action: str) -> None:
    await server.filed(resident_id=2)
    assert (await server.run(f"action_{action}", "催一下")).text == texts.NO_APPEAL


async def test_urging_is_written_into_the_record(server: ActionServer) -> None:
    appeal = await server.filed()
    said = await server.run("action_urge", "快点啊三天了", "urge_appeal")
    assert said.text == texts.URGED.format(
        number=appeal.number, status="已派单", party="，由青山街道办事处处理"
    )
    last = (await server.appeals.history(appeal.id))[-1]
    assert (last.kind, last.actor, last.note) == ("urged", "resident", "快点啊三天了")


async def test_what_is_done_is_not_urged(server: ActionServer) -> None:
    appeal = await server.moved(await server.filed(), *DONE)
    said = await server.run("action_urge", "催一下", "urge_appeal")
    assert said.text == texts.URGED_DONE.format(number=appeal.number, status="已办结")
    assert "urged" not in await server.kinds(appeal)


async def test_withdrawing(server: ActionServer) -> None:
    appeal = await server.filed()
    said = await server.run("action_withdraw", "不用修了", "withdraw_appeal")
    assert said.text == texts.WITHDRAWN.format(number=appeal.number)
    assert (await server.appeals.get(appeal.id)).status is AppealStatus.WITHDRAWN
    again = await server.run("action_withdraw", "不用修了", "withdraw_appeal")
    assert again.text == texts.CANNOT_WITHDRAW.format(number=appeal.number, status="已撤回")


async def test_adding_words_and_a_photo(server: ActionServer) -> None:
    appeal = await server.filed()
    await server.run("action_add_to_appeal", "又漏了", "add_to_appeal", media_id=7)
    said = await server.run("action_add_to_appeal", "还是漏", "add_to_appeal")
    assert said.text == texts.ADDED.format(number=appeal.number)
    assert (await server.appeals.get(appeal.id)).photos == [7]
    notes = [event.note for event in await server.appeals.history(appeal.id)][-2:]
    assert notes == ["又漏了", "还是漏"]


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
    ("根本没修", 2),
    ("修得不好", 2),
    ("不怎么样", 2),
    ("太失望了", 2),
    ("非常不满意", 1),
    ("1星", 1),
    ("师傅2分钟就到了，满意", 4),
]


async def test_satisfaction_has_five_levels(server: ActionServer) -> None:
    appeal = await server.moved(await server.filed(), *DONE)
    for words, stars in RATINGS:
        said = await server.run("action_rate", words, "rate_appeal")
        assert (await server.appeals.get(appeal.id)).satisfaction == stars, words
        assert said.note is not None and (said.note.handoff is not None) == (stars <= 2)


async def test_who_is_not_satisfied_gets_a_person(server: ActionServer) -> None:
    appeal = await server.moved(await server.filed(), *DONE)
    said = await server.run("action_rate", "不满意，还在漏", "rate_appeal")
    assert said.text == texts.RATED_LOW.format(number=appeal.number)
    assert said.note is not None and said.note.handoff is not None
    assert said.note.outcome is Outcome.HANDED_OFF
    assert said.note.handoff.reason is HandoffReason.ASKED and said.note.handoff.priority == 1
    assert said.note.handoff.detail == f"对诉求 {appeal.number} 不满意：不满意，还在漏"


async def test_praise_without_an_appeal_is_thanked_for(server: ActionServer) -> None:
    said = await server.run("action_rate", "满意", "rate_appeal")
    assert said.text == texts.RATE_NOTHING


async def test_urging_is_for_the_appeal_that_is_open(server: ActionServer) -> None:
    first = await server.filed()
    second = await server.filed()
    await server.appeals.move(second.id, AppealStatus.WITHDRAWN, "resident")
    said = await server.run("action_urge", "催一下", "urge_appeal")
    assert first.number in said.text
