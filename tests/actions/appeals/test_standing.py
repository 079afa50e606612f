"""What a resident reads of an appeal in each of its states: who, since when, by when."""

from datetime import datetime, timedelta

import pytest

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor
from actions.appeals.standing import standing
from actions.clock.calendar import WorkingCalendar
from tests.actions.appeals.conftest import RESIDENT, SYSTEM, WANG, ZONE, Office

# 10 o'clock of a Tuesday; the answer is due at 10 on Sunday.
ZHANG = "青山物业 张师傅 "


async def told(office: Office, appeal: Appeal) -> str:
    appeal = await office.appeals.get(appeal.id)
    history = await office.appeals.history(appeal.id)
    return standing(appeal, history, office.clock(), WorkingCalendar(ZONE))


async def test_what_nobody_has_yet_is_being_arranged(office: Office) -> None:
    assert await told(office, await office.filed()) == "已受理，社区正在安排人处理。"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([], "今天上午10点转给了青山物业，等对方签收，预计周日上午10点前办好。"),
        ([deeds.Sign()], f"{ZHANG}今天上午10点01分已签收，预计周日上午10点前办好。"),
        ([deeds.Start()], f"{ZHANG}正在办理，今天上午10点01分开始办，预计周日上午10点前办好。"),
        (
            [deeds.Return(reason="不归我们", evidence="图")],
            "原来的单位说不归他们管，社区正在重新安排人处理。",
        ),
        (
            [deeds.Start(), deeds.Answer(answer="换了水管")],
            "青山物业今天上午10点02分答复：换了水管",
        ),
    ],
)
async def test_what_a_party_has_says_who_and_by_when(
    office: Office, path: list[Deed], words: str
) -> None:
    appeal = await office.done(
        await office.dispatched(), *((deed, office.property) for deed in path)
    )
    assert await told(office, appeal) == words


async def test_staff_who_act_for_a_party_are_not_named(office: Office) -> None:
    appeal = await office.done(await office.dispatched(), (deeds.Sign(), WANG))
    assert (await told(office, appeal)).startswith("青山物业今天上午10点01分已签收")


async def test_what_is_late_is_not_dressed_up(office: Office) -> None:
    appeal = await office.done(await office.dispatched(), (deeds.Sign(), office.property))
    office.clock.forward(timedelta(days=6))
    await office.done(appeal, (deeds.Escalate(level=1, reason="超期"), SYSTEM))
    assert await told(office, appeal) == (
        f"{ZHANG}上周二上午10点01分已签收，本该昨天上午10点前办好，已经超时，社区在催。"
        "这件事已经上报社区大党委。"
    )


WAIT = deeds.Suspend(reason="等业主回来", until=datetime.fromisoformat("2026-11-27T09:00+08:00"))
ENDS: list[tuple[list[tuple[Deed, Actor]], str]] = [
    ([(deeds.Withdraw(), RESIDENT)], "已经撤回，不再办理。"),
    ([(deeds.Withdraw(), RESIDENT), (deeds.Close(), WANG)], "今天上午10点02分已归档。"),
    (
        [(deeds.Start(), WANG), (WAIT, WANG)],
        "暂时停下来了，原因是：等业主回来。预计周五上午9点以后接着办。",
    ),
    (
        [(deeds.Refuse(reason="已经起诉", where_to="找江城区人民法院"), WANG)],
        "社区不能受理：已经起诉。您可以：找江城区人民法院。",
    ),
    (
        [
            (deeds.Start(), WANG),
            (deeds.Answer(answer="好了"), WANG),
            (deeds.CallBack(contacted=True, solved=True), WANG),
        ],
        "已经办好，今天上午10点03分回访过。",
    ),
]


@pytest.mark.parametrize(("path", "words"), ENDS)
async def test_what_rests_or_has_ended_says_why(
    office: Office, path: list[tuple[Deed, Actor]], words: str
) -> None:
    assert await told(office, await office.done(await office.filed(), *path)) == words
