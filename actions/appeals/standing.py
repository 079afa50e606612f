"""Where an appeal stands in plain words for its resident: who holds it, since when, due when."""

from collections.abc import Sequence
from datetime import datetime

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import AppealStatus, By, Move
from actions.clock import words
from actions.clock.calendar import WorkingCalendar

LEVELS = {1: "社区大党委", 2: "街道大工委", 3: "区级党建联席会"}
_STAFF_ALONE = "社区工作人员"
# Whose notes are meant for the resident.
_TOLD = frozenset({Move.START, Move.EXTEND, Move.CONTACT, Move.RESUME})


def standing(
    appeal: Appeal, history: Sequence[AppealEvent], now: datetime, calendar: WorkingCalendar
) -> str:
    """One or two sentences: 物业公司 张师傅 昨天下午3点已签收，预计周三下午6点前办好。"""
    zone = calendar.zone

    def when(at: datetime | None) -> str:
        return words.since(at, now, zone) if at else ""

    party = appeal.lead_party or _STAFF_ALONE
    match appeal.status:
        case AppealStatus.RECEIVED:
            text = "已受理，社区正在安排人处理。"
        case AppealStatus.DISPATCHED:
            sent = _last(history, Move.DISPATCH, Move.REDISPATCH, Move.REOPEN, Move.CALL_BACK)
            at = sent.at if sent else appeal.dispatched_at
            text = f"{when(at)}转给了{party}，等对方签收，{_due(appeal, now, calendar)}。"
        case AppealStatus.SIGNED:
            who = _who(_last(history, Move.SIGN))
            text = f"{party}{who}{when(appeal.signed_at)}已签收，{_due(appeal, now, calendar)}。"
        case AppealStatus.IN_PROGRESS:
            began = _last(history, Move.START, Move.RESUME)
            since = f"{when(began.at)}开始办，" if began else ""
            text = f"{party}{_who(began)}正在办理，{since}{_due(appeal, now, calendar)}。"
        case AppealStatus.RETURNED:
            text = "原来的单位说不归他们管，社区正在重新安排人处理。"
        case AppealStatus.SUSPENDED:
            paused = _last(history, Move.SUSPEND)
            why = f"，原因是：{paused.note}" if paused else ""
            text = f"暂时停下来了{why}。预计{when(appeal.suspended_until)}以后接着办。"
        case AppealStatus.DONE:
            text = f"{party}{when(appeal.done_at)}答复：{appeal.answer or '已经办好了'}"
        case AppealStatus.CALLED_BACK:
            text = f"已经办好，{when(appeal.called_back_at)}回访过。"
        case AppealStatus.CLOSED:
            text = f"{when(appeal.closed_at)}已归档。"
        case AppealStatus.WITHDRAWN:
            text = "已经撤回，不再办理。"
        case AppealStatus.NOT_ACCEPTED:
            text = _refused(_last(history, Move.REFUSE))
    return text + _pressed(appeal)


def last_told(history: Sequence[AppealEvent]) -> str:
    """The newest note that is meant for the resident; empty where there is none."""
    return next((each.note for each in reversed(history) if each.kind in _TOLD and each.note), "")


def _due(appeal: Appeal, now: datetime, calendar: WorkingCalendar) -> str:
    if appeal.due_at is None:
        return "有进展会告诉您"
    if appeal.is_overdue(now):
        return f"本该{words.since(appeal.due_at, now, calendar.zone)}前办好，已经超时，社区在催"
    return f"预计{words.until(appeal.due_at, now, calendar)}办好"


def _pressed(appeal: Appeal) -> str:
    if not (appeal.is_open and appeal.escalation_level):
        return ""
    return f"这件事已经上报{LEVELS[appeal.escalation_level]}。"


def _who(event: AppealEvent | None) -> str:
    """The person of the party; staff who act in its stead are not named."""
    if event is None or event.details.get("by") != By.PARTY:
        return ""
    return f" {event.actor.partition('（')[0]} "


def _refused(event: AppealEvent | None) -> str:
    if event is None:
        return "社区不能受理这件事。"
    return f"社区不能受理：{event.note}。您可以：{event.details.get('where_to', '')}。"


def _last(history: Sequence[AppealEvent], *moves: Move) -> AppealEvent | None:
    return next((each for each in reversed(history) if each.kind in moves), None)
