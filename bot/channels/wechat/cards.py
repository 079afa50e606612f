"""Fills the fields of a template message (模板消息): each kind of field takes only what fits it.

Source: developers.weixin.qq.com, 服务号 → 模板消息 → 发送模板消息, 参数值内容限制说明.
"""

import re
from collections.abc import Mapping

_FIELD = re.compile(r"([a-z_]+\d*):([a-z]+)")
_NOTHING = "无"
# Characters that a kind of field takes at most; its name is the field's without the number.
_LONGEST = {
    "thing": 20,
    "short_thing": 5,
    "phrase": 5,
    "character_string": 32,
    "name": 10,
    "const": 20,
    "time": 32,
    "date": 32,
}
NAMES = ("number", "matter", "status", "party", "at", "due")


class WrongFields(ValueError):
    """`WECHAT_TEMPLATE_FIELDS` is not understood; its text says what is wrong."""


def read_fields(written: str) -> dict[str, str]:
    """`thing1:matter phrase2:status` as {field of the template: name of ours}.

    Raises `WrongFields`.
    """
    fields: dict[str, str] = {}
    for part in written.replace(",", " ").split():
        found = _FIELD.fullmatch(part)
        if not found or found[2] not in NAMES:
            known = ", ".join(NAMES)
            raise WrongFields(f"WECHAT_TEMPLATE_FIELDS: {part!r} is no FIELD:NAME ({known})")
        fields[found[1]] = found[2]
    return fields


def fill(fields: Mapping[str, str], notice: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The `data` of a template message; a field without a value would be refused."""
    return {
        field: {"value": _fitting(field, notice.get(name, ""))} for field, name in fields.items()
    }


def _fitting(field: str, value: str) -> str:
    longest = _LONGEST.get(field.rstrip("0123456789"))
    if longest is not None and len(value) > longest:
        value = value[: longest - 1] + "…" if longest > 5 else value[:longest]
    return value or _NOTHING
