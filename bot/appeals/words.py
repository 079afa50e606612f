"""What a resident hears when an appeal moves on (告知居民), each event in plain words."""

from dataclasses import dataclass
from datetime import datetime

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import STATUS_WORDS, AppealStatus, By, Move
from actions.appeals.standing import LEVELS
from actions.clock import words
from actions.clock.calendar import WorkingCalendar
from actions.likeness.merging import MERGED
from knowledge.categories.tree import OTHER

FILED = "filed"
STAFF_ALONE = "社区工作人员"
MATTER_SHOWN = 24

OWN = "您反映的“{matter}”（{number}）"
FOLLOWED = "您关注的“{matter}”（{number}）"

FILED_FOR = "工作人员已替您登记“{matter}”，编号 {number}。{holder}也可以随时发编号来查。"
FILED_HOLDER = "已转给{party}处理，{due}；"
FILED_NO_HOLDER = "社区正在安排人处理，有进展会告诉您；"
TOLD = {
    Move.DISPATCH: "{of}已经转给{party}处理，{due}。",
    Move.REDISPATCH: "{of}改由{party}处理，{due}。",
    Move.SIGN: "{of}{party}{who}已经签收，{due}。",
    Move.START: "{of}已经有人在办了：{party}{who}，{due}。",
    Move.RETURN: "{of}，原来的单位说不归他们管，社区正在重新安排人处理。",
    Move.EXTEND: "{of}一时办不完，时间要延长一些，请您谅解。改为{until}办好。",
    Move.SUSPEND: "{of}暂时要停一停，{since}以后接着办。",
    Move.RESUME: "{of}接着办了，{due}。",
    Move.REOPEN: "{of}没有解决，我们重新打开，还请{party}接着办，{due}。",
    Move.WITHDRAW: "{of}已经撤回，不再办理。以后还有需要，随时告诉我。",
    Move.REFUSE: "{of}社区不能受理。",
    Move.SUPERVISE: "{of}社区书记已经在督办，会盯着办好。",
    Move.ESCALATE: "{of}没能按时办好，很抱歉。已经上报{level}督促，现在由{party}负责。",
    Move.ADD: "{of}有新情况：\n{note}",
}
ANSWERED = "{of}办好了。\n{party}答复：{note}\n\n"
ASK_FILER = "问题解决了吗？满意不满意，点一下或者回复一句就行；没解决就回复“没解决”，我们接着办。"
ASK_FOLLOWER = "您家的问题解决了吗？回复“解决了”或者“没解决”就行，各家说各家的。"
UNREACHED = "{of}办完了，想问问您满意不满意，没有联系上您。\n\n" + ASK_FILER
CLOSED_UNREACHED = (
    "{of}办完以后一直没有联系上您，先归档了。问题要是还在，回复“没解决”，我们接着办。"
)
FILER_WITHDREW = "{of}登记的住户撤回了，不再办理。您家的问题要是还在，直接告诉我，我给您单独登记。"
MERGED_INTO = "{of}和 {into} 是同一件事，已经合在一起办，不用再登记。有进展一起告诉您。"
REASON = "\n原因：{note}"
EXPLAINED = "\n说明：{note}"
WHERE_TO = "\n您可以：{where_to}"
SEE = "\n点这里看办理经过：{link}"
DUE = "预计{until}办好"
NO_DUE = "有进展会告诉您"
LEVELS_OF_SATISFACTION = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
SOLVED, NOT_SOLVED = "解决了", "没解决"
_TO_FILER = (*LEVELS_OF_SATISFACTION, NOT_SOLVED)
_TO_FOLLOWER = (SOLVED, NOT_SOLVED)

# Moves whose words a resident reads too; of others they are among colleagues.
_REASONED = frozenset({Move.EXTEND, Move.SUSPEND, Move.WITHDRAW, Move.REFUSE})
_EXPLAINED = frozenset({Move.START, Move.RESUME})
# Told where staff did it: a resident's own words are for who solves it.
_BY_STAFF_ONLY = frozenset({Move.WITHDRAW, Move.ADD})


