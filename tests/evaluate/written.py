"""When two spellings of a fact are the same: the matching rules in the head of sealed/entities.yml."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from opencc import OpenCC

_BEHIND = {
    "place": "里面|里|上|旁边|旁|边上|那里|那边|那儿|这里|附近|处",
    "time": "了|左右|以后|之后|前|起|开始|的样子",
}
_BEFORE = {
    "place": "我们小区|小区的|小区",
    "time": "自从|从|自|大概|大约|差不多|快|已经|有|都",
}


def same_form(kind: str, values: Iterable[str]) -> list[str]:
    """The values of one kind in the form in which they are compared."""
    return [_folded(kind, value) for value in values]


def _folded(kind: str, value: str) -> str:
    text = _simplified().convert(unicodedata.normalize("NFKC", value)).replace(" ", "")
    if kind not in _BEHIND:
        return text
    if kind == "time":
        text = text.replace("的样子", "").replace("的", "")
    # One word at a time, never the whole value: 附近 alone stays what it is.
    while (shorter := _shorter(kind, text)) and shorter != text:
        text = shorter
    return text


def _shorter(kind: str, text: str) -> str:
    text = re.sub(rf"^(?:{_BEFORE[kind]})(?=.)", "", text)
    return re.sub(rf"(?<=.)(?:{_BEHIND[kind]})$", "", text)


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")
