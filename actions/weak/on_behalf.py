"""Reads for whom somebody files (代办): 我帮我妈报修, 楼上张奶奶不会用手机，让我说一声."""

import re

_KIN = {
    "母亲": "老母亲|母亲|妈妈|老妈|老娘|妈",
    "父亲": "老父亲|父亲|爸爸|老爸|老爹|爸",
    "祖父母": "爷爷奶奶|爷爷|奶奶",
    "外祖父母": "外公外婆|外公|外婆|姥姥|姥爷|家公|家婆",
    "公婆": "公公婆婆|公公|婆婆",
    "岳父母": "岳父|岳母|丈母娘|老丈人",
    "父母": "父母|爸妈|爹妈|老人家|老人",
    "配偶": "老公|丈夫|老婆|妻子|爱人|老伴",
    "子女": "儿子|女儿|孩子|小孩",
    "兄弟姐妹": "哥哥|姐姐|弟弟|妹妹|哥|姐|弟|妹",
    "亲戚": "亲戚|舅舅|舅妈|姑姑|姑妈|姨妈|叔叔|婶婶|伯伯|外甥|侄子|侄女",
    "朋友": "朋友|同事|同学|战友|闺蜜",
    "邻居": "(?:左右)?邻居|(?:我们?)?(?:楼上|楼下|隔壁|对门|对面|同楼|同单元)(?:邻居|的|住的|那家的?|家的?)*",
    "房东": "房东",
    "租客": "租客|租户",
}
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_CALLED = "奶奶|爷爷|大爷|大妈|大娘|阿姨|叔叔|伯伯|婆婆|爹爹|太婆|师傅|老师|先生|女士|嫂子|姐|哥|嫂|婶|叔|姨|婆|伯|老"
_NAME = (
    rf"(?P<name>[{_SURNAMES}](?:{_CALLED})|老[{_SURNAMES}]|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
)
# Without a relation only a form of address is a name: 为何多次 begins with a surname too.
_ADDRESSED = rf"(?P<only>[{_SURNAMES}](?:{_CALLED})|老[{_SURNAMES}])"
_WHO = (
    "(?:" + "|".join(f"(?P<k{number}>{words})" for number, words in enumerate(_KIN.values())) + ")"
)
_PERSON = rf"(?:我们?|俺们?|咱们?)?家?(?:里)?的?(?:{_WHO}{_NAME}?|{_ADDRESSED})"
_DEED = "报(?!名|考|班|销|告|纸|复|答|警)|反映|反应|投诉|登记|申请|举报|求助|咨询|反馈|提(?:个|一下|交|意见)|问(?:问|一下|个|下)|说(?:一声|一下|下|个事)|办"
# 给 and 为 begin many other sentences: 给我妈打了电话.
_FOR = rf"(?:[帮替代]|(?:给|为)(?=.{{1,8}}?(?:报|登记|反映|申请|投诉)))(?:忙)?{_PERSON}(?:来|再|也|先|这边|他|她)*(?:{_DEED})"
_ASKED = rf"{_PERSON}[^。！？]{{0,16}}?(?:让|叫|托|请|委托|要)我(?:来|帮忙?|替|代|给)?(?:他|她|您)?们?.{{0,2}}(?:{_DEED})"
_NOT = re.compile(r"(?:不是|没有?|不用|不要|别|谁|请你?们?|你们?|麻烦(?:你|您)?们?|能不能|可以)$")
_PATTERNS = (re.compile(_FOR), re.compile(_ASKED))


def on_behalf(text: str) -> dict[str, str]:
    """Relation and, where it was told, name of whom the message is filed for; empty for oneself."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if _NOT.search(text[max(0, found.start() - 6) : found.start()]):
                continue
            kin = (name for n, name in enumerate(_KIN) if found[f"k{n}"])
            name = found["name"] or found["only"] or ""
            relation = next(kin, "邻居" if name else "")
            return {"relation": relation, **({"name": name} if name else {})}
    return {}