@dataclass(frozen=True, slots=True)
class News:
    """What one resident hears: words, and the choices where they are asked something."""

    text: str
    choices: tuple[str, ...] = ()
    photo: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """An event as it is told: the appeal as it stands, who was responsible, and when it is told."""

    event: AppealEvent
    appeal: Appeal
    party: str
    now: datetime
    calendar: WorkingCalendar

    def to_filer(self) -> News | None:
        """None where it is none of theirs, or their own doing: then they know."""
        if self._by(By.RESIDENT) or (self.event.kind == FILED and self.event.actor == "resident"):
            return None
        if self.event.kind == FILED:
            return News(self._filed())
        return self._news(OWN, self._matter())

    def to_follower(self) -> News | None:
        """What the others with the same problem hear; the filer's own words stay with the filer."""
        matter = self._common_matter()
        if self.event.kind == Move.WITHDRAW and self._by(By.RESIDENT):
            return News(self._say(FILER_WITHDREW, FOLLOWED, matter))
        return self._news(FOLLOWED, matter)

    def card(self) -> dict[str, str]:
        """The same for a card with fields (模板消息): number, matter, status, party, at, due."""
        status = AppealStatus(self.event.to_status or self.appeal.status)
        local = self.event.at.astimezone(self.calendar.zone)
        due = self.appeal.due_at.astimezone(self.calendar.zone) if self.appeal.due_at else None
        return {
            "number": self.appeal.number,
            "matter": self._common_matter(),
            "status": STATUS_WORDS[status],
            "party": self.party,
            "at": _on_card(local),
            "due": _on_card(due) if due else "",
        }

    def _news(self, whose: str, matter: str) -> News | None:
        def say(text: str) -> str:
            return self._say(text, whose, matter)

        kind, details, own = self.event.kind, self.event.details, whose is OWN
        if kind == Move.ANSWER:
            photos = details.get("photos") or [None]
            asked = ASK_FILER if own else ASK_FOLLOWER
            choices = _TO_FILER if own else _TO_FOLLOWER
            return News(say(ANSWERED + asked), choices, photos[0] if own else None)
        if kind == Move.CALL_BACK:
            if not details.get("contacted"):
                return News(say(UNREACHED), _TO_FILER) if own else None
            return None if details.get("solved") else News(say(TOLD[Move.REOPEN]))
        if kind == Move.CLOSE:
            unreached = own and self.appeal.call_back_result == "unreached"
            return News(say(CLOSED_UNREACHED)) if unreached else None
        if kind == MERGED:
            return News(say(MERGED_INTO))
        if kind not in TOLD or self._goes_without_saying():
            return None
        text = say(TOLD[Move(kind)])
        if kind in _REASONED and self.event.note:
            text += REASON.format(note=self.event.note)
        if kind in _EXPLAINED and self.event.note and not self._by(By.SYSTEM):
            text += EXPLAINED.format(note=self.event.note)
        if kind == Move.REFUSE:
            text += WHERE_TO.format(where_to=details.get("where_to", ""))
        return News(text)

    def _goes_without_saying(self) -> bool:
        kind = self.event.kind
        # Where it went at first is told with its number.
        at_once = kind == Move.DISPATCH and self._by(By.SYSTEM) and self.event.sequence == 2
        by_resident = kind in _BY_STAFF_ONLY and self._by(By.RESIDENT)
        return at_once or by_resident or (kind == Move.ADD and not self.event.note)

    def _filed(self) -> str:
        holder = FILED_NO_HOLDER
        if self.appeal.lead_party:
            holder = FILED_HOLDER.format(party=self.appeal.lead_party, due=self._due())
        return FILED_FOR.format(matter=self._matter(), number=self.appeal.number, holder=holder)

    def _say(self, text: str, whose: str, matter: str) -> str:
        details = self.event.details
        return text.format(
            of=whose.format(matter=matter, number=self.appeal.number),
            party=self.party,
            who=self._who(),
            due=self._due(),
            until=self._until(details.get("until")),
            since=self._since(details.get("until")),
            level=LEVELS.get(details.get("level", 0), ""),
            into=details.get("into", ""),
            note=self.event.note,
        )

    def _matter(self) -> str:
        said = " ".join((self.appeal.title or self.appeal.content).split())
        return said if len(said) <= MATTER_SHOWN else f"{said[:MATTER_SHOWN]}…"

    def _common_matter(self) -> str:
        """Where and of what kind: nothing that only its filer should read."""
        kind = "" if self.appeal.category == OTHER else self.appeal.category
        return f"{self.appeal.community}{self.appeal.building}{kind}" or "诉求"

    def _who(self) -> str:
        """The person of the party, by name; staff who act in its stead are not named."""
        return f" {self.event.actor.partition('（')[0]}" if self._by(By.PARTY) else ""

    def _due(self) -> str:
        due = self.appeal.due_at
        if due is None or due < self.now:
            return NO_DUE
        return DUE.format(until=words.until(due, self.now, self.calendar))

    def _until(self, moment: str | None) -> str:
        return words.until(_moment(moment), self.now, self.calendar) if moment else ""

    def _since(self, moment: str | None) -> str:
        return words.since(_moment(moment), self.now, self.calendar.zone) if moment else ""

    def _by(self, who: By) -> bool:
        return bool(self.event.details.get("by") == who)


def preview(
    appeal: Appeal,
    move: Move,
    note: str,
    details: dict[str, object],
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> str:
    """What the filer would hear of a move by staff; empty where it is none of theirs."""
    event = AppealEvent(
        id=0,
        sequence=0,
        kind=move,
        from_status="",
        to_status="",
        actor="",
        note=note,
        details={"by": By.STAFF.value, **details},
        at=now,
    )
    told = Telling(event, appeal, appeal.lead_party or STAFF_ALONE, now, calendar).to_filer()
    return told.text if told else ""


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _on_card(local: datetime) -> str:
    """A time as WeChat's cards take it: 2026年11月24日 17:30."""
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
