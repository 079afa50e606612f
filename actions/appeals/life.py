"""The life of an appeal (诉求的一生): its states, who may make which move, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class AppealStatus(StrEnum):
    """Where an appeal stands."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CALLED_BACK = "called_back"
    CLOSED = "closed"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"


class Move(StrEnum):
    """What can be done with an appeal; also the kind of the event that tells of it."""

    DISPATCH = "dispatch"
    REDISPATCH = "redispatch"
    SIGN = "sign"
    START = "start"
    CONTACT = "contact"
    RETURN = "return"
    EXTEND = "extend"
    SUSPEND = "suspend"
    RESUME = "resume"
    ANSWER = "answer"
    CALL_BACK = "call_back"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"
    URGE = "urge"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    NOTE = "note"
    ADD = "add"
    JOIN = "join"


class By(StrEnum):
    """Who acts: resident 居民, party 责任主体, staff 工作人员, secretary 书记, system 系统."""

    RESIDENT = "resident"
    PARTY = "party"
    STAFF = "staff"
    SECRETARY = "secretary"
    SYSTEM = "system"


STATUS_WORDS = {
    AppealStatus.RECEIVED: "已受理",
    AppealStatus.DISPATCHED: "已派单",
    AppealStatus.SIGNED: "已签收",
    AppealStatus.IN_PROGRESS: "办理中",
    AppealStatus.DONE: "已办结",
    AppealStatus.CALLED_BACK: "已回访",
    AppealStatus.CLOSED: "已归档",
    AppealStatus.RETURNED: "已退单",
    AppealStatus.SUSPENDED: "已挂起",
    AppealStatus.WITHDRAWN: "已撤回",
    AppealStatus.NOT_ACCEPTED: "不予受理",
}
MOVE_WORDS = {
    Move.DISPATCH: "派单",
    Move.REDISPATCH: "改派",
    Move.SIGN: "签收",
    Move.START: "开始办理",
    Move.CONTACT: "联系居民",
    Move.RETURN: "退单",
    Move.EXTEND: "延期",
    Move.SUSPEND: "挂起",
    Move.RESUME: "恢复办理",
    Move.ANSWER: "办结",
    Move.CALL_BACK: "回访",
    Move.RATE: "评价",
    Move.CLOSE: "归档",
    Move.REOPEN: "重办",
    Move.WITHDRAW: "撤回",
    Move.REFUSE: "不予受理",
    Move.URGE: "催办",
    Move.SUPERVISE: "督办",
    Move.ESCALATE: "升级",
    Move.NOTE: "备注",
    Move.ADD: "补充",
    Move.JOIN: "我家也是",
}
BY_WORDS = {
    By.RESIDENT: "居民",
    By.PARTY: "责任主体",
    By.STAFF: "工作人员",
    By.SECRETARY: "书记",
    By.SYSTEM: "系统",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move: a party by its id; a resident by theirs, then only on their own appeals."""

    by: By
    name: str
    party_id: int | None = None
    resident_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a move leads to which, and who may make it."""

    paths: Mapping[AppealStatus, tuple[AppealStatus, ...]]
    by: frozenset[By]

    def permits(self, by: By) -> bool:
        """A secretary may do all that staff may."""
        return by in self.by or (by is By.SECRETARY and By.STAFF in self.by)


_S = AppealStatus
OPEN = frozenset({_S.RECEIVED, _S.DISPATCHED, _S.SIGNED, _S.IN_PROGRESS, _S.RETURNED, _S.SUSPENDED})
# What the resident may say whether it is solved.
ANSWERED = frozenset({_S.DONE, _S.CALLED_BACK, _S.CLOSED})
# In the hands of a party, its clock running.
WITH_PARTY = (_S.DISPATCHED, _S.SIGNED, _S.IN_PROGRESS)
# Back to the party that had it; where staff did it themselves, back to be dispatched.
_AGAIN = (_S.DISPATCHED, _S.RECEIVED)
_OPEN_IN_ORDER = tuple(status for status in AppealStatus if status in OPEN)


def _to(target: AppealStatus, *sources: AppealStatus) -> dict[_S, tuple[_S, ...]]:
    return dict.fromkeys(sources, (target,))


def _stay(*sources: AppealStatus) -> dict[_S, tuple[_S, ...]]:
    return {source: (source,) for source in sources}


def _rule(paths: Mapping[_S, tuple[_S, ...]], *by: By) -> Rule:
    return Rule(MappingProxyType(dict(paths)), frozenset(by))


TABLE: Mapping[Move, Rule] = MappingProxyType(
    {
        Move.DISPATCH: _rule(_to(_S.DISPATCHED, _S.RECEIVED, _S.RETURNED), By.STAFF, By.SYSTEM),
        Move.REDISPATCH: _rule(_to(_S.DISPATCHED, *WITH_PARTY), By.STAFF, By.SYSTEM),
        Move.SIGN: _rule(_to(_S.SIGNED, _S.DISPATCHED), By.PARTY, By.STAFF),
        Move.START: _rule(
            _to(_S.IN_PROGRESS, _S.RECEIVED, _S.DISPATCHED, _S.SIGNED), By.PARTY, By.STAFF
        ),
        Move.CONTACT: _rule(_stay(*WITH_PARTY), By.PARTY, By.STAFF),
        Move.RETURN: _rule(_to(_S.RETURNED, *WITH_PARTY), By.PARTY, By.STAFF),
        Move.EXTEND: _rule(_stay(*WITH_PARTY), By.PARTY, By.STAFF),
        Move.SUSPEND: _rule(_to(_S.SUSPENDED, _S.SIGNED, _S.IN_PROGRESS), By.STAFF),
        Move.RESUME: _rule(_to(_S.IN_PROGRESS, _S.SUSPENDED), By.STAFF, By.PARTY, By.SYSTEM),
        Move.ANSWER: _rule(_to(_S.DONE, _S.SIGNED, _S.IN_PROGRESS), By.PARTY, By.STAFF),
        Move.CALL_BACK: _rule({_S.DONE: (_S.CALLED_BACK, _S.DONE, *_AGAIN)}, By.STAFF, By.RESIDENT),
        Move.RATE: _rule(
            {_S.DONE: (_S.DONE, _S.CALLED_BACK), **_stay(_S.CALLED_BACK, _S.CLOSED)}, By.RESIDENT
        ),
        Move.CLOSE: _rule(
            _to(_S.CLOSED, _S.DONE, _S.CALLED_BACK, _S.WITHDRAWN, _S.NOT_ACCEPTED),
            By.STAFF,
            By.SYSTEM,
        ),
        Move.REOPEN: _rule(
            dict.fromkeys((_S.DONE, _S.CALLED_BACK, _S.CLOSED), _AGAIN), By.RESIDENT, By.STAFF
        ),
        Move.WITHDRAW: _rule(_to(_S.WITHDRAWN, *_OPEN_IN_ORDER), By.RESIDENT, By.STAFF),
        Move.REFUSE: _rule(_to(_S.NOT_ACCEPTED, _S.RECEIVED, _S.RETURNED), By.STAFF),
        Move.URGE: _rule(_stay(*_OPEN_IN_ORDER), By.RESIDENT, By.STAFF),
        Move.SUPERVISE: _rule(_stay(*_OPEN_IN_ORDER), By.SECRETARY),
        Move.ESCALATE: _rule(_stay(*_OPEN_IN_ORDER), By.SYSTEM, By.SECRETARY),
        Move.NOTE: _rule(_stay(*AppealStatus), By.PARTY, By.STAFF),
        Move.ADD: _rule(
            _stay(*(status for status in AppealStatus if status is not _S.CLOSED)),
            By.RESIDENT,
            By.STAFF,
        ),
        Move.JOIN: _rule(_stay(*_OPEN_IN_ORDER), By.RESIDENT),
    }
)


class AppealError(Exception):
    """Base of what is refused; its text is Chinese and says what to do instead."""


class IllegalTransition(AppealError):
    """A move that is not possible from where the appeal stands."""


class NotYourAppeal(AppealError):
    """Somebody who has nothing to do with the appeal, or whose part in it is another one."""


class SecretaryNeeded(NotYourAppeal):
    """Only the secretary (书记) may decide this."""


class StaleAppeal(AppealError):
    """Somebody else changed the appeal meanwhile."""

    def __init__(self) -> None:
        super().__init__("这条诉求刚被同事更新过，请刷新后再操作。")


class UnknownAppeal(AppealError, LookupError):
    """No such appeal."""

    def __init__(self) -> None:
        super().__init__("没有找到这条诉求，请核对编号。")


class UnknownParty(AppealError, LookupError):
    """No such party to dispatch to."""

    def __init__(self) -> None:
        super().__init__("没有这个责任主体，请重新选择派给谁。")


class TooLate(AppealError):
    """The time for it is over, or a date that must lie ahead lies behind."""


class TooOften(AppealError):
    """Done as often as it may be; `again_at` says when it is possible again, if ever."""

    def __init__(self, text: str, again_at: datetime | None = None) -> None:
        super().__init__(text)
        self.again_at = again_at


def allowed(status: AppealStatus, by: By) -> list[Move]:
    """The moves that the table allows from here for whoever acts, in the order of a life."""
    return [move for move, rule in TABLE.items() if status in rule.paths and rule.permits(by)]


def targets(status: AppealStatus, move: Move) -> tuple[AppealStatus, ...]:
    """Where a move may lead from here; empty where the table does not know it."""
    return TABLE[move].paths.get(status, ())


def check(status: AppealStatus, move: Move, by: By) -> None:
    """Raises `IllegalTransition`, `SecretaryNeeded` or `NotYourAppeal` where the table says no."""
    rule = TABLE[move]
    if not rule.permits(by):
        if by is By.STAFF and By.SECRETARY in rule.by:
            raise SecretaryNeeded(f"“{MOVE_WORDS[move]}”要由书记来定，请报给书记。")
        who = "、".join(BY_WORDS[each] for each in By if each in rule.by)
        raise NotYourAppeal(f"{BY_WORDS[by]}不能“{MOVE_WORDS[move]}”，这一步由{who}来做。")
    if status not in rule.paths:
        possible = "、".join(MOVE_WORDS[each] for each in allowed(status, by))
        raise IllegalTransition(
            f"这条诉求目前是“{STATUS_WORDS[status]}”，不能做“{MOVE_WORDS[move]}”。"
            + (f"现在可以：{possible}。" if possible else "")
        )
