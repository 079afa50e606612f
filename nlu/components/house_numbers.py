"""House numbers as people write them, in one form: 三号楼2单元五零一 is 3栋, 2单元, 501."""

import re
import sys
from typing import List, Optional, Text, Tuple

from nlu.components.numerals import NUMBER, to_arabic
from nlu.components.span import Fact, fact, meant

_CN = "零〇一二两三四五六七八九十百"
_UNIT_WORD = "(?:单元|[但丹担]元|单[园圆])"
# 十六栋, 16栋, G2栋, C栋, A区12栋, 3#楼; not 一栋楼, 两栋别墅, 56-63栋.
_BUILDING = re.compile(
    rf"(?:(?P<area>[A-Za-z]|\d{{1,2}}|[一二三四五六七八九十]{{1,2}}|(?<![省市县城])[东南西北中])[区座])?"
    rf"(?<![\d.\-–—~至])(?P<number>[A-Za-z]?{NUMBER}|[A-Za-z])\s*"
    rf"(?P<word>号楼|号栋|号院|栋|幢|座|#楼?(?=[^{_CN}A-Za-z线]|$|[{_CN}]+单元)"
    # 栋 is often typed by ear.
    rf"|[动冻洞懂](?=\s*(?:{NUMBER}\s*{_UNIT_WORD}|\d{{3,4}}(?!\d)))|(?<=\d)[动冻](?=[\s，,。的]|$))"
    r"(?!楼(?!下|上|顶|道|栋|梯|前|后|门)|房|别墅|高|办公|居民|住宅|商|小|的?大|为一|临时)"
)
# 有一栋, 建了三栋, 七八栋 and the like count houses.
_COUNTED = re.compile(r"(?:[有这那同整某每几共建了买卖盖]|另外|其中)$")
_UNIT = re.compile(
    rf"(?P<number>{NUMBER}|[甲乙丙丁戊]|[A-Da-d]|(?<![其居])[东西南北中])\s*{_UNIT_WORD}"
)
# 6号楼2门: a stairway of its own, as 单元.
_DOOR_BEHIND = re.compile(
    r"[\s,，]*(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})\s*门(?![口面卫岗禁铺市前店窗栋锁铃])"
)
_DIGITS_CN = "零〇一二三四五六七八九幺洞两"
_ROOM_NUMBER = rf"\d{{3,4}}|[{_DIGITS_CN}]{{3,4}}|[一二三]千[{_DIGITS_CN}百十]{{1,6}}|[一二三四五六七八九]百[{_DIGITS_CN}十]{{0,3}}"
# What comes right behind 栋 or 单元 is a room, even without 室; a floor may stand between.
_ROOM_BEHIND = re.compile(
    rf"[\s,，、的\-–—]*(?:第?{NUMBER}\s*[楼层]\s*)?第?({_ROOM_NUMBER})(?![\d{_CN}年月日楼层栋元块人户米万分天])"
)
_UNIT_ROOM_BEHIND = re.compile(r"[\s,，\-–—]*(\d{1,2})\s*[-–—]\s*(\d{3,4})(?![\d\-])")
_ROOM = re.compile(rf"(?<![\d{_CN}])({_ROOM_NUMBER}|\d{{5}})\s*(?:室|号?房(?![价产租子东屋间]))")
_THREE = re.compile(
    r"(?<![\d\-–—./])([A-Za-z]?\d{1,3})\s*[-–—/]\s*(\d{1,2})\s*[-–—/]\s*(?!(?:19|20)\d\d)(\d{3,4})(?![\d\-–—/])"
)
_TWO = re.compile(
    r"(?<![\d\-–—.A-Za-z])([A-Za-z]?\d{1,2})[-–—](\d{3,4})(?![\d\-–—.年元块平米点号%])"
)
# In a short answer a number alone is a room: 501 / 房号是1402 / 住502的.
_ALONE = re.compile(
    r"(?<![\d\-A-Za-z.打拨报叫呼过])(?!\d{1,2}00(?!\d))(?<![工单编尾账]号)(?<![交花付收罚赔扣]了)(?<![金费钱款价])(?!1(?:10|19|2[02])(?!\d))(\d{3,4})(?![\d\-.年月日号点楼层栋元块人户米万分度次天路多%])"
)
_SHORT = 18
_FEW_CLAUSES = 60
# 房号是1204, 我是1502, 家住一二零三, 十五楼一五零三.
_TOLD = re.compile(
    rf"(?:(?:房间?号|门牌号?|室号)码?(?:应该)?(?:是|为|[:：\s])*|{NUMBER}[楼层]的?|我家?[是住在]{{1,2}}|我们?家(?=\d{{3}})|[家屋]?住在?)({_ROOM_NUMBER})"
    rf"(?![\d{_CN}.\-年月日号点楼层栋元块人户米多万分度次路街弄期届级%]|天(?!花))"
)
# 五零三没人住: with a nought before its last digit a number read out is a room.
_READ_OUT = re.compile(
    rf"(?<![\d{_CN}])([一二三四五六七八九]{{1,2}}[零〇洞][一二三四五六七八九])"
    rf"(?![\d{_CN}年月日号点楼层栋元块人户米万分次天路线期届级医中])"
)
# 803 or 一二零三 with nothing else in its clause; not a year.
_IN_ITS_CLAUSE = re.compile(
    rf"(?<![^\s，,。；;：:])(?!1(?:10|19|2[02])(?!\d)|(?:19|20)\d\d)({_ROOM_NUMBER})(?=的?(?:[\s，,。；;！!]|$))"
)
# 302的住户, 1804家里.
_HOUSEHOLD = re.compile(
    rf"(?<![\d{_CN}])({_ROOM_NUMBER})(?=的?(?:住户|业主|租户|租客|那[家户]|这[家户]|家里))"
)
# 楼上1602 is another's room.
_OTHERS = re.compile(r"(?:楼[上下]|隔壁|对[门面]|邻居)的?$")

