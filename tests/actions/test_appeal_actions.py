"""What a resident can do with an appeal that exists, by its number or the last one."""

from datetime import timedelta

import pytest

from actions import texts
from actions.appeals import deeds
from actions.appeals.life import Actor, AppealStatus, By
from actions.turn import Outcome
from tests.actions.conftest import ActionServer
from tests.databases import Clock

DONE = (deeds.Start(), deeds.Answer(answer="换了零件"))


async def by_zhang(server: ActionServer, *path: deeds.Deed) -> str:
    """An appeal of resident 1 on which Zhang of the responsible party did these deeds; its number."""
    appeal = await server.filed()
    actor = Actor(By.PARTY, "张师傅（zhang）", party_id=appeal.lead_party_id)
    await server.done(appeal, *path, actor=actor)
    return appeal.number


async def test_progress_tells_who_holds_it_since_when_and_by_when(server: ActionServer) -> None:
    await server.filed("路灯不亮", category="路灯")
    number = await by_zhang(server, deeds.Sign())
    said = await server.run("action_progress", "到哪一步了", "ask_progress")
    lead = (await server.appeals.by_number(number)).lead_party
    assert said.text == (
        f"编号 {number}（电梯坏了）\n{lead} 张师傅 今天上午10点已签收，预计下周二下午5点半前办好。\n"
        "登记时间：今天上午10点\n您还有 1 件诉求，发编号可以查。"
    )
    assert [button["title"] for button in said.buttons] == ["催一下", "补充情况"]
    assert said.note is not None
    assert (said.note.outcome, said.note.appeal) == (Outcome.ANSWERED, number)
    assert (said.note.category, said.note.intent) == ("电梯", "ask_progress")


async def test_progress_tells_the_last_words_that_were_meant_for_the_resident(
    server: ActionServer,
) -> None:
    await by_zhang(server, deeds.Start(note="师傅下午到"), deeds.Note(note="配件要 800 元"))
    said = await server.run("action_progress", "到哪一步了", "ask_progress")
    assert "张师傅 正在办理" in said.text and said.text.endswith("最近进展：师傅下午到")
    assert "800" not in said.text


async def test_progress_of_what_is_answered_asks_whether_it_is_solved(server: ActionServer) -> None:
    await by_zhang(server, *DONE)
    said = await server.run("action_progress", "到哪一步了", "ask_progress")
    assert "答复：换了零件" in said.text and said.text.endswith(texts.ASK_SOLVED)
    assert [button["title"] for button in said.buttons] == ["解决了", "没解决"]


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
    assert await server.kinds(theirs) == ["filed", "dispatch"]


@pytest.mark.parametrize("action", ["progress", "urge", "withdraw", "add_to_appeal"])
async def test_who_filed_nothing_is_told_so(server: ActionServer, action: str) -> None:
    await server.filed(resident_id=2)
    assert (await server.run(f"action_{action}", "催一下")).text == texts.NO_APPEAL


async def test_urging_is_written_into_the_record(server: ActionServer) -> None:
    appeal = await server.filed()
    said = await server.run("action_urge", "快点啊三天了", "urge_appeal")
    assert said.text.startswith(f"已经帮您催办了，编号 {appeal.number}。")
    assert f"转给了{appeal.lead_party}" in said.text
    last = (await server.appeals.history(appeal.id))[-1]
    assert (last.kind, last.actor, last.note) == ("urge", "resident", "快点啊三天了")


async def test_urging_too_often_says_when_it_helps_again(
    server: ActionServer, clock: Clock
) -> None:
    appeal = await server.filed()
    await server.run("action_urge", "快点", "urge_appeal")
    clock.forward(timedelta(hours=1))
    said = await server.run("action_urge", "怎么还没来", "urge_appeal")
    assert "4 小时内不用再催" in said.text and "今天下午2点以后" in said.text
    assert (await server.appeals.get(appeal.id)).urged == 1


async def test_what_is_done_is_not_urged(server: ActionServer) -> None:
    appeal = await server.done(await server.filed(), *DONE)
    said = await server.run("action_urge", "催一下", "urge_appeal")
    assert said.text == texts.URGED_DONE.format(number=appeal.number, status="已办结")
    assert "urge" not in await server.kinds(appeal)


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


async def test_nothing_is_added_to_what_is_archived(server: ActionServer) -> None:
    appeal = await server.done(await server.filed(), deeds.Withdraw(), deeds.Close())
    said = await server.run("action_add_to_appeal", "还有", "add_to_appeal")
    assert said.text == texts.ADD_CLOSED.format(number=appeal.number)


async def test_praise_without_an_appeal_is_thanked_for(server: ActionServer) -> None:
    said = await server.run("action_rate", "满意", "rate_appeal")
    assert said.text == texts.RATE_NOTHING


async def test_urging_is_for_the_appeal_that_is_open(server: ActionServer) -> None:
    first = await server.filed()
    second = await server.filed()
    await server.done(second, deeds.Withdraw())
    said = await server.run("action_urge", "催一下", "urge_appeal")
    assert first.number in said.text


async def test_a_choice_under_an_answer_is_about_the_appeal_that_it_names(
    server: ActionServer,
) -> None:
    asked = await server.done(await server.filed(), deeds.Start(), deeds.Answer(answer="换了"))
    newer = await server.done(
        await server.filed("路灯不亮"), deeds.Start(), deeds.Answer(answer="修了")
    )
    named = {"entry": asked.number}
    await server.run("action_rate", "非常满意", "rate_appeal", entities=named)
    assert (await server.appeals.get(asked.id)).satisfaction == 5
    assert (await server.appeals.get(newer.id)).satisfaction is None
