"""Template messages (模板消息): templates of the account, and what may stand in their fields."""

import re
from typing import Any

INVALID_TEMPLATE = 40037
REFUSED_BY_USER = 43101
WRONG_ARGUMENT = 47003

# 参数值内容限制说明: what a field's kind takes.
_KINDS = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日( \d{2}:\d{2}(:\d{2})?)?|\d{1,2}:\d{2}"),
    "const": re.compile(r".{1,20}"),
}


class Templates:
    """What the account has chosen from the library, and who does not want to get any."""

    def __init__(self) -> None:
        self.fields: dict[str, tuple[str, ...]] = {}
        self.refused_by: set[str] = set()
        self._sent: set[tuple[str, str]] = set()

    def judge(self, message: dict[str, Any]) -> tuple[int, str]:
        """(error code, what the card shows); code 0 with nothing to show: sent before."""
        fields = self.fields.get(message["template_id"])
        if fields is None:
            return INVALID_TEMPLATE, "invalid template_id"
        openid = message["touser"]
        if openid in self.refused_by:
            return REFUSED_BY_USER, "user refuse to accept the msg"
        data = message["data"]
        for field in fields:
            value = data.get(field, {}).get("value", "")
            kind = _KINDS.get(field.rstrip("0123456789"))
            if not value or (kind and not kind.fullmatch(value)):
                return WRONG_ARGUMENT, f"argument invalid! data.{field}.value invalid"
        once = message.get("client_msg_id", "")
        if once and (openid, once) in self._sent:
            return 0, ""
        self._sent.add((openid, once))
        shown = [data[field]["value"] for field in fields]
        return 0, "\n".join([*shown, *([message["url"]] if message.get("url") else [])])
