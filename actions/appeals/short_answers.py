"""Short answers (简短回答) read in the light of what was asked: 不晓得, 随便, 没有, 5, 地址不对."""

import re
from enum import StrEnum


class Short(StrEnum):
    """What a short answer says when it names nothing."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    WHATEVER = "whatever"


_PARTICLES = r"[了呢啊吧呀嘛哦哈的哟诶哎唉嗯,，。.!！~～\s]*"
_KINDS = {
    Short.UNKNOWN: r"(?:我?也?(?:真|还)?(?:不|冇|没)(?:太|大)?(?:晓得|知道|清楚|记得|确定|懂)|说不(?:清楚?|好|上来|准)"
    r"|忘(?:记|掉)?|搞不清楚?|记不(?:得|清楚?|到)|不详|不明白)",
    Short.WHATEVER: r"(?:随便(?:[你您]们?)?|随[你您]们?|都(?:行|可以|好)|无所谓|怎么都(?:行|可以)|听[你您]们?的"
    r"|[你您]们?(?:自己)?看着(?:办|弄|搞|定|写|填|来)|看着(?:办|写|填)|[你您]们?(?:定|决定|安排))(?:就行|就好|都行)?",
    Short.NOTHING: r"(?:没有?|冇得?|无|没别的|没啥|没什么)(?:别的|其他的?|要)?(?:补充|要说|要补充|问题|事)?",
}
_SHORT = {
    kind: re.compile(rf"{_PARTICLES}{pattern}{_PARTICLES}") for kind, pattern in _KINDS.items()
}
_NUMBER = re.compile(r"第?\s*(\d{1,4}|[一二三四五六七八九十]{1,3})\s*[号#]?" + _PARTICLES)
_DIGITS = {character: value for value, character in enumerate("一二三四五六七八九", start=1)}

_WRONG = re.compile(r"不对|错|有误|不是这|不准|改|换|更正|不正确|写反|弄反")
# Tried in this order: 房号错了 speaks of the place, not of a telephone.
_PARTS = {
    "where": re.compile(r"地[址点方]|位置|楼[栋号]|房[号间]|门牌|小区|单元|栋|几楼|楼层"),
    "phone": re.compile(r"电话|号码|手机|联系方式"),
    "time": re.compile(r"时间|日期|日子|哪天|几点"),
    "what": re.compile(r"问题|类别|内容|描述|事情|情况"),
}
_INSTEAD = re.compile(
    r"不是(?P<old>[^，,。不]{1,20}?)[，,、\s]*(?:而?是|应该是)(?P<new>[^，,。]{1,30})"
)
_LEAD = re.compile(r"^(?:应该是|应该|改成|改为|换成|是在|就是|是|在|[，,：:\s])+")
_PLACE_WORDS = re.compile(
    r"楼|门|路|街|巷|[旁边后前]头?边?|附近|对面|口$|那[里边块头]|这[里边块头]|栋|号|区|场|站|店|院|校|棚|里面|外面|隔壁|房|桥|河|湖"
)
_QUESTION = re.compile(r"[吗么呢？?]|怎么|如何|多少|什么|哪|谁")
_ANSWER_MOST, _WRONG_MOST = 15, 7


def short_answer(text: str) -> Short | None:
    """Whether a message is one of the answers that name nothing; None where it says more."""
    return next((kind for kind, pattern in _SHORT.items() if pattern.fullmatch(text)), None)


def bare_number(text: str) -> int | None:
    """The number, where a message is nothing but one: 5, 第五, 8号, 1402."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    written = found[1]
    return int(written) if written.isdecimal() else _chinese(written)


def sounds_like_a_place(text: str) -> bool:
    """Whether a short message may name a place, in words that no rule knows: 菜场后头."""
    return (
        len(text) <= _ANSWER_MOST and bool(_PLACE_WORDS.search(text)) and not _QUESTION.search(text)
    )


def wrong_part(text: str) -> str:
    """What a resident says is wrong without saying what is right: where, phone, time, what or ''."""
    if not _WRONG.search(text):
        return ""
    return next((part for part, words in _PARTS.items() if words.search(text)), "")


def only_says_wrong(text: str) -> bool:
    """Whether a message says that something is wrong and nothing else: 写得不对, 错了."""
    return len(text) <= _WRONG_MOST and bool(_WRONG.search(text))


def put_right(what: str, said: str) -> str | None:
    """`what` with the words changed that 不是…，是… takes back; None where it takes back none."""
    found = _INSTEAD.search(said)
    if found is None or found["old"] not in what:
        return None
    return what.replace(found["old"], found["new"].rstrip("的了。"))


def taken_back(said: str) -> str:
    """What 不是…，是… takes back; empty where nothing is."""
    found = _INSTEAD.search(said)
    return found["old"] if found else ""


def without_lead(text: str) -> str:
    """The right words alone: 应该是菜场后门 is 菜场后门."""
    return _LEAD.sub("", text.strip()) or text.strip()


def _chinese(written: str) -> int:
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(written[-1], 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
