"""Dangers to life: the right number first, at once."""

import re

# What is said plainly of a danger, for moments in which nobody understands more than words.
_PLAIN = (
    ("self_harm", re.compile(r"不想活|自杀|轻生|跳楼|割腕|遗书|活不下去")),
    ("fire", re.compile(r"着火|起火|失火|烧起来|冒烟|浓烟")),
    ("gas", re.compile(r"(?:煤气|燃气|天然气|液化气).{0,6}(?:漏|泄|味|中毒|爆)")),
    ("trapped", re.compile(r"困在?.{0,3}电梯|电梯.{0,8}困")),
    ("electric", re.compile(r"触电|漏电")),
    ("violence", re.compile(r"打人|砍人|杀人|拿刀|持刀|打我|家暴|抢劫|流血")),
    ("medical", re.compile(r"晕倒|昏迷|叫不醒|没呼吸|抽搐|吐血|溺水")),
    ("collapse", re.compile(r"倒塌|坍塌|垮塌|被埋|塌了")),
    ("group", re.compile(r"集体上访|拉横幅|堵路|静坐|讨薪")),
    ("other", re.compile(r"救命|出人命")),
)

DANGER_LINES = {
    "fire": "请立刻拨打 119 报火警！先离开现场，不要乘电梯，弯腰捂住口鼻往外走。",
    "gas": "请马上离开屋子，到室外再拨打 119！不要开关电器、不要点火，出门前能开窗就开窗、能关总阀就关总阀。",
    "collapse": "请立刻离开并拨打 119！不要再进楼，也请提醒周围的人远离。",
    "violence": "请立刻拨打 110 报警！先到安全的地方，有人受伤同时拨打 120。",
    "self_harm": "请现在就拨打 12356 心理援助热线，情况紧急请拨打 110 或 120。您不是一个人，我们马上请人联系您。",
    "medical": "请立刻拨打 120 急救！不要随意搬动病人，守在旁边等救护车。",
    "trapped": "请按轿厢里的报警按钮并拨打 119！不要扒门、不要跳动，靠墙站稳等救援。",
    "electric": "请不要用手去拉触电的人！先断开电源，立刻拨打 120；够不到电闸请拨打 119。",
    "crowd": "请立刻拨打 110 报警！先保证自己和身边人的安全，不要靠近冲突现场。",
    "group": "您说的事我们很重视，已经请社区负责人优先联系您。有话咱们坐下来说，请先不要堵路、聚集，注意自己和大家的安全。",
    "other": "情况危险请立刻拨打 110，火情 119，急救 120！先保证自身安全。",
}


def first_line(danger: str) -> str:
    """What a resident in this danger reads first; unknown kinds get the general line."""
    return DANGER_LINES.get(danger, DANGER_LINES["other"])


def plain_danger(text: str) -> str:
    """The danger that a message names, told by words alone; empty where it names none.

    Rasa's own rules know what is past, feared or denied; this stands in while Rasa is away, when
    every message goes to a person anyway and a number too many does no harm.
    """
    return next((danger for danger, words in _PLAIN if words.search(text)), "")
