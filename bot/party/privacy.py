"""What a party may know of a resident (身份保护): nothing that names one who did not agree."""

import re
from collections.abc import Iterable

from actions.appeals.appeal import Appeal
from bot.party.words import HIDDEN

_NUMERALS = "〇零一二三四五六七八九幺两"
# Telephone and identity card numbers, however they are grouped; names and rooms as people say them.
_TELLING = re.compile(
    r"(?<!\d)(?!(?:19|20)\d\d-\d{1,2}-\d{1,2}(?!\d))\d(?:[\s-]?\d){6,}[Xx]?"
    rf"|[{_NUMERALS}]{{7,}}"
    r"|(?:微信|QQ|qq)(?:号)?\s*[:：是]?\s*[A-Za-z0-9][\w-]{4,}"
    r"|(?<=我叫)[\u4e00-\u9fff]{2,3}|(?<=我姓)[\u4e00-\u9fff]|(?<=联系人)[:：]?\s*[\u4e00-\u9fff]{2,4}"
    r"|(?<=[栋幢座楼元])\s*\d{3,4}(?!\d)(?:室|房|号)?|(?<!\d)\d{3,4}(?:室|房间|房)"
    r"|(?<=\d[-－#])\d{3,4}(?!\d)"
)


class Privacy:
    """One appeal's rule: whether its resident agreed to be known, and texts without them if not."""

    def __init__(self, appeal: Appeal, resident_name: str = "") -> None:
        self.hides = appeal.anonymous or appeal.confidential
        self._known: re.Pattern[str] | None = None
        if self.hides:
            other = appeal.on_behalf
            names = {appeal.contact_name, resident_name, other.get("name", "")}
            phones = {appeal.phone, other.get("phone", "")}
            self._known = _any_of(names | phones, appeal.room)

    def __call__(self, text: str) -> str:
        """The text itself, or without what names the resident."""
        if not self.hides:
            return text
        if self._known:
            text = self._known.sub(HIDDEN, text)
        return _TELLING.sub(HIDDEN, text)


def _any_of(words: Iterable[str], room: str) -> re.Pattern[str] | None:
    parts = [re.escape(word.strip()) for word in words if len(word.strip()) > 1]
    if room.strip():
        parts.append(rf"(?<!\d){re.escape(room.strip())}(?!\d)(?:室|房)?")
    # The longest first: 王芳芳 is not 王芳 and one more.
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None
