"""What the page of volunteers says, in one place."""

from actions.volunteers.volunteer import MatchStatus, RequestStatus

VOLUNTEERS = "志愿者"
LEAD = "居民在聊天里报名的能人。谁家要帮忙，在这里找人、牵线、道谢。"

PEOPLE = "能人"
PEOPLE_NOTE = "居民在聊天里说一声就报名"
NO_PEOPLE = "没有这样的志愿者。"
SKILL = "本事"
COMMUNITY = "小区"
ALL_SKILLS = "全部本事"
ALL_COMMUNITIES = "全部小区"
NO_SKILLS = "还没说擅长什么"
NO_TIMES = "还没说什么时候有空"
WITHDRAW = "停止服务"
WITHDRAW_TEXT = "以后不再请他帮忙，已经邀请、还没去的事会改由别人去。本人再报名，就自动恢复。"
WITHDRAWN = "已停止服务。"

REQUESTS = "要帮忙的事"
REQUESTS_NOTE = "一件事可以请几个人，有人帮好就算办完"
NO_REQUESTS = "现在没有要帮忙的事。"
NEW = "新建求助"
WHAT = "帮什么忙"
WHAT_HINT = "比如：张奶奶家水龙头滴水，换个垫圈"
WANTED_AT = "什么时候"
WANTED_HINT = "比如：周六上午"
FROM_APPEAL = "诉求编号（可不填）"
NO_SUCH_APPEAL = "没有找到这个编号的诉求。"
FILL_IN = "请选本事，写清帮什么忙。"
CREATE = "建好"
CREATED = "已建好，可以找人了。"
CANCEL_REQUEST = "不用了"
CANCEL_TEXT = "这件事不再找人。"
CANCELLED = "已取消。"
SHOW_ALL = "也看办完的"

FIND = "找人"
FITTING = "合适的人"
FITTING_NOTE = "同小区、时间对得上的排在前面；时间对不上的不列"
NOBODY_FITS = "还没有合适的人。可以换个时间，或请居民报名。"
SAME_COMMUNITY = "同小区"
HAS_TIME = "时间合适"
TIME_UNKNOWN = "时间要问"
PROPOSE = "邀请"
PROPOSED = "已记为邀请，请打电话跟他说一声。"
STEPS = {
    MatchStatus.ACCEPTED: "答应了",
    MatchStatus.DECLINED: "去不了",
    MatchStatus.DONE: "帮好了",
}
MATCH = {
    MatchStatus.PROPOSED: ("已邀请", "ochre"),
    MatchStatus.ACCEPTED: ("答应了", "pine"),
    MatchStatus.DECLINED: ("去不了", "plain"),
    MatchStatus.DONE: ("帮好了", "pine"),
}
REQUEST = {
    RequestStatus.OPEN: ("等人来帮", "seal"),
    RequestStatus.MATCHED: ("有人去帮", "ochre"),
    RequestStatus.DONE: ("已帮好", "pine"),
    RequestStatus.CANCELLED: ("不用了", "plain"),
}
THANK = "道谢"
THANK_TITLE = "谢谢他"
THANK_TEXT = "写一句感谢的话，会发到他的聊天里。"
THANK_HINT = "比如：张奶奶说您手艺真好，水龙头不滴了"
THANKED = "已经谢过了，他会在聊天里看到。"
THANKS_SAID = "已道谢"
NEIGHBOUR = "邻居"
THANKS = "{name}，您好！社区谢谢您的帮忙：{text}"
CLOSE = "返回"


def helped(times: int) -> str:
    return f"帮过 {times} 次" if times else ""


def nameless(resident_id: int) -> str:
    return f"居民{resident_id}"


def appeal(number: str) -> str:
    return f"诉求 {number}"
