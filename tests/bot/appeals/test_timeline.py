"""我的诉求 reads a history: all of it to who filed it, what is everyone's to who joined."""

from datetime import timedelta

import pytest

from actions.appeals import deeds
from actions.appeals.life import Actor, By, NotYourAppeal
from bot.appeals.mine import MyAppeals, Wish
from tests.bot.appeals.village import SECRETARY, Village


@pytest.fixture
def mine(village: Village) -> MyAppeals:
    return MyAppeals(
        village.database,
        village.casework,
        village.joining,
        village.clock,
        village.deadlines.calendar,
    )


async def test_a_long_life_in_plain_words(village: Village, mine: MyAppeals) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    themselves = Actor(By.RESIDENT, "resident", resident_id=he)
    for deed, actor in (
        (deeds.Redispatch(party_id=village.other_id, reason="内部的原因"), SECRETARY),
        (deeds.Return(reason="内部的原因", evidence="图纸"), SECRETARY),
        (deeds.Dispatch(party_id=village.party_id, note="内部的话"), SECRETARY),
        (deeds.Sign(), village.master),
        (deeds.Extend(reason="等配件", until=village.clock() + timedelta(days=20)), village.master),
        (deeds.Supervise(level=1, note="内部的话"), SECRETARY),
        (deeds.Urge(note="太慢了"), themselves),
        (deeds.Urge(note="内部的话"), SECRETARY),
        (deeds.Start(note="在换"), village.master),
        (deeds.Answer(answer="换了接触器"), village.master),
        (deeds.CallBack(contacted=False), SECRETARY),
        (deeds.Rate(satisfaction=2, solved=True, note="慢"), themselves),
    ):
        village.clock.forward(timedelta(minutes=1))
        await village.act(appeal, deed, actor)
    sheet = await mine.sheet(appeal.number, [he])
    assert [(line.title, line.text, line.side) for line in reversed(sheet.lines)] == [
        ("登记", "", "mine"),
        ("转给青山物业处理", "", "theirs"),
        ("改由江城供水处理", "", "theirs"),
        ("江城供水说不归他们管，社区重新安排人", "", "theirs"),
        ("转给青山物业处理", "", "theirs"),
        ("青山物业 张师傅 签收了", "", "theirs"),
        ("时间延长，2026年12月14日上午10点前办好", "等配件", "theirs"),
        ("社区书记督办", "", "theirs"),
        ("催办", "太慢了", "mine"),
        ("青山物业 张师傅 开始办理", "在换", "theirs"),
        ("青山物业 张师傅 办好了", "换了接触器", "theirs"),
        ("回访没有联系上", "", "theirs"),
        ("评价：不满意", "慢", "mine"),
    ]
    assert sheet.can == ["add", "rate", "reopen"]
    assert (sheet.status, sheet.stage, sheet.tone) == ("已回访", 4, "done")


async def test_who_joined_reads_no_words_of_who_filed_it(village: Village, mine: MyAppeals) -> None:
    he, she = await village.resident("he"), await village.resident("she")
    appeal = await village.filed(he)
    await village.joins(appeal, she)
    themselves = Actor(By.RESIDENT, "resident", resident_id=he)
    village.clock.forward(timedelta(minutes=1))
    await village.act(appeal, deeds.Urge(note="太慢了"), themselves)
    await village.act(appeal, deeds.Add(note="我妈八十了"), themselves)
    sheet = await mine.sheet(appeal.number, [she])
    assert [(line.title, line.text, line.side) for line in reversed(sheet.lines)] == [
        ("有住户登记了这件事", "", "theirs"),
        ("转给青山物业处理", "", "theirs"),
        ("我家也是", "", "mine"),
    ]
    assert (sheet.content, sheet.role, sheet.can, sheet.households) == ("", "follower", [], 2)
    with pytest.raises(NotYourAppeal):
        await mine.do(appeal.number, [she], Wish(do="withdraw"), [])


async def test_not_solved_is_the_residents_own_call_back_with_its_photo(
    village: Village, mine: MyAppeals
) -> None:
    he = await village.resident("he")
    appeal = await village.filed(he)
    await village.act(appeal, deeds.Start(), village.master)
    await village.act(appeal, deeds.Answer(answer="修好了"), village.master)
    await mine.do(appeal.number, [he], Wish(do="reopen", note="还在停"), [7])
    again = await village.appeals.get(appeal.id)
    assert (again.status, again.call_back_result, again.photos) == ("dispatched", "unsolved", [7])


async def test_a_browser_may_be_two_residents(village: Village, mine: MyAppeals) -> None:
    web, wechat = await village.resident("v" * 32), await village.resident("o-li", "wechat")
    await village.filed(web)
    await village.filed(wechat, content="路灯不亮")
    assert await mine.residents(web=None, wechat="") == []
    both = await mine.residents(web="v" * 32, wechat="o-li")
    assert set(both) == {web, wechat}
    assert [card.title for card in await mine.cards(both)] == ["路灯不亮", "3栋电梯坏了"]
