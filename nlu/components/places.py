"""Where something is: the community (小区), a road or crossing, a spot inside an estate."""

import re
from typing import Dict, List, Match, Optional, Pattern, Text, Tuple

from nlu.components.name_words import NameWords
from nlu.components.numerals import NUMBER, to_arabic
from nlu.components.span import Fact, blanked, fact, meant

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
# 翠微苑的快递驿站: these endings need only a spot or a word of the estate behind.
_GARDEN = re.compile(
    rf"(?!号){_NAME}{{1,8}}?[苑轩邸](?=的|里[的面头]|门口|[东西南北大正后]门|物业|地库|地下|车库|电梯|停[水电]|没[水电])"
)
# 万科金域12栋: the builder's name says that it is an estate.
_BRAND = re.compile(
    r"(?:万科|保利|恒大|碧桂园|绿地|中海|融创|金地|龙湖|华润|招商|世茂|万达|中建|福星惠誉|百步亭|复地|旭辉|阳光城|泰禾|远洋|雅居乐|富力|佳兆业|金科|越秀|华侨城|奥园|绿城|中梁|美的|建发|首开|新力|能建|联投|福星|武地|电建)"
    r"[\u4e00-\u9fff·]{1,5}?(?=[一二三四五六七八九十\d]{1,3}(?:期|栋|幢|号楼|座|#|-\d)|[A-Za-z]\d?[栋座区]|小区|门口|业主|的?物业)"
)
# 翠湖天地9号楼: what stands between a pause and a building's number, where no other word is in it.
_BEFORE_HOUSE = re.compile(
    r"(?:^|(?<=住)|(?<=住在)|(?<=在)|(?<=位于)|(?<=[，。,；;：:\s]))(?!我|你|他)[\u4e00-\u9fff]{3,6}"
    r"(?=(?:[东西南北]区)?[A-Za-z]?\d{1,3}(?:栋|号楼|幢)|[一二三四五六七八九十]{1,3}(?:栋|号楼|幢))"
)
_NO_NAME = re.compile(
    r"[的了是说有到从把和与去没不都也还就]|邻居|业主|隔壁|对[面门]|旁边|[前后下上]面|楼[栋下上]|门[口牌]|电梯|物业|房号|地[址点]|住址|麻烦|[你您]好|领导|师傅|[停漏]水|停电|小区$|[路街巷]$|大道$|单元|先生|女士|姓|叫"
    r"|[在人员]$|家[里在住是的]|家$|[管漏堵坏脏臭吵滴渗爆响]|报修|紧急|维修|独居|孤寡|小孩|孩子|爸|妈|爷爷|奶奶|味|[煤燃]气|天然气|[进积]水"
    r"|快递|钥匙|门锁|噪音|杂物|蚊|老鼠|[养遛]狗|灯$|信号|暖气|停车|车位|附近|这里|那里|今天|昨天|明天|联系|住户"
)
# What stands before a name and is no part of it.
_LEAD = re.compile(
    r"^.*(?:麻烦|要给|给|看看|我想来?|参加|位于|位在|地处|座落|坐落|住在?|咱们?|来自|关于|反映|请问|请求|请|投诉|举报|咨询|恳求|恳请|希望|建议|购买|入住"
    r"|那个|这个|有个|一个|我家|屋里|影响|破坏|加上|以及|街道(?=.{3})|我们?|你们?|他们?|家属(?=.*[家我们])|本人|同为|[这那]里|在|是|的|到|从|把|被|让|给|叫|受|对|于|就|系|及|与|去|了|有|不|没|且|而|但|也|又|并|以|为|允许|同意|擅自|隐瞒|发现|破坏|任何|同一|所有|买|租|找|跟|改成|[,，。、：:；;！!？?\s])"
)
_DISTRICT = re.compile(
    r"^.*(?:[省市县区镇乡]|街道|办事处|[路街]\d*号?|大道\d*号?|社区|[A-Za-z]\d)(?=.{2,})"
)
# 老旧小区, 整个小区, 附近小区, 学生宿舍: kinds of estate, not names.
_GENERIC = re.compile(
    r"^(?:.*[个些座片条批们我次趟回遍]|.*(?:居委会?|街道办?)和?|辖区内?|内|人才|青年|养老|老年|学校|单位|智慧|入户|楼下|阳台|和谐|平安|美丽|无障碍|开放式?|封闭式|外地|无物业|中心|中央|下沉式?|道|区|老旧?|旧|配套|生活|假|本|该|此|各|每|整|全|某|贵|新建?|小|大|高档|隔壁|对面|前面|后面|旁边|其[他它余]|别的?|住宅|居住|居民|周边|周围"
    r"|附近|.*大型|安置|回迁|商品房?|封闭|出|进|回|外|很多|许多|多数|城市|.*物业|绿色|文明|学生|员工|职工|单身|集体|公共|空中|屋顶|楼顶|街心|后|小型|共同|目前|现在|美好|清洁|建设|工业"
    r"|街道|办|和|与|物业|有关|多次|.*(?:这几期|所在|联系|通过|希望|要求))$"
)
_CROSSING = r"(?:交叉路?口|交汇处|交界处|十字路口|丁字路口|路口)"
# What no road is called by: the words between which 路 stands for something else.
_OF_ROADS = r"[^\W\da-zA-Z_的了是在我你您他她它们这那个说就都也还没无把给从请谁哪吗呢吧啊很又且但而或虽条段根让走绕堵修占挡拦开过投打得着被怎什么每些所为因门楼新选绝跑灯距]"
_ROAD_NAME = (
    rf"(?:新(?=[华民兴生洲城港桥世]))?{_OF_ROADS}{{1,5}}?(?:大道(?![理歉])|(?<![道马公铁线电网水小一上之明次车活出班生思退后销死半网套思弯抄])"
    r"路(?!(?:[中西东南北一二三四])路|路(?!口)|[灯虎霸费程人过由途障况标牌政基子网面边上下中口街])"
    r"|大街|(?<![逛临上沿整道路老直夜古商业子])街(?![道坊头上边])|巷(?![子道口])|里弄)"
)
# 一路 ends a name only behind what streets are called by.
_FIRST_ROAD = "(?:建设|工业|和平|团结|友谊|胜利|幸福|学府|新华|人民|科技|创业|发展|解放)一路"
# What is called by the road that it stands in.
_AT_ROAD = "(?:(?:小学|中学|幼儿园|菜市场|菜场|市场|医院|公园|广场|公交站|地铁站|派出所|超市)(?:门口|[东西南北]门口?|路口|[A-Za-z]\\d?出?口)?)"
_ROAD = re.compile(
    rf"(?:{_FIRST_ROAD}|{_ROAD_NAME}|{_OF_ROADS}{{1,4}}?(?<![道马铁公小一个十丁叉])路(?=[面边上下中口])(?:口)?)"
    rf"(?:\d+(?:[-－]\d+)?号)?(?:[与和跟及、]{_ROAD_NAME})?(?:的?{_CROSSING}|{_AT_ROAD})?"
)
_BLOCK = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})街坊")
_ROAD_LEAD = re.compile(
    r"^.*(?:看看|位于|住在|我家|关于|反映|投诉|请求|修复|靠近|附近|乘客|能否|名下|绕行|一条|以及|或者?|把|需|去|经|将|对|因|我们?|本|家住|那条|这条|沿着?|走|地处|改道|街道|在|是|的|到|从|至|往|由|了|就|[市县区镇乡村])(?=.{2,})"
)
_ROAD_END = re.compile(r"大道|大街|路|街(?!道)|巷")
_FLOOR = rf"(?<![盖共有高了每几])(?<![\d零一二三四五六七八九十])({NUMBER})\s*[楼层](?!栋|上|下|道(?!里)|梯(?![间口])|的?房)"
# 6栋楼下, 3单元的门口: at the building just named; 三号楼下水道 is no 楼下.
_AT_HOUSE = re.compile(
    r"的?([东西南北][边侧](?!的?(?:围墙|人行道|马路|道路|草坪|花坛|绿化带|空地))|楼下|楼[前后](?!面)|门口|门前|大门口?|大厅)(?!水|来|去|的?邻居|住户|那?家|[\d一二三四五六七八九])"
)
_BETWEEN = ("之间", "中间")
_AND = re.compile(r"(?:里|旁边|那里)?[和跟与及、]")
# 建议装个充电桩, 没有篮球场: wished for or missing, so nothing is there.
_WISHED = re.compile(
    r"(?:(?:修建|新建|建|装|增设|增加|设置?|开|搞|弄|配|缺少?|没有|有没有|规划|留)(?:一?[个座处片些条]|几个)?)$"
)


