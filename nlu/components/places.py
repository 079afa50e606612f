"""Where something is: the community (小区), a road or crossing, a spot inside an estate."""

import re
from typing import List, Optional, Pattern, Text, Tuple

from nlu.components.numerals import NUMBER
from nlu.components.span import Fact, fact, meant

_NAME = r"[\u4e00-\u9fffA-Za-z0-9·]"
_STRONG = (
    "花园|花苑|家园|佳园|嘉园|新村|公寓|[雅佳嘉景丽新名豪香锦学桂]苑|新城|名城|国际城|山庄|公馆|华府|学府|豪庭|华庭"
    "|名邸|名都|雅居|家属院|家属区|大院|宿舍"
)
_ESTATE = re.compile(rf"{_NAME}{{1,10}}?(?:(?:{_STRONG})(?:小区|社区)?|小区)")
_NEIGHBOURHOOD = re.compile(rf"{_NAME}{{2,10}}?社区")
# 星河湾, 金茂府: names without a telling end, so what follows must show that they are estates.
_WEAK = re.compile(
    rf"{_NAME}{{2,8}}?[湾里府庭城郡园邸轩苑](?=\s*(?:[A-Za-z]区)?(?:[A-Za-z]?\d{{1,3}}\s*(?:[栋幢座#期\-]|号楼)"
    r"|[A-Za-z][栋幢座]|[一二三四五六七八九十]{1,3}(?:[栋幢座期]|号楼)|[的全]?(?:业主|居民|住户|全体)))"
)
# What stands before a name and is no part of it.
_LEAD = re.compile(
    r"^.*(?:看看|我想来?|参加|位于|位在|地处|座落|坐落|住在?|咱们?|来自|关于|反映|请问|请求|请|投诉|举报|咨询|恳求|恳请|希望|建议|购买|入住"
    r"|那个|这个|有个|一个|我家|我们?|你们?|他们?|家属|本人|同为|[这那]里|在|是|的|到|从|把|被|让|给|叫|于|就|系|及|去|了|有|不|没|且|而|但|也|又|并|以|为|允许|同意|擅自|隐瞒|发现|破坏|任何|同一|所有|买|租|找|跟|改成|[,，。、：:；;！!？?\s])"
)
_DISTRICT = re.compile(
    r"^.*(?:[省市县区镇乡]|街道|办事处|[路街]\d*号?|大道\d*号?|社区|[A-Za-z]\d)(?=.{2,})"
)
# 老旧小区, 整个小区, 附近小区, 学生宿舍: kinds of estate, not names.
_GENERIC = re.compile(
    r"^(?:.*[个些座片条批们我]|老旧?|旧|本|该|此|各|每|整|全|某|贵|新建?|小|大|高档|隔壁|对面|前面|后面|旁边|其[他它余]|别的?|住宅|居住|居民|周边|周围"
    r"|附近|.*大型|安置|回迁|商品房?|封闭|出|进|回|外|很多|许多|多数|城市|.*物业|绿色|文明|学生|员工|职工|单身|集体|公共|空中|屋顶|楼顶|街心|后|小型|美好|清洁|建设|工业"
    r"|街道|办|和|与|物业|有关|多次|.*(?:这几期|所在|联系|通过|希望|要求))$"
)
_CROSSING = r"(?:交叉路?口|交汇处|交界处|十字路口|丁字路口|路口)"
_ROAD_NAME = r"[\u4e00-\u9fff]{1,6}?(?:大道|(?<![道马公铁线修走电条段让过开网水小一上之明次的车活出班生思退后销死])路(?![虎霸费程人过由途障况标牌政基子网])|大街|(?<![逛临上沿整])街(?![道坊])|巷)"
_ROAD = re.compile(rf"{_ROAD_NAME}(?:\d+号)?(?:[与和跟及、]{_ROAD_NAME})?(?:的?{_CROSSING})?")
_ROAD_LEAD = re.compile(
    r"^.*(?:看看|位于|住在|我家|关于|反映|投诉|请求|修复|靠近|附近|乘客|能否|名下|绕行|一条|以及|或者?|把|需|去|经|将|对|因|我们?|本|家住|那条|这条|沿着?|走|地处|改道|街道|在|是|的|到|从|至|往|由|了|就|[市县区镇乡村])(?=.{2,})"
)
_FLOOR = re.compile(
    rf"(?<![盖共有高了每几])(?<![\d零一二三四五六七八九十])({NUMBER})\s*[楼层](?!栋|上|下|道|梯|的?房)"
)


def community(text: Text, known: Pattern[Text]) -> Optional[Fact]:
    """The community that a message names; those served here are known by name."""
    match = next(meant(known, text), None)
    if match:
        return fact("community", match.group(), match.span())
    for pattern in (_ESTATE, _WEAK, _NEIGHBOURHOOD):
        found = _named(pattern, text)
        if found:
            return fact("community", text[found[0] : found[1]], found)
    return None


def _named(pattern: Pattern[Text], text: Text) -> Optional[Tuple[int, int]]:
    for match in meant(pattern, text):
        start = _start_of_name(text, match.start(), match.end())
        ending = re.search(rf"(?:{_STRONG})?(?:小区|社区)?$", text[start : match.end()])
        stem = text[start : match.end() - len(ending.group() if ending else "")]
        if (
            match.end() - start >= 3
            and stem
            and not _GENERIC.match(stem)
            and not _denied(text, start)
        ):
            return start, match.end()
    return None


def _start_of_name(text: Text, start: int, end: int) -> int:
    for pattern in (_LEAD, _DISTRICT):
        # The last character of 小区 and 社区 would look like a district's.
        lead = pattern.match(text[start : end - 1])
        if lead and end - start - lead.end() >= 3:
            start += lead.end()
    return start


def _denied(text: Text, start: int) -> bool:
    return text[max(0, start - 2) : start] in ("不是", "不在", "不住")


def place(text: Text, spots: List[Pattern[Text]], taken: Optional[Fact]) -> Optional[Fact]:
    """A road or crossing, else a spot inside an estate, else a floor."""
    for match in meant(_ROAD, text):
        lead = _ROAD_LEAD.match(match.group()[:-1])
        start = match.start() + (lead.end() if lead else 0)
        if taken and start < taken["end"] and taken["start"] < match.end():
            continue
        if match.end() - start >= 3:
            return fact("place", text[start : match.end()], (start, match.end()))
    found = [m for pattern in spots for m in [next(meant(pattern, text), None)] if m]
    if found:
        first = min(found, key=lambda m: m.start())
        return fact("place", first.group(), first.span())
    floor = next(meant(_FLOOR, text), None)
    return fact("place", floor.group(), floor.span()) if floor else None
