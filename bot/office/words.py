"""Everything the office says, in one place."""

from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.entries.entry import EntryStatus
from knowledge.entries.misses import MissKind

# the list
KNOWLEDGE = "知识库"
LEAD = "助手回答居民的依据都在这里。改好发布，下一句就按新的答。"
NEW = "新建条目"
SEARCH = "搜题目、问法、答复里的字"
ALL = "全部"
ALL_TOPICS = "全部分类"
NO_ENTRIES = "没有找到这样的条目。换个词试试，或新建一条。"
STATUS = {
    EntryStatus.PUBLISHED: ("已发布", "pine"),
    EntryStatus.DRAFT: ("草稿", "ochre"),
    EntryStatus.RETIRED: ("已下架", "plain"),
}
PENDING = "有未发布的修改"
STARTER_EDITOR = "初始内容"


def total(number: int) -> str:
    return f"共 {number} 条"


def changed(editor: str, moment: str) -> str:
    return f"{STARTER_EDITOR if editor == 'starter' else editor} · {moment}"


def questions(number: int) -> str:
    return f"{number} 种问法"


# try it
TRY = "试一试"
TRY_NOTE = "看居民这样问会得到什么"
TRY_PLACEHOLDER = "像居民那样问一句"
TRY_BUTTON = "问"
TRY_FAILED = "暂时查不了，请稍后再试。"
VERDICT = {
    "answer": ("直接回答", "pine"),
    "choices": ("请居民选一个", "ochre"),
    "unknown": ("答不上来", "seal"),
}
UNKNOWN_MEANS = "第一次答不上来会如实说不知道，并记到“未答问题”；连续两次就转人工。"
NO_HITS = "一条相近的都没有。"


def matched(text: str) -> str:
    return f"像“{text}”"


# questions without an answer
MISSES = "未答问题"
MISSES_LEAD = "居民问过、助手没能直接答上来的话。问得多的排在前面。"
NO_MISSES = "目前没有未答的问题。"
WRITE_ENTRY = "用它新建条目"
SETTLE = "已处理"
SETTLED = "已标为处理过。"
SHOW_ALL_MISSES = "查看全部"
NEAREST = "最接近："


def asked(times: int) -> str:
    return f"问过 {times} 次"


# questions that were answered with choices
MISS_KINDS = {MissKind.UNKNOWN: "没答上来", MissKind.OFFERED: "给了选项"}
MISS_NOTES = {
    MissKind.UNKNOWN: "居民听到的是“不知道”。写一条，或者加进最接近的那一条。",
    MissKind.OFFERED: "助手拿不准，给了几条让居民选。点题目，带着这句话打开那一条；点“加进问法”，直接加进它的草稿。",
}
NO_OFFERS = "目前没有这样的问题。"
NOBODY_TAPPED = "没人选过"
ADD_QUESTION = "加进问法"


def tapped(times: int) -> str:
    return f"居民选了 {times} 次"


def left_untapped(times: int) -> str:
    return f"{times} 次没有选"


def question_added(title: str) -> str:
    return f"已加进“{title}”的草稿，发布后生效。"


def question_ready(question: str) -> str:
    return f"“{question}”已加在问法的最后一行，看过就可以发布。"


# the editor
FIELDS = {
    "title": ("题目", "居民一看就懂，不超过 40 字"),
    "topic": ("分类", ""),
    "questions": ("居民会怎么问", "一行一种问法，越像平时说话越好"),
    "answer": ("答复", "先说结论，再说怎么办，不超过 1200 字"),
    "who": ("谁能办", ""),
    "materials": ("带什么", ""),
    "where": ("在哪办", ""),
    "cost": ("多少钱", ""),
    "time": ("多久", ""),
    "steps": ("怎么办", ""),
    "source": ("依据", "文件名称或出处"),
    "checked_on": ("核对日期", ""),
    "find": ("该找到这一条的问法", "一行一种，和上面的问法不要重复"),
    "avoid": ("不该找到这一条的问法", "听起来像、其实该由别的条目回答的"),
}
EXAM_TITLE = "考题"
EXAM_NOTE = "发布前用它们考一考助手。居民看不到，助手也不从这里学"
SECTIONS_TITLE = "居民常追问的"
SECTIONS_NOTE = "不适用的留空"
ORIGIN_TITLE = "依据与核对"
LOCAL_SWITCH = "各地规定不同，答复里要提醒居民以当地为准"
NEW_LEAD = "先存草稿，不会马上让居民看到。"
BACK_TO_LIST = "返回知识库"
READ_ONLY = "您可以查看，修改需要书记或管理员。"
SAVE = "保存草稿"
PUBLISH = "发布"
RETIRE = "下架"
CANCEL = "取消"
CLOSE = "关闭"
SAVED = "草稿已保存。"
PUBLISHED = "已发布，居民现在问到的就是这一版。"
RETIRED = "已下架，居民不再得到这条答复。"
CHECK_FIRST = "还有几处要改，请看标红的地方。"
PUBLISH_TITLE = "发布给居民"
PUBLISH_TEXT = "发布后，居民会马上按这一版得到答复。"
ASTRAY_TITLE = "有考题会找错答案"
ASTRAY_TEXT = "现在答得对的这些问法，照这样发布以后会答错。可以回去改问法或答复，也可以照样发布。"
ASTRAY_BACK = "回去改"
ASTRAY_ON = "照样发布"
ASTRAY_NOTHING = "哪一条也找不到"
RETIRE_TITLE = "下架这条知识"
RETIRE_TEXT = "下架后居民不再得到这条答复，内容会留作草稿，随时可以重新发布。"
NOTE = "说明（可不填，会记进历史）"
PREVIEW = "居民会看到"
PREVIEW_NOTE = "像居民问第一种问法"
PREVIEW_EMPTY = "还没有内容。写好一种问法和答复，这里就是居民手机上收到的样子。"
PREVIEW_NO_ANSWER = "写好答复，助手就会这样回答。"
VERSION_NONE = "还没有发布过"

