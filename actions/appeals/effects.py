"""What a deed does to an appeal (办理规则): a pure decision, written down by `record.py`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.life import (
    MOVE_WORDS,
    Actor,
    AppealStatus,
    By,
    IllegalTransition,
    Move,
    NotYourAppeal,
    SecretaryNeeded,
    TooLate,
    TooOften,
    check,
    targets,
)
from actions.clock.deadlines import Deadlines

URGE_EVERY = timedelta(hours=4)
RETURNS_BEFORE_SECRETARY = 3
EXTENSIONS = 2
ATTEMPTS_BEFORE_CLOSING = 3
HIGHEST_LEVEL = 3
# What only the leading party may do; its helpers make contact and add notes and photos.
_LEAD_ONLY = frozenset({Move.SIGN, Move.START, Move.RETURN, Move.EXTEND, Move.RESUME, Move.ANSWER})


@dataclass(frozen=True, slots=True)
class Scene:
    """What a decision looks at besides the appeal and the deed."""

    actor: Actor
    now: datetime
    deadlines: Deadlines
    # Since when the appeal rests; needed to resume it.
    suspended_at: datetime | None = None


@dataclass(slots=True)
class Change:
    """Columns with their new values; `helper_ids` replaces the helpers unless it is None.

    `details` are facts that the deed itself does not tell, for the history.
    """

    status: AppealStatus
    columns: dict[str, Any] = field(default_factory=dict)
    helper_ids: list[int] | None = None
    details: dict[str, Any] = field(default_factory=dict)


def change(appeal: Appeal, deed: Deed, scene: Scene) -> Change:
    """Decide; raises an `AppealError` of `life.py` where the deed is refused."""
    _check_part(appeal, deed, scene.actor)
    check(appeal.status, deed.move, scene.actor.by)
    to = Change(targets(appeal.status, deed.move)[0])
    now, who = scene.now, scene.actor
    match deed:
        case deeds.Dispatch():
            _check_returns(appeal, who)
            _hand_to(to, deed.party_id, deed.helper_ids)
            _due(to, appeal, scene, anew=appeal.due_at is None)
        case deeds.Redispatch():
            _hand_to(to, deed.party_id, deed.helper_ids)
            to.details["from_party_id"] = appeal.lead_party_id
            _due(to, appeal, scene, anew=appeal.due_at is None)
        case deeds.Sign():
            to.columns["signed_at"] = now
        case deeds.Start():
            to.columns["signed_at"] = appeal.signed_at or now
            if appeal.dispatched_at is None:
                # Staff do it themselves: the clock starts all the same.
                _due(to, appeal, scene, anew=True)
        case deeds.Contact():
            to.columns["contacted_at"] = appeal.contacted_at or now
        case deeds.Return():
            to.columns |= {
                "returns": appeal.returns + 1,
                "lead_party_id": None,
                "signed_at": None,
            }
            to.helper_ids = []
            to.details |= {"party_id": appeal.lead_party_id, "returns": appeal.returns + 1}
        case deeds.Extend():
            _check_extension(appeal, deed.until, now)
            to.columns |= {"due_at": deed.until, "extended": appeal.extended + 1}
            to.details["was_due_at"] = _iso(appeal.due_at)
        case deeds.Suspend():
            if deed.until <= now:
                raise TooLate("挂起的截止日期要晚于今天，请重新选择日期。")
            to.columns["suspended_until"] = deed.until
        case deeds.Resume():
            to.columns["suspended_until"] = None
            if appeal.due_at and scene.suspended_at:
                _set_times(to, due_at=appeal.due_at + (now - scene.suspended_at))
        case deeds.Answer():
            to.columns |= {
                "answer": deed.answer,
                "done_at": now,
                "satisfaction": None,
                "solved": None,
                "called_back_at": None,
                "called_back_by": "",
                "call_back_result": "",
            }
        case deeds.CallBack():
            _call_back(to, appeal, deed, scene)
        case deeds.Rate():
            to.columns["satisfaction"] = deed.satisfaction
            if deed.solved:
                to.columns["solved"] = True
                if appeal.status is AppealStatus.DONE:
                    to.status = AppealStatus.CALLED_BACK
                    _called_back(to, "solved", scene)
        case deeds.Close():
            _check_closing(appeal)
            to.columns["closed_at"] = now
        case deeds.Reopen():
            _reopen(to, appeal, scene)
            if deed.photos:
                to.columns["photos"] = [*appeal.photos, *deed.photos]
        case deeds.Urge():
            to.columns["urged"] = appeal.urged + 1
            if who.by is By.RESIDENT:
                _check_urging(appeal, now)
                to.columns["urged_at"] = now
        case deeds.Supervise():
            to.columns["supervision"] = deed.level
        case deeds.Escalate():
            if deed.level <= appeal.escalation_level:
                raise IllegalTransition(f"这条诉求已经升级到第 {appeal.escalation_level} 级。")
            to.columns["escalation_level"] = deed.level
        case deeds.Add():
            if deed.photos:
                to.columns["photos"] = [*appeal.photos, *deed.photos]
        case deeds.Withdraw() | deeds.Refuse() | deeds.Note() | deeds.Join():
            pass
        case _:
            assert_never(deed)
    return to


def _check_part(appeal: Appeal, deed: Deed, actor: Actor) -> None:
    if actor.by is By.PARTY:
        if not appeal.concerns(actor.party_id):
            raise NotYourAppeal("这条诉求没有派给您的单位，请向社区核实。")
        if deed.move in _LEAD_ONLY and actor.party_id != appeal.lead_party_id:
            done = MOVE_WORDS[deed.move]
            raise NotYourAppeal(
                f"您的单位是协办，“{done}”由主办的{appeal.lead_party}来做；您可以写备注、传照片。"
            )
    owner = actor.resident_id in (None, appeal.resident_id)
    if actor.by is By.RESIDENT and deed.move is not Move.JOIN and not owner:
        raise NotYourAppeal("这条诉求不是您登记的，请核对编号。")


def _check_returns(appeal: Appeal, actor: Actor) -> None:
    if appeal.returns >= RETURNS_BEFORE_SECRETARY and actor.by is not By.SECRETARY:
        raise SecretaryNeeded(f"这条诉求已退单 {appeal.returns} 次，派给谁要由书记来定。")


def _check_extension(appeal: Appeal, until: datetime, now: datetime) -> None:
    if appeal.due_at and now > appeal.due_at:
        raise TooLate("办理期限已经过了，不能再申请延期。请尽快办理，或报给书记督办。")
    if appeal.extended >= EXTENSIONS:
        raise TooOften(f"这条诉求已经延期 {appeal.extended} 次，不能再延。请尽快办结或报给书记。")
    if until <= (appeal.due_at or now):
        raise TooLate("延期后的期限要晚于原来的期限，请重新选择日期。")


def _check_closing(appeal: Appeal) -> None:
    left = ATTEMPTS_BEFORE_CLOSING - appeal.call_back_attempts
    if appeal.status is AppealStatus.DONE and left > 0:
        raise IllegalTransition(
            f"还没有回访到居民，不能归档。请先回访；联系不上的，再试 {left} 次并逐次记录后可以归档。"
        )


def _check_urging(appeal: Appeal, now: datetime) -> None:
    again_at = appeal.urged_at + URGE_EVERY if appeal.urged_at else now
    if again_at > now:
        raise TooOften("刚刚已经催过了，处理的人已经收到，4 小时内不用再催。", again_at)


def _hand_to(to: Change, party_id: int, helper_ids: list[int]) -> None:
    to.columns |= {"lead_party_id": party_id, "signed_at": None}
    to.helper_ids = [each for each in dict.fromkeys(helper_ids) if each != party_id]


def _due(to: Change, appeal: Appeal, scene: Scene, *, anew: bool) -> None:
    """The clock of a new dispatch; one that runs already goes on, only the signing is due anew."""
    due = scene.deadlines.at_dispatch(appeal.kind, appeal.category, appeal.urgency, scene.now)
    _set_times(to, sign_due_at=due.sign_by)
    if anew:
        _set_times(
            to,
            dispatched_at=scene.now,
            contact_due_at=due.contact_by,
            due_at=due.solve_by,
        )


def _call_back(to: Change, appeal: Appeal, deed: deeds.CallBack, scene: Scene) -> None:
    if not deed.contacted:
        to.status = AppealStatus.DONE
        to.columns |= {
            "call_back_attempts": appeal.call_back_attempts + 1,
            "call_back_result": "unreached",
            "called_back_by": scene.actor.name,
        }
        return
    if deed.satisfaction is not None:
        to.columns["satisfaction"] = deed.satisfaction
    to.columns["solved"] = deed.solved
    if deed.solved:
        to.status = AppealStatus.CALLED_BACK
        _called_back(to, "solved", scene)
    else:
        _reopen(to, appeal, scene)
        _called_back(to, "unsolved", scene)


def _called_back(to: Change, result: str, scene: Scene) -> None:
    to.columns |= {
        "called_back_at": scene.now,
        "called_back_by": scene.actor.name,
        "call_back_result": result,
    }


def _reopen(to: Change, appeal: Appeal, scene: Scene) -> None:
    """Back to who had it; where staff did it themselves, back to be dispatched."""
    again = appeal.reopened + 1
    to.status = AppealStatus.DISPATCHED if appeal.lead_party_id else AppealStatus.RECEIVED
    to.columns |= {
        "reopened": again,
        "escalation_level": min(appeal.escalation_level + (again >= 2), HIGHEST_LEVEL),
        "solved": False,
        "answer": "",
        "call_back_attempts": 0,
        "signed_at": None,
        "contacted_at": None,
        "done_at": None,
        "closed_at": None,
    }
    to.details |= {"reopened": again, "escalation_level": to.columns["escalation_level"]}
    if appeal.lead_party_id:
        _due(to, appeal, scene, anew=True)
    else:
        to.columns |= dict.fromkeys(("dispatched_at", "sign_due_at", "contact_due_at", "due_at"))


def _set_times(to: Change, **times: datetime) -> None:
    """Times that a clock or a calendar decided stand in the history too."""
    to.columns |= times
    to.details |= {name: _iso(at) for name, at in times.items()}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
