"""Dangers to life: the right number first, at once."""

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
    "other": "情况危险请立刻拨打 110，火情 119，急救 120！先保证自身安全。",
}


def first_line(danger: str) -> str:
    """What a resident in this danger reads first; unknown kinds get the general line."""
    return DANGER_LINES.get(danger, DANGER_LINES["other"])