class Places:
    """Reads places by the words of `facts.yml`, whose head says what each key means."""

    def __init__(self, words: Dict[Text, Text]) -> None:
        self._known = re.compile(words["communities"])
        self._spot = _spot_of(words)
        self._words = NameWords()

    def community(self, text: Text) -> Optional[Fact]:
        """The community that a message names; those served here are known by name."""
        match = next(meant(self._known, text), None)
        if match:
            return fact("community", match.group(), match.span())
        for pattern in (_ESTATE, _BRAND, _WEAK, _GARDEN, _NEIGHBOURHOOD):
            found = self._named(pattern, text)
            if found:
                return fact("community", text[found[0] : found[1]], found)
        for match in meant(_BEFORE_HOUSE, text):
            whole = self._words.start(text, *match.span()) == match.start()
            if whole and not _NO_NAME.search(match.group()):
                return fact("community", match.group(), match.span())
        return None

    def places(self, text: Text, taken: List[Fact]) -> List[Fact]:
        """A road or crossing, else the first spot or floor of an estate, none of it `taken`.

        Spots named in one breath (北门和南门) come all.
        """
        for pattern in (_ROAD, _BLOCK):
            for match in meant(pattern, text):
                start, end = self._start_of_road(text, *match.span()), match.end()
                if not _is_taken(start, end, taken) and end - start >= 3:
                    return [fact("place", text[start:end], (start, end))]
        # In 江南春城小区西门 the word 小区 belongs to the name.
        bare = blanked(text, [one for one in taken if one["entity"] == "community"])
        found = [m.span() for m in meant(self._spot, bare) if self._is_there(m, taken)]
        at_house = _at_house(text, taken)
        first = min([*found, *([at_house] if at_house else [])], default=None)
        if first is None:
            return []
        spans = [first]
        for span in found:
            joined = span[0] > spans[-1][1] and _AND.fullmatch(text[spans[-1][1] : span[0]])
            if joined and not text.startswith(_BETWEEN, span[1]):
                spans.append(span)
        return [fact("place", text[start:end], (start, end)) for start, end in spans]

    def _is_there(self, match: Match[Text], taken: List[Fact]) -> bool:
        start, end = match.span()
        if _WISHED.search(match.string[:start]):
            return False
        return not _is_taken(start, end, taken) and not _is_rooms_floor(match, taken)

    def _start_of_road(self, text: Text, start: int, end: int) -> int:
        start += text[start - 1 : start + 1] == "街道"
        name = _ROAD_END.search(text, start, end)
        stop = name.start() if name else end
        lead = _ROAD_LEAD.match(text[start:stop])
        return self._words.start(text, start + (lead.end() if lead else 0), stop)

    def _named(self, pattern: Pattern[Text], text: Text) -> Optional[Tuple[int, int]]:
        for match in meant(pattern, text):
            end = match.end()
            start = self._words.start(text, match.start(), end)
            start = _start_of_name(text, start, end)
            ending = re.search(rf"(?:{_STRONG})?(?:小区|社区)?$", text[start:end])
            stem = text[start : end - len(ending.group() if ending else "")]
            # Of 桂苑小区 nothing is left: its ending is the name.
            stem = stem or text[start:end].partition("苑小区")[0]
            # 和谐家园 is a campaign, 和谐家园小区 is an estate.
            twice = len(ending.group() if ending else "") > len("小区") + 1
            least = 2 if pattern is _GARDEN else 3
            named = end - start >= least and stem and (twice or not _GENERIC.match(stem))
            if named and not _denied(text, start):
                return start, end
        return None


