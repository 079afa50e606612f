"""When something happened and how long it has lasted, and telephone numbers."""

import re
from typing import List, Match, Text

from nlu.components.span import Fact, facts_of

_CN = "一二两三四五六七八九十"
_N = rf"(?:\d{{1,3}}|[{_CN}几半]{{1,3}})"
_PART = (
    "(?:一整天|(?:一整?|整)个?(?:晚上|夜里?|上午|下午)|凌晨|大半夜|[前后]半夜|半夜|深夜|夜半|大?清早|一大早|一早(?!上)|大早上|早上|早晨|清晨|上午|中午|正午|午休|下午|午后"
    "|傍晚|黄昏|晚上|夜晚|晚间|夜里|夜间|白天|晚(?=[0-9一二三四五六七八九十]))"
)
_HOUR = rf"(?<!\d)(?:\d{{1,2}}|[{_CN}]{{1,3}})"
# 两点意见, 以下三点, 快一点 alone are no times of day.
_NO_CLOCK = "(?!意见|建议|问题|原因|要求|疑问|诉求|希望|想法|情况|请求|理由|不|内容|[:：])"
_SHARP = rf"(?:{_N}分|多钟?|半钟?|来钟|左右|钟|[一三]刻|{_N}(?!个))"
_DIGITAL = r"(?<![\d:：])\d{1,2}[:：]\d{2}(?![\d:：])"
_CLOCK = rf"(?:{_HOUR}点{_SHARP}?|{_DIGITAL})"
_BARE_CLOCK = rf"(?:{_HOUR}点{_SHARP}|(?<![以如下有快慢早晚大小多少差好]){_HOUR}(?<!一)点{_NO_CLOCK}|{_DIGITAL})"
_FEAST = (
    "(?:国庆|五一(?!路|大道|街|广场|新?村|大街)|十一(?=长假|假期|期间|那几?天|黄金周)|端午|中秋|春节|元旦|清明(?!上河)|除夕|元宵|劳动节|儿童节|重阳|妇女节"
    "|大年[初三][一二三四五十]|正月|腊月|过年(?=的?时候|期间|那几?天|前|后)|寒假|暑假|双十一)"
    "节?(?:长假|假期|放假)?"
)
_MONTH_DAY = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})[日号](?!楼|院|栋|线|门|房|店|车|地块|铺|文|令)"
# 今年65岁 tells an age.
_YEAR = "(?:大前年|今年(?!都?快?已?经?有?[\\d一二三四五六七八九十]{1,4}多?[岁了])|[去前明每]年|\\d{4}年|(?<!\\d)[01]\\d年(?=\\d))"
_MONTH = rf"(?:(?<!\d)\d{{1,2}}月份?|[{_CN}]{{1,2}}月份?|(?:上|这|本|下)个?月|每个?月)"
_WEEK = (
    r"(?:(?:上+|这|本|下|每)个?(?:星期|周|礼拜)(?:[一二三四五六日天末](?!期))?"
    r"|(?:星期|周|礼拜)[一二三四五六日天](?:到|至|-)(?:星期|周|礼拜)?[一二三四五六日天]"
    r"|(?:星期|周|礼拜)[一二三四五六日天末](?!边|围|到))"
)
_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?<![\d.])\d{1,2}\.\d{1,2}[日号])"
_NEAR = (
    "(?:大前[天日]|大后天|(?<![以之然])后天(?!天)|明后天|[前昨今明][天日儿个](?!才)(?:个)?|[昨今前明]晚上?|今早上?|[前这那][几两]天|前些天|这些天|近[几些]天|前段时间|这段时间|前[阵]子|这[阵]子"
    "|当[天晚日]|每[天晚日]|天天|每到(?=晚|夜|周|下))"
)
_DAY = (
    rf"(?:{_DATE}|(?:{_YEAR}的?)?(?:{_MONTH}(?:的?{_MONTH_DAY})?(?:[上中下]旬|[初中底末](?!期))?|{_FEAST}|[春夏秋冬][天季])"
    rf"|{_YEAR}(?:年?[初底中末]|[上下]半年)?|{_NEAR}|{_WEEK}|周末|(?:月初|月底|月末|月中|年初|年底|年前|年后)(?!考核|总结|结账)"
    rf"|{_MONTH_DAY}(?=(?:的?{_PART}|就|开始|停|断|那天|起|[{_CN}\d]{{1,2}}点)))"
)
_SPAN = "(?:以后|之后|过后|后(?![面门来台])|左右|前后|以前|之前|前(?![面门台几两些])|期间|(?:休息)?的?时候|那几?天|那阵子)"
_UNTIL = rf"(?:[到至~\-—](?:第二天|次日)?(?:{_PART})?{_CLOCK})"
_UNIT = "(?:天(?![两到线花然气])|周|年(?![一代级龄纪份])|个?(?:星期|礼拜|小时|钟头)|个(?:半|多)?月)"
# 要几天, 一个月多少钱, 每年一次 ask or set a rule; they tell of nothing that happened.
_LASTING = (
    rf"(?<![\d.第每钱元块费要需用得满隔])(?<!需要)(?:(?:好几|好多|好些|{_N}|十几|十来|二十多|几十|大半|小半)(?:多|来)?(?:个多)?{_UNIT})(?:多|半)?"
    rf"(?:了|前|以上|左右|之久)?(?!(?:[交缴领收发给付可能内]|一[次回届]|多少|几[次回]|之内|以内|的?(?:费|钱|租|工资|合同|工期|期限|质保)))"
    rf"|(?:{_N}|十几|二十多)个?(?:多)?分钟(?:了|前)?"
)
_TIME = re.compile(
    rf"下班(?:以后|之后|后)|[早中午晚]饭[前后]|早晚(?=都|有|[，,])|(?<![个\d])工作日(?![内之])|{_DAY}(?:那几?天)?的?{_PART}?(?:{_CLOCK}{_UNTIL}?)?{_SPAN}?|{_PART}(?:{_CLOCK}{_UNTIL}?)?{_SPAN}?|(?P<lasting>{_LASTING})"
    rf"|{_BARE_CLOCK}{_UNTIL}?{_SPAN}?|刚才|刚刚"
)
_TERM = re.compile(
    r"(?:签|租|办|充|买|交|订|保修|质保|有效期?|为期|提前|最多|最少|至少|要|花|得|不超过|工期|试用)(?:了|的|是|只有)?$"
)
_PRICE_OR_RULE = re.compile(
    r"[\d一二两三四五六七八九十几]+(?:块|元|毛|次|趟|回)|(?:多少|几块)|[有要得](?:多少|几)"
)
_GONE = re.compile(r"(?:了|前|多|以上|之久|左右)$")
_SINCE = re.compile(
    r"(?:了|快|有|已经?|都|整整|近|达|超过|大概|大约|差不多|连续|持续|[停断缺][水电气]|就|坏|拖|等|施工|反映|投诉|举报|报修|[渗漏臭吵响堵卡关封])$"
)
_STILL = re.compile(r"[\s，,。！!]*(?:$|[没不无未还也]|都|一直|才|就|[，,。！!])")
_SPOKEN_DIGIT = "零〇一二三四五六七八九幺两\\d"
_GAP = r"[\s\-.·—]{0,2}"
_PHONE = re.compile(
    rf"(?<![\dA-Za-z])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)"
    rf"|(?<![{_SPOKEN_DIGIT}])[一幺][三四五六七八九](?:{_GAP}[{_SPOKEN_DIGIT}]){{9}}(?![{_SPOKEN_DIGIT}])"
    r"|(?<![\dA-Za-z])\(?0[1-9]\d{1,2}\)?[\s\-—]{0,2}\d{3,4}[\s\-]?\d{4}(?!\d)"
    r"|(?:(?<=电话)|(?<=座机)|(?<=座机是)|(?<=电话是)|(?<=电话号码)|(?<=号码是)|(?<=固话)|(?<=座机号)|(?<=电话[:： ]))[2-8]\d{3}[\s\-]?\d{3,4}(?!\d)"
)
_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")


def times(text: Text) -> List[Fact]:
    """The first two times of a message: usually when it happened and how long it lasts."""
    return facts_of("time", _TIME, text, limit=2, keep=_happened)


def _happened(match: Match[Text]) -> bool:
    """Whether it tells of time gone by, not of a term or a price: 套餐签了3个月, 一小时5块."""
    if match["lasting"] is None:
        return True
    behind = match.string[match.end() :]
    if _PRICE_OR_RULE.match(behind) or _TERM.search(match.string[: match.start()]):
        return False
    if _GONE.search(match["lasting"]) or _SINCE.search(match.string[: match.start()]):
        return True
    return bool(_STILL.match(behind))


def phones(text: Text) -> List[Fact]:
    """Telephone numbers as digits."""
    return facts_of("phone", _PHONE, text, limit=2, clean=lambda match: _digits(match.group()))


def _digits(written: Text) -> Text:
    digits = re.sub(r"\D", "", written.translate(_SPOKEN))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
