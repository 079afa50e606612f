"""When something happened and how long it has lasted, and telephone numbers."""

import re
from typing import List, Text

from nlu.components.span import Fact, facts_of

_N = r"(?:\d{1,3}|[一二两三四五六七八九十几半]{1,3})"
_PART = "(?:凌晨|半夜|深夜|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|晚)"
_HOUR = r"(?<!\d)(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_CLOCK = rf"(?:{_HOUR}点(?:多钟?|半|钟|{_N}分?)?|(?<![\d:：])\d{{1,2}}[:：]\d{{2}}(?![\d:：]))"
_DAY = (
    rf"(?:\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}[日号])?|\d{{1,2}}月(?:\d{{1,2}}[日号]|份|初|底)|{_N}月{_N}[日号]"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|大?[前昨][天日]|今[天日]|[昨今前]晚|(?:上+|这|本)个?(?:星期|周|礼拜)[一二三四五六日天末]?"
    r"|(?:星期|周|礼拜)[一二三四五六日天末]|(?:上|这|本)个?月|[今去前]年(?:[春夏秋冬]天|[上下]半年|\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?|年?[初底])?"
    r"|每天|天天|国庆节?|春节|元旦|中秋节?)"
)
_LASTING = (
    rf"(?<![\d.第])(?:好几|{_N}|十几|二十多)(?:多|来)?(?:天(?![两到])|周|年(?![一代级龄])|个?(?:星期|礼拜|小时|钟头)|个(?:半|多)?月)(?:多|半)?(?:了|前|以上|左右)?"
    rf"|{_N}个?分钟(?:了|前)?"
)
_TIME = re.compile(
    rf"{_DAY}的?{_PART}?{_CLOCK}?|{_PART}{_CLOCK}?(?:以后|左右)?|{_LASTING}|{_CLOCK}(?:以后|左右)?|刚才|刚刚"
)
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?86[\s\-]?)?1[3-9](?:[\s\-]?\d){9}(?!\d)"
    r"|(?<![\dA-Za-z])\(?0[1-9]\d{1,2}\)?[\s\-]?\d{3,4}[\s\-]?\d{4}(?!\d)"
    r"|(?:(?<=电话)|(?<=座机)|(?<=座机是)|(?<=电话是)|(?<=电话[:： ]))\d{8}(?!\d)"
)


def times(text: Text) -> List[Fact]:
    """The first two times of a message: usually when it happened and how long it lasts."""
    return facts_of("time", _TIME, text, limit=2)


def phones(text: Text) -> List[Fact]:
    """Telephone numbers as digits."""
    return facts_of("phone", _PHONE, text, limit=2, clean=lambda match: _digits(match.group()))


def _digits(written: Text) -> Text:
    digits = re.sub(r"\D", "", written)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
