"""What the form of each deed asks (办理表单): the fields of `actions.appeals.deeds`, in plain words."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from actions.appeals.life import Move
from actions.appeals.standing import LEVELS
from bot.desk import case_words as words


class Kind(StrEnum):
    """How a field is filled in."""

    WORDS = "words"
    PARTY = "party"
    HELPERS = "helpers"
    MOMENT = "moment"
    DAY = "day"
    CHOICE = "choice"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the deed, how it is filled in, and what stands beside it.

    `options` are the choices, a value with its words; `needs` names a field and the value that it
    must have for this one to be asked.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    options: tuple[tuple[object, str], ...] = ()
    needs: tuple[str, object] | None = None


PHOTOS = Field("photos", Kind.PHOTOS, "照片")
_PARTY = Field("party_id", Kind.PARTY, "主办单位")
_HELPERS = Field("helper_ids", Kind.HELPERS, "协办单位", "没有就空着")
_LEVELS = tuple((level, f"{level} 级 {name}") for level, name in LEVELS.items())
_REACHED = ("contacted", True)


def _words(name: str, label: str, hint: str = "") -> Field:
    return Field(name, Kind.WORDS, label, hint)


FORMS: dict[Move, tuple[Field, ...]] = {
    Move.DISPATCH: (_PARTY, _HELPERS, _words("note", "给承办单位的话", "可以不写")),
    Move.REDISPATCH: (_PARTY, _HELPERS, _words("reason", "为什么改派")),
    Move.SIGN: (),
    Move.START: (_words("note", "说明", "居民会看到，例如“师傅下午三点到”"),),
    Move.CONTACT: (_words("note", "说了什么", "例如“约好明天上午上门”"),),
    Move.RETURN: (
        _words("reason", "为什么不归这个单位"),
        _words("evidence", "依据", "合同、产权、分工文件；有照片可以不写"),
        PHOTOS,
    ),
    Move.EXTEND: (
        Field("until", Kind.MOMENT, "延到什么时候"),
        _words("reason", "为什么要延期", "居民会看到"),
    ),
    Move.SUSPEND: (
        Field("until", Kind.DAY, "哪天恢复"),
        _words("reason", "为什么先停下", "居民会看到"),
    ),
    Move.RESUME: (_words("note", "说明", "居民会看到，可以不写"),),
    Move.ANSWER: (_words("answer", "答复", "居民会看到：做了什么、结果怎样"), PHOTOS),
    Move.CALL_BACK: (
        Field(
            "contacted",
            Kind.CHOICE,
            "联系上居民了吗",
            "",
            ((True, "联系上了"), (False, "没联系上")),
        ),
        Field(
            "solved",
            Kind.CHOICE,
            "问题解决了吗",
            "",
            ((True, "解决了"), (False, "没有解决，重办")),
            _REACHED,
        ),
        Field(
            "satisfaction",
            Kind.CHOICE,
            "满意度",
            "居民没说就不选",
            tuple(words.SATISFACTION.items()),
            _REACHED,
        ),
        _words("note", "居民说了什么"),
    ),
    Move.CLOSE: (_words("note", "说明", "只有同事看得到，可以不写"),),
    Move.REOPEN: (_words("reason", "哪里没解决"), PHOTOS),
    Move.WITHDRAW: (_words("reason", "为什么撤回", "居民会看到，可以不写"),),
    Move.REFUSE: (
        _words("reason", "为什么不受理", "居民会看到"),
        _words("where_to", "该去哪里办", "居民会看到：单位、地址、电话"),
    ),
    Move.URGE: (_words("note", "催什么", "可以不写"),),
    Move.SUPERVISE: (
        Field("level", Kind.CHOICE, "督办级别", "", _LEVELS),
        _words("note", "要求", "可以不写"),
    ),
    Move.ESCALATE: (
        Field("level", Kind.CHOICE, "上报到", "", _LEVELS),
        _words("reason", "为什么上报"),
    ),
    Move.NOTE: (_words("note", "备注"), PHOTOS),
    Move.ADD: (_words("note", "补充的内容"), PHOTOS),
}
# In which row of buttons a deed stands: going on, changing course, pressing and recording.
GROUPS: tuple[tuple[Move, ...], ...] = (
    (
        Move.DISPATCH,
        Move.SIGN,
        Move.START,
        Move.CONTACT,
        Move.RESUME,
        Move.ANSWER,
        Move.CALL_BACK,
        Move.CLOSE,
    ),
    (
        Move.REDISPATCH,
        Move.RETURN,
        Move.EXTEND,
        Move.SUSPEND,
        Move.REOPEN,
        Move.REFUSE,
        Move.WITHDRAW,
    ),
    (Move.URGE, Move.SUPERVISE, Move.ESCALATE, Move.ADD, Move.NOTE),
)


def wrong_words(error: ValidationError, move: Move) -> str:
    """What is missing or does not fit, in words for whoever filled the form in."""
    first = error.errors()[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    labels = {field.name: field.label for field in FORMS[move]}
    named = (labels[str(part)] for part in first["loc"] if str(part) in labels)
    return words.MISSING.format(field=next(named, ""))
