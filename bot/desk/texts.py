"""What the desk tells residents and staff in whole sentences: appeals moving on, closed windows."""

from actions.appeals.appeal import STATUS_WORDS, TRANSITIONS, Appeal, AppealStatus

UNSUBSCRIBED = "居民已取消关注公众号，微信不再允许发消息。请改用电话联系。"
WINDOW_PAST = "超过 48 小时没有收到居民的新消息，微信不允许再发。请改用电话联系，或等居民再次来信。"
WINDOW_USED_UP = "居民上次来信后可回复的条数已用完，等居民再发一条消息就能接着回复。"
PHOTO_TOO_BIG = "照片超过 8 MB，请换一张小一些的。"

FILED = "工作人员已替您登记“{matter}”，编号 {number}。办理有进展会告诉您，也可以随时发编号来查。"
REOPENED = "您反映的“{matter}”（{number}）我们重新打开，接着办理。"
STATUS_TOLD = {
    AppealStatus.DISPATCHED: "您反映的“{matter}”（{number}）已经转给{party}处理，有进展会告诉您。",
    AppealStatus.IN_PROGRESS: "您反映的“{matter}”（{number}）已经有人在办了，有结果马上告诉您。",
    AppealStatus.DONE: "您反映的“{matter}”（{number}）已经办好了。要是问题还在，直接告诉我，我们接着办。",
    AppealStatus.WITHDRAWN: "您反映的“{matter}”（{number}）已经撤回，不再办理。以后还有需要，随时告诉我。",
    AppealStatus.CLOSED: "您反映的“{matter}”（{number}）已经归档。谢谢您告诉我们。",
}
NOTE = "工作人员说明：{note}"
PARTY = "负责的单位"
MATTER_SHOWN = 24


def filed(appeal: Appeal) -> str:
    """What a resident hears when staff filed an appeal for them."""
    return FILED.format(matter=_matter(appeal), number=appeal.number)


def status_changed(appeal: Appeal, came_from: AppealStatus, note: str) -> str:
    """What a resident hears when their appeal moved to the status that it has now."""
    return announcement(appeal, came_from, appeal.status, note)


def announcement(appeal: Appeal, came_from: AppealStatus, to: AppealStatus, note: str) -> str:
    """What a resident will hear if the appeal moves so."""
    reopened = came_from is AppealStatus.DONE and to is AppealStatus.IN_PROGRESS
    said = (REOPENED if reopened else STATUS_TOLD[to]).format(
        matter=_matter(appeal), number=appeal.number, party=appeal.lead_party or PARTY
    )
    return f"{said}\n{NOTE.format(note=note)}" if note else said


def in_order(status: AppealStatus) -> list[AppealStatus]:
    """The moves that the table allows from here, in the order of an appeal's life."""
    return [target for target in STATUS_WORDS if target in TRANSITIONS[status]]


def _matter(appeal: Appeal) -> str:
    words = " ".join(appeal.content.split())
    return words if len(words) <= MATTER_SHOWN else f"{words[:MATTER_SHOWN]}…"
