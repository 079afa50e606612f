"""The tabs of the list of appeals (待办分栏): which appeals each one shows, and in which order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from actions.appeals.appeal import Appeal
from actions.appeals.life import AppealStatus
from actions.appeals.repository import Appeals
from actions.appeals.worklist import Filters, Order

# What is due within a day is near; the same day's work, or the next morning's.
NEAR = timedelta(hours=24)
_S = AppealStatus


class Tab(StrEnum):
    """What a clerk looks for; `SECRETARY` is what the secretary follows."""

    TO_DISPATCH = "to_dispatch"
    IN_HAND = "in_hand"
    DUE = "due"
    TO_CALL_BACK = "to_call_back"
    TO_CLOSE = "to_close"
    SECRETARY = "secretary"
    ALL = "all"


TAB_WORDS = {
    Tab.TO_DISPATCH: "待派单",
    Tab.IN_HAND: "在办",
    Tab.DUE: "快到期、超期",
    Tab.TO_CALL_BACK: "待回访",
    Tab.TO_CLOSE: "待归档",
    Tab.SECRETARY: "书记关注",
    Tab.ALL: "全部",
}
_STATUSES = {
    Tab.TO_DISPATCH: frozenset({_S.RECEIVED, _S.RETURNED}),
    Tab.IN_HAND: frozenset({_S.DISPATCHED, _S.SIGNED, _S.IN_PROGRESS, _S.SUSPENDED}),
    Tab.TO_CALL_BACK: frozenset({_S.DONE}),
    Tab.TO_CLOSE: frozenset({_S.CALLED_BACK, _S.WITHDRAWN, _S.NOT_ACCEPTED}),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a tab, and how many appeals each tab would show."""

    items: list[Appeal]
    total: int
    counts: dict[Tab, int]


def filters_of(tab: Tab, narrowed: Filters, now: datetime) -> Filters:
    """What a tab shows of the appeals that `narrowed` leaves."""
    more: dict[str, Any] = {}
    if tab in _STATUSES:
        more["statuses"] = _STATUSES[tab]
    elif tab is Tab.DUE:
        more["due_before"] = now + NEAR
    elif tab is Tab.SECRETARY:
        more["watched"] = True
    return narrowed.model_copy(update=more)


async def listing(
    appeals: Appeals, tab: Tab, narrowed: Filters, now: datetime, *, limit: int, offset: int
) -> Listing:
    """One page, the most urgent first; where everything is shown, the newest first."""
    order = Order.NEWEST if tab is Tab.ALL else Order.DUE
    by_status = tab not in (Tab.DUE, Tab.SECRETARY)
    page = await appeals.worklist(
        filters_of(tab, narrowed, now), order=order, limit=limit, offset=offset
    )
    everything = page if by_status else await appeals.worklist(narrowed, limit=0)
    counts = {Tab.ALL: sum(everything.counts.values())}
    for each, statuses in _STATUSES.items():
        counts[each] = sum(everything.counts.get(status, 0) for status in statuses)
    for each in (Tab.DUE, Tab.SECRETARY):
        if each is tab:
            counts[each] = page.total
        else:
            found = await appeals.worklist(filters_of(each, narrowed, now), limit=0)
            counts[each] = found.total
    return Listing(page.items, page.total, counts)