def _spot_of(words: Dict[Text, Text]) -> Pattern[Text]:
    """Levels, gates, spots and parts that stand together, at least one of them a place by itself."""
    gates, spots, shops, levels, parts, alone, beside = (
        "".join(words[key].split())
        for key in ("gates", "spots", "shops", "levels", "parts", "alone", "beside")
    )
    whole = "|".join([levels, _FLOOR, gates, spots])
    more = rf"(?:{levels}|{gates}|{spots}|{parts})*"
    return re.compile(
        rf"(?:(?:{whole}){more}|(?:{shops})(?:{parts}|{gates}){more}|{alone}|{beside})"
    )


def _at_house(text: Text, taken: List[Fact]) -> Optional[Tuple[int, int]]:
    houses = [fact for fact in taken if fact["entity"] in ("building", "unit")]
    # In 6号楼下 both words share a character.
    starts = [end for fact in houses for end in (fact["end"] - 1, fact["end"])]
    matches = (_AT_HOUSE.match(text, start) for start in starts)
    return next((match.span(1) for match in matches if match), None)


def _is_rooms_floor(match: Match[Text], taken: List[Fact]) -> bool:
    """5楼505, 505在5楼: the floor says no more than the room."""
    floor = re.fullmatch(_FLOOR, match.group())
    if not floor:
        return False
    number = to_arabic(floor[1])
    return any(
        other["entity"] == "room" and len(other["value"]) > 2 and other["value"][:-2] == number
        for other in taken
    )


def _start_of_name(text: Text, start: int, end: int) -> int:
    for pattern in (_LEAD, _DISTRICT):
        # The last character of 小区 and 社区 would look like a district's.
        lead = pattern.match(text[start : end - 1])
        if lead and (end - start - lead.end() >= 3 or pattern is _LEAD):
            start += lead.end()
    return start


def _denied(text: Text, start: int) -> bool:
    return text[max(0, start - 2) : start] in ("不是", "不在", "不住")


def _is_taken(start: int, end: int, taken: List[Fact]) -> bool:
    """Whether it is part of a name or a house number; a floor before the room is (5楼505)."""
    return any(
        (start < other["end"] and other["start"] < end)
        or (other["entity"] == "room" and end == other["start"])
        for other in taken
    )
