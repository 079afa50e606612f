"""The herald tells every event once: to who filed, to who joined, in plain words, and to listeners."""

import asyncio
import signal
import sys
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import deeds
from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import Actor, By
from actions.clock.watch import REMINDER
from bot.appeals.herald import APPEALS
from bot.conversations.tables import MediaRow
from knowledge.storage.database import Database
from tests.bot.appeals.village import SECRETARY, STAFF, Village

OF = "您反映的“3栋电梯坏了”（{number}）"
LEVELS = ["非常满意", "满意", "基本满意", "不满意", "非常不满意", "没解决"]


async def test_the_resident_hears_of_each_step_of_the_party(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    until = village.clock() + timedelta(days=20)
    herald = village.herald()
    for deed in (
        deeds.Sign(),
        deeds.Start(note="下午三点上门"),
        deeds.Contact(note="电话里说好了"),
        deeds.Extend(reason="等配件", until=until),
        deeds.Answer(answer="换了接触器"),
    ):
        await village.act(appeal, deed, village.master)
        await herald.tell_due()
    assert await village.news() == 0
    of = OF.format(number=appeal.number)
    assert await village.told(he) == [
        f"{of}青山物业 张师傅已经签收，预计下周二下午5点半前办好。",
        f"{of}已经有人在办了：青山物业 张师傅，预计下周二下午5点半前办好。\n说明：下午三点上门",
        f"{of}一时办不完，时间要延长一些，请您谅解。改为12月14日上午10点前办好。\n原因：等配件",
        f"{of}办好了。\n青山物业答复：换了接触器\n\n问题解决了吗？满意不满意，"
        "点一下或者回复一句就行；没解决就回复“没解决”，我们接着办。",
    ]


async def test_what_a_resident_does_is_not_told_back_to_them(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    themselves = Actor(By.RESIDENT, "resident", resident_id=he)
    for deed in (deeds.Urge(note="急"), deeds.Add(note="又停了"), deeds.Withdraw()):
        await village.act(appeal, deed, themselves)
    assert await village.herald().tell_due() == 5
    assert await village.told(he) == []


async def test_what_staff_do_for_them_is_told(village: Village) -> None:
    he = await village.resident("he")
    filed = await village.filed(he, "王芳（wang）")
    herald = village.herald()
    await herald.tell_due()
    for deed in (
        deeds.Redispatch(party_id=village.other_id, reason="不归物业"),
        deeds.Return(reason="不归我们", evidence="图纸"),
        deeds.Refuse(reason="已经起诉", where_to="江城区人民法院"),
    ):
        await village.act(filed, deed)
        await herald.tell_due()
    of = OF.format(number=filed.number)
    assert await village.told(he) == [
        f"工作人员已替您登记“3栋电梯坏了”，编号 {filed.number}。"
        "已转给青山物业处理，预计下周二下午5点半前办好；也可以随时发编号来查。",
        f"{of}改由江城供水处理，预计下周二下午5点半前办好。",
        f"{of}，原来的单位说不归他们管，社区正在重新安排人处理。",
        f"{of}社区不能受理。\n原因：已经起诉\n您可以：江城区人民法院",
    ]


async def test_colleagues_among_themselves_tell_the_resident_nothing(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Note(note="这户情绪激动"))
    await village.act(appeal, deeds.Urge(note="领导过问"))
    async with village.database.write() as session:
        record = village.appeals._record
        await record.tell(
            session, appeal.id, 9, kind=REMINDER, actor="system", came_from=None, to=None, note="x"
        )
    await village.herald().tell_due()
    assert await village.told(he) == []
    assert await village.news() == 0


async def test_being_late_is_told_honestly(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Supervise(level=1), SECRETARY)
    await village.act(appeal, deeds.Escalate(level=2, reason="超时"), SECRETARY)
    await village.herald().tell_due()
    supervised, escalated = await village.told(he)
    assert "社区书记已经在督办" in supervised
    assert escalated.endswith("没能按时办好，很抱歉。已经上报街道大工委督促，现在由青山物业负责。")


async def test_everyone_who_joined_hears_and_reads_nothing_private(village: Village) -> None:
    he, she = await village.resident("he"), await village.resident("she")
    appeal = await village.filed(he)
    await village.joins(appeal, she)
    await village.act(appeal, deeds.Sign(), village.master)
    await village.act(appeal, deeds.Answer(answer="换了接触器"), village.master)
    await village.act(appeal, deeds.Reopen(reason="电话里说还在停"))
    await village.herald().tell_due()
    hers = await village.told(she)
    assert [text.partition("）")[0] for text in hers] == [f"您关注的“3栋电梯”（{appeal.number}"] * 3
    assert "老人" not in "".join(hers)
    assert "各家说各家的" in hers[1]
    asked = (await village.messages(she))[1]
    assert [button["title"] for button in asked.buttons] == ["解决了", "没解决"]
    assert len(await village.told(he)) == 3


async def test_who_joined_hears_that_the_filer_withdrew(village: Village) -> None:
    he, she = await village.resident("he"), await village.resident("she")
    appeal = await village.filed(he)
    await village.joins(appeal, she)
    themselves = Actor(By.RESIDENT, "resident", resident_id=he)
    await village.act(appeal, deeds.Withdraw(reason="搬走了"), themselves)
    await village.herald().tell_due()
    assert await village.told(he) == []
    (hers,) = await village.told(she)
    assert "撤回了" in hers and "单独登记" in hers and "搬走" not in hers


async def test_the_answer_asks_how_satisfied_they_are(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Start())
    await village.act(appeal, deeds.Answer(answer="修好了", photos=[]))
    await village.herald().tell_due()
    asked = (await village.messages(he))[-1]
    assert [button["title"] for button in asked.buttons] == LEVELS
    assert all(appeal.number in button["payload"] for button in asked.buttons)
    # A number sent on WeChat means one of these.
    assert (await village.memory(he))["buttons"] == asked.buttons


async def test_the_photo_of_the_answer_goes_to_who_filed_it(village: Village) -> None:
    he, she = await village.resident("he"), await village.resident("she")
    appeal, other = await village.filed(he), await village.filed(he, content="路灯不亮")
    await village.joins(appeal, she)
    async with village.database.write() as session:
        photo = MediaRow(key="0" * 32, mime="image/jpeg", size=9, created_at=village.clock())
        session.add(photo)
    for each, shown in ((appeal, photo.id), (other, 404)):
        await village.act(each, deeds.Start())
        await village.act(each, deeds.Answer(answer="修好了", photos=[shown]))
    await village.herald().tell_due()
    answers = [row.media_id for row in await village.messages(he) if "修好了" in row.text]
    assert answers == [photo.id, None]
    assert [row.media_id for row in await village.messages(she)] == [None, None]


async def test_a_question_that_is_open_keeps_its_own_choices(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    confirming = [{"title": "确认登记", "payload": "/affirm"}]
    await village.remembers(he, buttons=confirming)
    await village.act(appeal, deeds.Start())
    await village.act(appeal, deeds.Answer(answer="修好了"))
    await village.herald().tell_due()
    asked = (await village.messages(he))[-1]
    assert (asked.buttons, (await village.memory(he))["buttons"]) == ([], confirming)
    assert "没解决就回复“没解决”" in asked.text


async def test_silence_is_asked_about_and_never_taken_for_content(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Start())
    await village.act(appeal, deeds.Answer(answer="修好了"))
    for _ in range(3):
        village.clock.forward(timedelta(hours=5))
        await village.act(appeal, deeds.CallBack(contacted=False))
    await village.act(appeal, deeds.Close())
    await village.herald().tell_due()
    told = await village.told(he)
    assert len([text for text in told if "没有联系上您" in text and "满意不满意" in text]) == 3
    assert told[-1].endswith("一直没有联系上您，先归档了。问题要是还在，回复“没解决”，我们接着办。")


async def test_wechat_is_given_the_way_to_the_page(village: Village) -> None:
    he = await village.resident("he", "wechat")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Start())
    await village.herald().tell_due()
    (told,) = await village.messages(he)
    assert told.text.endswith(f"\n点这里看办理经过：https://shequ.example/mine/{appeal.number}")
    assert told.details["notice"] == {
        "number": appeal.number,
        "matter": "3栋电梯",
        "status": "办理中",
        "party": "青山物业",
        "at": "2026年11月24日 10:00",
        "due": "2026年12月1日 17:30",
    }
    assert told.delivery == "pending"


async def test_of_two_heralds_at_once_one_tells(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    for _ in range(12):
        village.clock.forward(timedelta(minutes=1))
        await village.act(appeal, deeds.Add(note="停电通知"))
    other = Database(village.url)
    try:
        heralds = [village.herald(), village.herald(database=other)]
        while await village.news():
            await asyncio.gather(*(herald.tell_due() for herald in heralds))
    finally:
        await other.close()
    assert len(await village.told(he)) == 12


async def test_a_process_killed_half_way_leaves_everything_to_the_next(village: Village) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Start(note="在路上"))
    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.appeals.killed", village.url
    )
    assert await dying.wait() == -signal.SIGKILL
    assert await village.told(he) == []
    assert await village.herald().tell_due() == 3
    assert await village.herald().tell_due() == 0
    assert len(await village.told(he)) == 1


async def test_listeners_hear_of_every_event_and_write_with_it(village: Village) -> None:
    heard: list[tuple[str, str]] = []

    async def hear(session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
        assert session.in_transaction()
        heard.append((event.kind, appeal.number))

    appeal = await village.filed(await village.resident("he"))
    await village.act(appeal, deeds.Note(note="内部"))
    await village.herald(hear).tell_due()
    assert heard == [(kind, appeal.number) for kind in ("filed", "dispatch", "note")]


async def test_an_event_that_cannot_be_told_keeps_no_other_waiting(village: Village) -> None:
    he, she = await village.resident("he"), await village.resident("she")

    async def hear(session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
        if appeal.resident_id == he:
            raise RuntimeError("out of order")

    for resident in (he, she):
        await village.act(await village.filed(resident), deeds.Start())
    assert await village.herald(hear).tell_due() == 3
    assert (len(await village.told(he)), len(await village.told(she))) == (0, 1)
    assert await village.herald().tell_due() == 3
    assert (len(await village.told(he)), len(await village.told(she))) == (1, 1)


async def test_an_appeal_of_nobody_whom_we_can_write_to_is_done_with(village: Village) -> None:
    appeal = await village.filed(404, "import")
    await village.act(appeal, deeds.Start())
    assert await village.herald().tell_due() == 3
    assert await village.news() == 0


@pytest.mark.parametrize("nudged", [True, False])
async def test_a_running_herald_is_woken_or_looks_by_itself(
    village: Village, nudged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.appeals.herald.LOOK_EVERY", 60.0 if nudged else 0.02)
    he = await village.resident("he")
    herald = village.herald()
    await herald.start()
    try:
        await asyncio.sleep(0.05)
        appeal = await village.filed(he)
        await village.act(appeal, deeds.Start(), STAFF)
        if nudged:
            await village.live.publish(APPEALS, "news")
        async with asyncio.timeout(5):
            while not village.rung:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        await herald.stop()
    assert len(await village.told(he)) == 1
