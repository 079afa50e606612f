"""What other systems and group robots are told (通知内容): facts of an appeal, nobody's identity."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import MOVE_WORDS, Move
from actions.appeals.standing import LEVELS
from actions.clock.watch import ALARM, REMINDER
from actions.clock.watch import EVENT_WORDS as CLOCK_WORDS
from actions.clock.words import on_record
from actions.likeness.bursts import BURST
from actions.likeness.joining import SAID
from actions.likeness.merging import MERGED, TOOK_IN
from bot.appeals.words import FILED

# Every kind of event that a webhook can ask for, with its name.
EVENT_WORDS: dict[str, str] = {
    FILED: "登记",
    **{move.value: words for move, words in MOVE_WORDS.items()},
    "amended": "更正",
    MERGED: "并入其他诉求",
    TOOK_IN: "合并了其他诉求",
    SAID: "各户说解决没有",
    BURST: "多户集中反映",
    **CLOCK_WORDS,
}
# Whose words come from who works on it and are meant for others; a resident's words stay here.
_OFFICIAL_WORDS = frozenset(
    {Move.ANSWER, Move.RETURN, Move.EXTEND, Move.SUSPEND, Move.REFUSE, Move.REDISPATCH}
)
_FACTS = {
    "id", "number", "external_number", "kind", "category", "official_category", "official_path",
    "urgency", "status", "community", "grid", "building", "lead_party", "helpers", "followers",
    "escalation_level", "supervision", "returns", "reopened", "extended", "urged", "created_at",
    "dispatched_at", "signed_at", "contacted_at", "sign_due_at", "contact_due_at", "due_at",
    "done_at", "called_back_at", "closed_at", "suspended_until", "solved", "call_back_result",
    "satisfaction", "version",
}  # fmt: skip


def notice(event: AppealEvent, appeal: Appeal) -> dict[str, Any]:
    """The body of a webhook: what happened, and the appeal as it stands then."""
    told = event.kind in _OFFICIAL_WORDS and not appeal.confidential
    return {
        "event": event.kind,
        "event_id": event.id,
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "by": event.details.get("by", ""),
        "from_status": event.from_status or None,
        "to_status": event.to_status or None,
        "words": event.note if told else "",
        "appeal": appeal.model_dump(mode="json", include=_FACTS),
    }


@dataclass(frozen=True, slots=True)
class Alerts:
    """Writes what robots say; without a public address there is no link."""

    zone: ZoneInfo
    public_url: str = ""

    def __call__(
        self, event: AppealEvent, appeal: Appeal, community_party_id: int | None
    ) -> dict[int, str]:
        """What to say to the robot of which party; empty where no robot needs to hear of it."""
        said: dict[int, str] = {}

        def tell(party_id: int | None, words: str, *, desk: bool = False) -> None:
            if party_id is not None and party_id not in said:
                said[party_id] = self._text(words, appeal, desk=desk)

        match event.kind:
            case Move.DISPATCH | Move.REDISPATCH:
                tell(appeal.lead_party_id, "有新的诉求派给您，请签收")
                for helper_id in appeal.helper_ids:
                    tell(helper_id, f"有新的诉求请您协办，主办是{appeal.lead_party}")
                tell(event.details.get("from_party_id"), "下面这条已改派给别的单位，您不用再办")
            case Move.REOPEN:
                tell(appeal.lead_party_id, "居民说没有解决，请重新办理")
            case Move.CALL_BACK if appeal.is_open:
                tell(appeal.lead_party_id, "回访时居民说没有解决，请重新办理")
            case Move.RETURN:
                returned = event.details.get("returns", 1)
                tell(community_party_id, f"有诉求第 {returned} 次退单，请重新派单", desk=True)
            case Move.URGE:
                tell(appeal.lead_party_id, "居民在催，请尽快办理")
            case Move.SUPERVISE:
                tell(appeal.lead_party_id, f"书记督办（{event.details.get('level', 1)}级），请抓紧")
            case Move.ESCALATE:
                level = LEVELS.get(event.details.get("level", 1), "")
                tell(appeal.lead_party_id, f"超过时限没有办结，已上报{level}")
                tell(community_party_id, f"超过时限没有办结，已上报{level}", desk=True)
            case kind if kind == BURST:
                households = event.details.get("households", 0)
                tell(community_party_id, f"{households} 户集中反映同一问题", desk=True)
            case kind if kind in (REMINDER, ALARM):
                # These words are the clock's own.
                tell(appeal.lead_party_id, event.note.rstrip("。"))
                if kind == ALARM:
                    tell(community_party_id, event.note.rstrip("。"), desk=True)
        return said

    def _text(self, words: str, appeal: Appeal, *, desk: bool) -> str:
        """Number, category, place, due time, link; no name, no telephone, no word of a resident."""
        due = on_record(appeal.due_at, self.zone) if appeal.due_at else "待定"
        lines = [
            f"【民呼我应】{words}。",
            f"编号：{appeal.number}",
            f"类别：{appeal.category}",
            f"地点：{place_of(appeal)}",
            f"期限：{due}",
        ]
        if self.public_url:
            page = f"/desk/appeals?id={appeal.id}" if desk else f"/work/{appeal.number}"
            lines.append(f"查看：{self.public_url.rstrip('/')}{page}")
        return "\n".join(lines)


def place_of(appeal: Appeal) -> str:
    """Down to the building: a room, or the resident's own words for a place, may say who it is."""
    where = appeal.building or appeal.grid
    return f"{appeal.community}{where}" or "见系统"
