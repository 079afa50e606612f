"""The columns of exchanged tables (交换字段): the fields that a 12345 platform knows, in Chinese."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.appeals.appeal import (
    KIND_WORDS,
    NEED_WORDS,
    URGENCY_WORDS,
    WEAKNESS_WORDS,
    Appeal,
    AppealEvent,
)
from actions.appeals.life import STATUS_WORDS, Move
from bot.appeals.words import LEVELS_OF_SATISFACTION
from bot.desk.words import CHANNELS

Cell = str | int | float
RESULT_WORDS = {"solved": "已解决", "unsolved": "未解决", "unreached": "未联系上", "": ""}
HIDDEN = "（保密）"
MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Record:
    """An appeal as it is exported: with its reasons, and whether its person may be named."""

    appeal: Appeal
    events: Sequence[AppealEvent]
    names: bool
    zone: ZoneInfo
    duplicate_of: str = ""

    def reasons(self, move: Move) -> str:
        return "；".join(event.note for event in self.events if event.kind == move)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, what an export writes, and the field that an import fills, if any."""

    header: str
    value: Callable[[Record], Cell]
    field: str = ""


def _of(name: str) -> Callable[[Record], Cell]:
    def value(record: Record) -> Cell:
        found = getattr(record.appeal, name)
        return "" if found is None else found

    return value


def _person(name: str) -> Callable[[Record], Cell]:
    def value(record: Record) -> Cell:
        found = str(getattr(record.appeal, name) or "")
        return found if record.names or not found else HIDDEN

    return value


def _behalf(key: str) -> Callable[[Record], Cell]:
    def value(record: Record) -> Cell:
        found = record.appeal.on_behalf.get(key, "")
        return found if record.names or not found else HIDDEN

    return value


def _when(name: str) -> Callable[[Record], Cell]:
    def value(record: Record) -> Cell:
        at: datetime | None = getattr(record.appeal, name)
        return at.astimezone(record.zone).strftime(MOMENT) if at else ""

    return value


def _worded(name: str, words: Any) -> Callable[[Record], Cell]:
    return lambda record: words[getattr(record.appeal, name)]


def _list(name: str) -> Callable[[Record], Cell]:
    return lambda record: "、".join(map(str, getattr(record.appeal, name)))


def _yes(name: str) -> Callable[[Record], Cell]:
    return lambda record: yes_or_no(getattr(record.appeal, name))


def _level(which: int) -> Callable[[Record], Cell]:
    return lambda record: [*record.appeal.official_path, "", "", ""][which]


def yes_or_no(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


COLUMNS: tuple[Column, ...] = (
    Column("编号", _of("number"), "number"),
    Column("外部编号", _of("external_number"), "external_number"),
    Column("诉求类型", _worded("kind", KIND_WORDS), "kind"),
    Column("类别", _of("category"), "category"),
    Column("官方一级分类", _level(0)),
    Column("官方二级分类", _level(1)),
    Column("官方三级分类", _level(2)),
    Column("标签", _list("tags"), "tags"),
    Column("标题", _of("title"), "title"),
    Column("内容", _of("content"), "content"),
    Column("渠道", lambda record: CHANNELS.get(record.appeal.channel, record.appeal.channel)),
    Column("状态", _worded("status", STATUS_WORDS)),
    Column("紧急程度", _worded("urgency", URGENCY_WORDS), "urgency"),
    Column("保密", _yes("confidential"), "confidential"),
    Column("匿名", _yes("anonymous"), "anonymous"),
    Column("联系人", _person("contact_name"), "contact_name"),
    Column("联系电话", _person("phone"), "phone"),
    Column("代办姓名", _behalf("name"), "behalf_name"),
    Column("代办电话", _behalf("phone"), "behalf_phone"),
    Column("代办关系", _behalf("relation"), "behalf_relation"),
    Column("小区", _of("community"), "community"),
    Column("网格", _of("grid")),
    Column("楼栋", _of("building"), "building"),
    Column("单元", _of("unit"), "unit"),
    Column("房号", _person("room"), "room"),
    Column("地点", _of("place_text"), "place_text"),
    Column("纬度", _of("latitude"), "latitude"),
    Column("经度", _of("longitude"), "longitude"),
    Column("照片数", lambda record: len(record.appeal.photos)),
    Column("主办单位", _of("lead_party")),
    Column("协办单位", _list("helpers")),
    Column("困难群体", lambda r: "、".join(WEAKNESS_WORDS[each] for each in r.appeal.weak), "weak"),
    Column("需求层次", _worded("need", NEED_WORDS), "need"),
    Column("受理时间", _when("created_at")),
    Column("派单时间", _when("dispatched_at")),
    Column("签收时限", _when("sign_due_at")),
    Column("签收时间", _when("signed_at")),
    Column("联系时限", _when("contact_due_at")),
    Column("首次联系时间", _when("contacted_at")),
    Column("办结时限", _when("due_at")),
    Column("办结时间", _when("done_at")),
    Column("归档时间", _when("closed_at")),
    Column("挂起至", _when("suspended_until")),
    Column("退单次数", _of("returns")),
    Column("退单原因", lambda record: record.reasons(Move.RETURN)),
    Column("延期次数", _of("extended")),
    Column("延期理由", lambda record: record.reasons(Move.EXTEND)),
    Column("催办次数", _of("urged")),
    Column("重办次数", _of("reopened")),
    Column("督办级别", _of("supervision")),
    Column("升级级别", _of("escalation_level")),
    Column("并入编号", lambda record: record.duplicate_of),
    Column("关注户数", _of("followers")),
    Column("回访人", _of("called_back_by")),
    Column("回访时间", _when("called_back_at")),
    Column("回访结果", _worded("call_back_result", RESULT_WORDS)),
    Column("未联系上次数", _of("call_back_attempts")),
    Column("答复内容", _of("answer")),
    Column("是否解决", _yes("solved")),
    Column(
        "满意度",
        lambda r: (
            LEVELS_OF_SATISFACTION[5 - r.appeal.satisfaction] if r.appeal.satisfaction else ""
        ),
    ),
)
HEADERS = tuple(column.header for column in COLUMNS)
# What an import reads; everything else is decided here, by rules and by people.
FIELDS = {column.header: column.field for column in COLUMNS if column.field}
