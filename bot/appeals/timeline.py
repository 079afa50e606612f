"""An appeal's history as its residents read it (办理经过): what concerns them, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import By, Move
from actions.appeals.standing import LEVELS
from actions.clock import words
from actions.clock.calendar import WorkingCalendar
from actions.likeness.joining import SAID
from actions.likeness.merging import MERGED
from bot.appeals.words import FILED, LEVELS_OF_SATISFACTION, STAFF_ALONE

AMENDED = "amended"
_TITLES = {
    FILED: "登记",
    AMENDED: "更正了登记的内容",
    Move.DISPATCH: "转给{party}处理",
    Move.REDISPATCH: "改由{party}处理",
    Move.SIGN: "{who}签收了",
    Move.START: "{who}开始办理",
    Move.CONTACT: "{who}联系了居民",
    Move.RETURN: "{party}说不归他们管，社区重新安排人",
    Move.EXTEND: "时间延长，{until}办好",
    Move.SUSPEND: "暂时停一停，{since}以后接着办",
    Move.RESUME: "接着办了",
    Move.ANSWER: "{who}办好了",
    Move.CLOSE: "归档",
    Move.WITHDRAW: "撤回",
    Move.REFUSE: "社区不能受理",
    Move.SUPERVISE: "社区书记督办",
    Move.ESCALATE: "上报{level}",
    Move.REOPEN: "没有解决，重新办理",
    MERGED: "和 {into} 是同一件事，合在一起办",
}
_BY_FILER = {Move.URGE: "催办", Move.ADD: "补充"}
_NEWS = "新情况"
_RATED = "评价：{level}"
_CALLED = {True: "回访：解决了", False: "没有解决，重新办理", None: "回访没有联系上"}
_SOLVED_THEMSELVES = "说已经解决了"
_FILED_BY_ANOTHER = "有住户登记了这件事"
_JOINED = "我家也是"
_AT_HOME = {True: "您家说解决了", False: "您家说没有解决"}
_WHERE_TO = "可以：{where_to}"
# Notes of these are for the resident, whoever wrote them; others are among colleagues.
_OPEN_NOTES = frozenset(
    {
        Move.START,
        Move.CONTACT,
        Move.EXTEND,
        Move.SUSPEND,
        Move.RESUME,
        Move.ANSWER,
        Move.REFUSE,
        Move.WITHDRAW,
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the time line; `photos` are media ids."""

    at: datetime
    when: str
    title: str
    text: str
    photos: tuple[int, ...]
    # Whose doing it was: mine, theirs (who solves it).
    side: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at it: the one who filed it, or a household that joined (`is_filer` false)."""

    resident_id: int
    is_filer: bool


def timeline(
    appeal: Appeal,
    history: Sequence[AppealEvent],
    parties: dict[int, str],
    reader: Reader,
    now: datetime,
    calendar: WorkingCalendar,
) -> list[Step]:
    """What happened, the newest first; `parties` names the parties that the history mentions."""
    holder, steps = STAFF_ALONE, list[Step]()
    for event in history:
        if event.kind in (Move.DISPATCH, Move.REDISPATCH):
            holder = parties.get(event.details.get("party_id", 0), holder)
        title = _title(event, holder, reader, calendar)
        if title:
            steps.append(
                Step(
                    event.at,
                    words.since(event.at, now, calendar.zone),
                    title,
                    _text(event, reader),
                    _photos(event, reader),
                    "mine" if _is_own(event, reader) else "theirs",
                )
            )
    return steps[::-1]


def _title(
    event: AppealEvent, holder: str, reader: Reader, calendar: WorkingCalendar
) -> str | None:
    kind, details = event.kind, event.details
    if kind == FILED and not reader.is_filer:
        return _FILED_BY_ANOTHER
    if kind == Move.JOIN:
        return _JOINED if details.get("resident_id") == reader.resident_id else None
    if kind == SAID:
        mine = details.get("resident_id") == reader.resident_id
        return _AT_HOME[bool(details.get("solved"))] if mine else None
    if kind == Move.RATE:
        return _RATED.format(level=_level(details["satisfaction"])) if reader.is_filer else None
    if kind == Move.CALL_BACK:
        if details.get("solved") and _by(event, By.RESIDENT):
            return _SOLVED_THEMSELVES if reader.is_filer else None
        return _CALLED[details.get("solved")]
    if kind in _BY_FILER:
        if _by(event, By.RESIDENT):
            return _BY_FILER[Move(kind)] if reader.is_filer else None
        return _NEWS if kind == Move.ADD and event.note else None
    if kind not in _TITLES:
        return None
    until = details.get("until")
    moment = datetime.fromisoformat(until) if until else event.at
    return _TITLES[kind].format(
        party=holder,
        who=_who(event, holder),
        # The words were true when it happened, and are read on any day after.
        until=f"{words.on_record(moment, calendar.zone)}前",
        since=words.on_record(moment, calendar.zone),
        level=LEVELS.get(details.get("level", 0), ""),
        into=details.get("into", ""),
    )


def _text(event: AppealEvent, reader: Reader) -> str:
    if event.kind == Move.RESUME and _by(event, By.SYSTEM):
        return ""
    if event.kind == Move.REFUSE:
        where = _WHERE_TO.format(where_to=event.details.get("where_to", ""))
        return f"{event.note}。{where}"
    own = _by(event, By.RESIDENT)
    if own and not reader.is_filer and event.kind != SAID:
        return ""
    theirs = event.kind in _OPEN_NOTES or event.kind == Move.ADD
    return event.note if own or theirs else ""


def _is_own(event: AppealEvent, reader: Reader) -> bool:
    if "resident_id" in event.details:
        return bool(event.details["resident_id"] == reader.resident_id)
    by_filer = _by(event, By.RESIDENT) or (event.kind == FILED and event.actor == "resident")
    return reader.is_filer and by_filer


def _photos(event: AppealEvent, reader: Reader) -> tuple[int, ...]:
    """What shows the work is for everyone; what shows somebody's home is for who filed it."""
    shown = event.kind == Move.ANSWER or (reader.is_filer and event.kind in (Move.ADD, Move.REOPEN))
    return tuple(event.details.get("photos") or ()) if shown else ()


def _who(event: AppealEvent, holder: str) -> str:
    person = f" {event.actor.partition('（')[0]} " if _by(event, By.PARTY) else ""
    return f"{holder}{person}"


def _level(satisfaction: int) -> str:
    return LEVELS_OF_SATISFACTION[5 - satisfaction]


def _by(event: AppealEvent, who: By) -> bool:
    return bool(event.details.get("by") == who)
