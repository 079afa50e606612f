"""Chinese numerals of house numbers: 三 → 3, 十二 → 12, 五零一 → 501, 三百零二 → 302."""

import re
from typing import Text

DIGIT = "零〇一二两三四五六七八九"
# 幺 and 洞 are how digits are read out aloud.
_VALUE = {"零": 0, "〇": 0, "洞": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "三": 3, "四": 4}
_VALUE.update({"五": 5, "六": 6, "七": 7, "八": 8, "九": 9})
_UNIT = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,6})"


def to_arabic(text: Text) -> Text:
    """The number as digits; what is not a numeral comes back as it is."""
    text = text.strip()
    if not text or re.fullmatch(r"\d+", text):
        return text
    if any(character not in _VALUE and character not in _UNIT for character in text):
        return text
    if not any(character in _UNIT for character in text):
        return "".join(str(_VALUE[character]) for character in text)
    total, current = 0, 0
    for character in text:
        if character in _UNIT:
            total += (current or 1) * _UNIT[character]
            current = 0
        else:
            current = _VALUE[character]
    return str(total + current)