# What tells a room, the surest first, and in how long a text at most.
_ROOMS = [
    (_TOLD, sys.maxsize),
    (_IN_ITS_CLAUSE, _FEW_CLAUSES),
    (_ROOM, sys.maxsize),
    (_HOUSEHOLD, sys.maxsize),
    (_READ_OUT, sys.maxsize),
    (_ALONE, _SHORT),
]


def house_numbers(text: Text) -> List[Fact]:
    """Building, unit and room of a message, each at most once."""
    building, behind = _building(text)
    if building is None:
        dashed = _dashed(text)
        if dashed:
            return dashed
    found = [building] if building else []
    unit = next(meant(_UNIT, text), None)
    if building and unit is None:
        unit = _DOOR_BEHIND.match(text, behind)
    if unit:
        found.append(fact("unit", f"{to_arabic(unit['number']).upper()}单元", unit.span()))
        behind = max(behind, unit.end())
    elif building:
        both = _UNIT_ROOM_BEHIND.match(text, behind)
        if both:
            return [
                *found,
                fact("unit", f"{both[1]}单元", both.span(1)),
                fact("room", both[2], both.span(2)),
            ]
    room = _room(text, behind if found else None)
    return [*found, room] if room else found


def _building(text: Text) -> Tuple[Optional[Fact], int]:
    for match in meant(_BUILDING, text):
        number, area = match["number"], match["area"]
        if _COUNTED.search(text[: match.start()]) or _guessed(number):
            continue
        if (
            not area
            and number in ("一", "两")
            and match["word"] == "栋"
            and _is_whole(text, match.end())
        ):
            continue
        # 车站路32号楼下 is downstairs at No. 32.
        at_road = text[max(0, match.start() - 1) : match.start()] in ("路", "街", "巷", "道")
        if at_road and text.startswith("楼下", match.end() - 1):
            continue
        if match["word"] == "座" and not re.fullmatch(r"[A-Za-z]", number):
            continue
        word = match["word"] if match["word"] in ("座", "号院") else "栋"
        if number[0].isascii() and number[0].isalpha():
            name = number[0].upper() + to_arabic(number[1:])
        else:
            name = to_arabic(number)
        value = f"{to_arabic(area).upper()}区{name}{word}" if area else f"{name}{word}"
        return fact("building", value, match.span()), match.end()
    return None, 0


def _guessed(number: Text) -> bool:
    """七八栋 is seven or eight of them."""
    digits = "一二三四五六七八九"
    return len(number) == 2 and number in digits


def _is_whole(text: Text, end: int) -> bool:
    """我们一栋楼的人, 一栋的人: 一栋 as a measure word."""
    return text[end : end + 2] in ("楼的", "都是", "的人", "人都")


def _dashed(text: Text) -> List[Fact]:
    three = next(meant(_THREE, text), None)
    if three:
        return [
            fact("building", f"{three[1].upper()}栋", three.span(1)),
            fact("unit", f"{three[2]}单元", three.span(2)),
            fact("room", three[3], three.span(3)),
        ]
    two = next(meant(_TWO, text), None)
    # 2020-1000 and 10-1500元 are no addresses; a year or a date would stand in a longer number.
    if two and not re.search(r"\d\s*[年月/]", text[max(0, two.start() - 6) : two.start()]):
        return [
            fact("building", f"{two[1].upper()}栋", two.span(1)),
            fact("room", two[2], two.span(2)),
        ]
    return []


def _room(text: Text, behind: Optional[int]) -> Optional[Fact]:
    if behind is not None:
        match = next(meant(_ROOM_BEHIND, text, behind), None)
        if match and match.start() == behind:
            return fact("room", to_arabic(match[1]), match.span(1))
    found = [
        match for pattern, most in _ROOMS if len(text) <= most for match in meant(pattern, text)
    ]
    own = [match for match in found if not _OTHERS.search(text[: match.start()])]
    chosen = next(iter(own or found), None)
    return fact("room", to_arabic(chosen[1]), chosen.span(1)) if chosen else None
