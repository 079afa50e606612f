"""What the pages of dispatch rules and QR codes say, in one place."""

# dispatch rules
RULES = "派单规则"
RULES_LEAD = "什么事、在哪类社区、在什么地方，由谁主办、谁协办。保存后，下一件诉求就按新规则派。"
READ_ONLY = "您可以查看和试一试，修改需要书记或管理员。"
EDITOR = "规则内容"
CHECK = "检查"
SAVE = "保存为新版本"
SAVE_TITLE = "保存派单规则"
SAVE_TEXT = "保存后马上按这一版派单。已经派出的诉求不变。"
RIGHT = "规则写得都对。"
WRONG = "规则里有这些地方要改："
SAME = "没有改动。"
TAKE_THEIRS = "放弃我写的，用现在的"
OVERWRITE = "用我写的覆盖"
STALE_KEPT = "您写的还在这一页，没有丢。"
STARTER_AUTHOR = "初始规则"
HISTORY = "历史"
NO_HISTORY = "还没有改过，现在用的是自带规则。"
RESTORE = "恢复这一版"
RESTORE_TEXT = "恢复后马上按这一版派单，记为新的一版。"
CLOSE = "关闭"

# try it
TRY = "谁来管"
TRY_NOTE = "按左边写的规则试，不用先保存"
COMMUNITY = "小区"
PLACE = "地点"
PLACE_HINT = "比如 3栋2单元、大门口、幸福路"
CATEGORY = "什么问题"
CONTENT = "居民怎么说的（可不填）"
TRY_BUTTON = "看谁来管"
NOBODY = "待社区人工派单"
LEAD = "主办"
HELPERS = "协办"
GRID = "网格"
NO_GRID = "对不上楼栋，网格待定"
RULE = "规则"
WHY = "理由"
URGENCY = "紧急程度"
PICK = "请先选小区和问题。"

# QR codes
CODES = "二维码"
CODES_LEAD = "每栋楼、每个网格、每部电梯一个码。居民扫一扫，不用再说在哪里。码生成以后不会变，可以放心打印张贴。"
WHICH = "给哪些地方生成"
MAKE = "生成"
MAKE_NOTE = "已经有码的不变，只给没有的生成"
SPOT = "其他地点"
SPOT_HINT = "比如 东门岗亭"
SPOT_GRID = "属于哪个网格（可不选）"
ADD_SPOT = "加一个码"
POSTERS = "二维码海报"
PRINT_ALL = "打开海报，打印"
NO_CODES = "这个小区还没有码，请先生成。"
NO_COMMUNITIES = "还没有登记小区。"
COUNTED = "已有的码"
BACK_TO_CODES = "返回二维码"
PRINT = "打印"
POSTER_WORDS = "扫一扫，有事直接说"
POSTER_EMERGENCY = "紧急情况请打 119 · 110 · 120"
WECHAT_REFUSED = "微信暂时没有给出二维码，下面的码打开网页；要张贴的话，请过一会儿再打开。"


def codes_open(by_wechat: bool) -> str:
    return "扫码进入公众号" if by_wechat else "扫码打开网页"


def version(number: int) -> str:
    return f"第 {number} 版" if number else "自带规则"


def author(name: str) -> str:
    return STARTER_AUTHOR if name == "starter" else name


def saved(number: int) -> str:
    return f"已保存为第 {number} 版。"


def made(number: int) -> str:
    return f"新生成 {number} 个码。" if number else "都已经有码了。"
