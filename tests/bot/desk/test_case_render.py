"""What staff read of an appeal: due dates with their tone, marks, history — and nothing unescaped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.appeals.appeal import AppealEvent, Weakness
from actions.appeals.deeds import Urge
from actions.appeals.life import AppealStatus, Move
from actions.clock.calendar import WorkingCalendar
from actions.clock.watch import ALARM, REMINDER
from actions.likeness.bursts import BURST
from actions.likeness.joining import SAID
from actions.likeness.merging import MERGED, TOOK_IN
from bot.desk import case_words as words
from bot.desk.case_render import CaseRenderer, likely_words
from bot.desk.standing_words import due_words, marks
from bot.desk.steps import steps
from bot.staff.member import StaffMember
from tests.bot.desk import caseload
from tests.bot.desk.caseload import ESTATE, LI
from tests.bot.desk.world import ZONE, World

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CALENDAR = WorkingCalendar(ZONE)
renderer = CaseRenderer(CALENDAR)


def an_event(kind: str, actor: str = "王芳（wang）", note: str = "", **details: Any) -> AppealEvent:
    facts = {"from_status": "", "to_status": "", "at": NOW}
    return AppealEvent(
        id=1, sequence=1, kind=kind, actor=actor, note=note, details=details, **facts
    )


@pytest.mark.parametrize(
    ("status", "due", "text", "tone"),
    [
        ("dispatched", timedelta(days=2), "后天上午10点前", "plain"),
        ("in_progress", timedelta(hours=3), "今天下午1点前", "near"),
        ("signed", timedelta(hours=-1), "超期：今天上午9点", "over"),
        ("suspended", timedelta(hours=-1), "后天上午10点恢复", "plain"),
        ("done", timedelta(hours=-1), "今天上午10点办结", "plain"),
        ("received", None, "今天上午10点登记", "plain"),
    ],
)
async def test_due_dates_in_words_with_a_tone(
    world: World, status: str, due: timedelta | None, text: str, tone: str
) -> None:
    appeal = await caseload.an_appeal(world, "he", "路灯不亮")
    changed = appeal.model_copy(
        update={
            "status": AppealStatus(status),
            "due_at": None if due is None else NOW + due,
            "suspended_until": NOW + timedelta(days=2),
            "done_at": NOW,
        }
    )
    said = due_words(changed, NOW, CALENDAR)
    assert (said.text, said.tone, bool(said.icon)) == (text, tone, tone != "plain")
    row = renderer.rows([changed], NOW)
    assert f"due-{tone}" in row and text in row


async def test_marks_tell_what_presses(world: World) -> None:
    appeal = await caseload.an_appeal(world, "he", "路灯不亮", weak=[Weakness.DISABLED])
    late = appeal.model_copy(
        update={
            "status": AppealStatus.DISPATCHED,
            "sign_due_at": NOW - timedelta(hours=1),
            "returns": 1,
            "urged": 2,
            "supervision": 1,
            "duplicate_of": 1,
        }
    )
    said = [text for _, text in marks(late, NOW)]
    assert said == ["签收超时", "退单 1 次", "督办 1 级", "催办 2 次", "已并案"]
    assert '<span class="tag tag-weak" title="残疾人">弱</span>' in renderer.rows([late], NOW)


def test_every_kind_of_step_has_its_words() -> None:
    kinds = {*Move, "filed", "amended", REMINDER, ALARM, BURST, SAID, MERGED, TOOK_IN}
    assert kinds <= set(words.STEPS)


def test_the_history_says_who_and_with_what_newest_first() -> None:
    history = [
        an_event("filed", "resident"),
        an_event(Move.DISPATCH, "system", party_id=1, helper_ids=[2], by="system"),
        an_event(ALARM, "system", "办结超过了时限"),
        an_event(Move.CALL_BACK, contacted=True, solved=True, satisfaction=5),
        an_event(Move.CALL_BACK, contacted=False, solved=None, satisfaction=None),
        an_event(Move.REFUSE, note="已立案", where_to="区法院诉讼服务中心"),
        an_event(
            "amended", "resident", changes={"urgency": ["normal", "urgent"], "unit": ["", "2"]}
        ),
    ]
    told = steps(history, {1: "物业", 2: "居委会"}, NOW, ZONE)[::-1]
    assert [step.what for step in told[:3]] == ["登记诉求", "派单", "超时"]
    assert [step.who for step in told[:3]] == ["居民", "系统", "系统"]
    assert told[1].facts == (("主办", "物业"), ("协办", "居委会"))
    assert (told[2].tone, told[2].note) == ("late", "办结超过了时限")
    assert told[3].facts == (("解决", "解决了"), ("评价", "非常满意"))
    assert told[4].facts == (("结果", "没有联系上"),)
    assert told[5].facts == (("去哪里办", "区法院诉讼服务中心"),)
    assert told[6].facts == (("单元", "（空） → 2"), ("紧急程度", "普通 → 紧急"))


async def test_the_sheet_shows_all_that_is_known_and_escapes_it(
    world: World, wang: StaffMember
) -> None:
    await caseload.places(world)
    evil = "<img src=x onerror=alert(1)>"
    appeal = await caseload.an_appeal(
        world,
        "he",
        f"电梯坏了，{evil}",
        f"{ESTATE}3号楼",
        category="电梯",
        contact_name=evil,
        phone="13800000000",
        on_behalf={"name": "张奶奶", "relation": "邻居"},
        weak=[Weakness.ELDERLY_ALONE],
    )
    await caseload.done(world, appeal, (Urge(note=evil), LI))
    case = await world.cases.open(appeal.id, wang)
    html = renderer.top(case, NOW) + renderer.facts(case) + renderer.history(case, NOW)
    html += renderer.rows([case.appeal], NOW) + renderer.head(case.appeal)
    assert "<img src=x" not in html
    for text in (
        "江城雅苑物业服务中心",
        "协办 江城社区居委会",
        "张奶奶 邻居",
        '<a href="tel:13800000000">',
        "独居老人",
        "催办 1 次",
    ):
        assert text in html


def test_how_likely_in_words() -> None:
    assert [likely_words(each) for each in (0.97, 0.8, 0.4)] == [
        "几乎可以肯定",
        "很可能",
        "有可能",
    ]
