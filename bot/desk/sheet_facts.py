"""The facts of an appeal in the order in which 12345 platforms exchange them (诉求要素)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from actions.appeals.appeal import KIND_WORDS, NEED_WORDS, URGENCY_WORDS, Appeal, AppealEvent
from actions.appeals.life import Move
from actions.appeals.standing import LEVELS
from actions.clock.words import on_record
from actions.likeness.joining import Follower
from bot.desk import case_words as words
from bot.desk.cases import Case
from bot.desk.standing_words import weak_words
from bot.desk.words import CHANNELS

# A group of facts: its heading, and labels with values; empty values are left out.
Group = tuple[str, list[tuple[str, str]]]
_PATH = " › "


def groups(case: Case, zone: ZoneInfo) -> list[Group]:
    """All that is known, in groups; what nobody filled in is not there."""
    appeal = case.appeal
    all_of_them = [
        ("诉求", _matter(appeal, zone)),
        ("反映人", _person(appeal)),
        ("地点", _place(appeal)),
        ("办理", _handling(appeal, case.file.history, zone)),
        ("关联", _related(case)),
        ("回访和评价", _call_back(appeal, zone)),
    ]
    filled = ((title, [(k, v) for k, v in facts if v]) for title, facts in all_of_them)
    return [(title, facts) for title, facts in filled if facts]


def _matter(appeal: Appeal, zone: ZoneInfo) -> list[tuple[str, str]]:
    channel = CHANNELS.get(appeal.channel, appeal.channel)
    return [
        ("类型", KIND_WORDS[appeal.kind]),
        ("类别", appeal.category),
        ("三级分类", _PATH.join(appeal.official_path) or appeal.official_category),
        ("标签", "、".join(appeal.tags)),
        ("来自", f"{channel}，{on_record(appeal.created_at, zone)}登记"),
        ("外部编号", appeal.external_number or ""),
        ("紧急程度", URGENCY_WORDS[appeal.urgency]),
        ("保密", "保密" if appeal.confidential else ""),
        ("优先照顾", weak_words(appeal)),
        ("需求", NEED_WORDS[appeal.need]),
    ]


def _person(appeal: Appeal) -> list[tuple[str, str]]:
    other = appeal.on_behalf
    for_whom = " ".join(other[key] for key in ("name", "relation", "phone") if other.get(key))
    return [
        ("匿名", "居民要求匿名，承办单位看不到姓名和电话" if appeal.anonymous else ""),
        ("姓名", appeal.contact_name),
        ("电话", appeal.phone),
        ("代办", for_whom),
    ]


def _place(appeal: Appeal) -> list[tuple[str, str]]:
    home = " ".join(each for each in (appeal.building, appeal.unit, appeal.room) if each)
    located = appeal.latitude is not None and appeal.longitude is not None
    return [
        ("小区", appeal.community or "还没有对上小区"),
        ("网格", appeal.grid),
        ("楼栋房号", home),
        ("居民说的", appeal.place_text),
        ("坐标", f"{appeal.latitude:.6f}, {appeal.longitude:.6f}" if located else ""),
    ]


def _handling(appeal: Appeal, history: list[AppealEvent], zone: ZoneInfo) -> list[tuple[str, str]]:
    def at(moment: datetime | None) -> str:
        return on_record(moment, zone) if moment else ""

    def notes(kind: Move) -> str:
        return "；".join(each.note for each in history if each.kind == kind and each.note)

    return [
        ("主办", appeal.lead_party),
        ("协办", "、".join(appeal.helpers)),
        ("派单", at(appeal.dispatched_at)),
        ("签收", at(appeal.signed_at)),
        ("首次联系", at(appeal.contacted_at)),
        ("办结期限", at(appeal.due_at)),
        ("办结", at(appeal.done_at)),
        ("退单", _counted(appeal.returns, notes(Move.RETURN))),
        ("延期", _counted(appeal.extended, notes(Move.EXTEND))),
        ("督办", LEVELS.get(appeal.supervision, "")),
        ("升级", LEVELS.get(appeal.escalation_level, "")),
        ("重办", _counted(appeal.reopened, notes(Move.REOPEN))),
        ("催办", _counted(appeal.urged, "")),
        ("答复", appeal.answer),
    ]


def _related(case: Case) -> list[tuple[str, str]]:
    return [
        ("并入", case.part_of),
        ("一起关注", "；".join(_household(each) for each in case.followers)),
    ]


def _household(follower: Follower) -> str:
    said = {True: "说解决了", False: "说没解决", None: "还没说"}[follower.solved]
    return f"{follower.place_text or f'居民{follower.resident_id}'}（{said}）"


def _call_back(appeal: Appeal, zone: ZoneInfo) -> list[tuple[str, str]]:
    when = on_record(appeal.called_back_at, zone) if appeal.called_back_at else ""
    who = words.ACTORS.get(appeal.called_back_by, appeal.called_back_by)
    solved = {True: "解决了", False: "没有解决", None: ""}[appeal.solved]
    return [
        ("回访", "，".join(each for each in (who, when) if each)),
        ("结果", words.CALL_BACK_RESULTS.get(appeal.call_back_result, "")),
        ("试过", f"{appeal.call_back_attempts} 次" if appeal.call_back_attempts else ""),
        ("解决", solved),
        ("满意度", words.SATISFACTION.get(appeal.satisfaction or 0, "")),
    ]


def _counted(times: int, notes: str) -> str:
    if not times:
        return ""
    return f"{times} 次：{notes}" if notes else f"{times} 次"