FILL_IN = "这里要填"
NO_QUESTION = "至少写一种问法，一行一种"
PICK_A_DATE = "请选一个日期"


def astray_should(title: str, must_find: bool) -> str:
    return f"{'应该找到' if must_find else '不该找到'}：{title}"


def astray_finds(title: str) -> str:
    return f"会找到：{title or ASTRAY_NOTHING}"


def astray_belongs(title: str) -> str:
    return f"应该找到：{title}"


def too_short(least: int) -> str:
    return f"太短了，至少 {least} 个字"


def too_long(most: int, now: int) -> str:
    return f"太长了，最多 {most} 个字，现在 {now} 个"


def line_too_long(line: int, most: int) -> str:
    return f"第 {line} 种问法太长，最多 {most} 个字"


def version(number: int) -> str:
    return f"第 {number} 版"


# somebody else's edit
STALE_KEPT = "您写的都还在这一页，没有丢。可以先看看现在的内容，再决定用哪一份。"
STALE_LOOK = "看现在的内容"
STALE_OVERWRITE = "用我写的覆盖"
STALE_TAKE = "放弃我写的，用现在的"
STALE_TITLE = "现在的内容"

# history
HISTORY = "历史"
NO_HISTORY = "发布以后，每一版都会记在这里。"
ACTIONS = {"publish": "发布", "retire": "下架"}
RESTORE = "恢复这一版"
RESTORE_REPLACES = "您还有没保存的修改，恢复这一版会替换掉它们。"
RESTORED = "已恢复为草稿，确认后再发布。"
DIFFERENT = "与现在不同"

# accounts
ACCOUNT = "账号"
PASSWORD_TITLE = "修改密码"
PASSWORD_NOTE = "至少 8 个字符。改好后用新密码重新登录。"
OLD_PASSWORD = "原密码"
NEW_PASSWORD = "新密码"
AGAIN = "再输一遍新密码"
NOT_THE_SAME = "两次输入的新密码不一样。"
CHANGE_PASSWORD = "修改密码"
MANAGE_STAFF = "管理工作人员账号"
STAFF = "工作人员账号"
STAFF_LEAD = "谁能登录、能做什么。停用后马上不能再用。"
NEW_STAFF = "新建账号"
USERNAME = "用户名"
NAME = "姓名"
ROLE = "角色"
FIRST_PASSWORD = "初始密码"
CREATE = "新建"
CREATED = "账号已建好。"
INACTIVE = "已停用"
DEACTIVATE = "停用"
ACTIVATE = "启用"
RESET = "重置密码"
RESET_TITLE = "新密码只显示这一次"
RESET_TEXT = "请当面或电话告诉本人，并请他登录后修改。"
ROLE_CHANGED = "角色已修改。"
YOURSELF = "本人"
NEVER_SEEN = "还没登录过"
PARTY = "责任主体"
PARTY_TITLE = "为哪个责任主体办事"
PARTY_TEXT = "登录后只有手机上的“我的任务”，看不到工作台和知识库。"
PARTY_CHOOSE = "选好了"
NO_PARTIES = "还没有责任主体。请先在社区数据里登记物业、网格员等。"
ROLE_MEANING = {
    "party": "物业师傅、网格员等，在手机上办派来的诉求",
    "staff": "接待居民、办理诉求，查看知识库",
    "secretary": "再加：修改和发布知识库、派单规则，生成二维码",
    "admin": "再加：管理账号",
}


def last_seen(moment: str) -> str:
    return f"上次登录 {moment}"


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as people say it: 今天 09:30, 11月3日 09:30, 2025年11月3日."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"今天 {local:%H:%M}"
    if local.year == today.year:
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日"
