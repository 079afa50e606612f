"""The words of the appeals side of the desk: list, sheet, deeds, history, bursts."""

from actions.appeals.life import MOVE_WORDS, Move
from actions.clock.watch import EVENT_WORDS
from actions.likeness.bursts import BURST
from actions.likeness.joining import SAID
from actions.likeness.merging import MERGED, TOOK_IN

STEPS = {
    "filed": "登记诉求",
    "amended": "更正登记内容",
    **{move.value: done for move, done in MOVE_WORDS.items()},
    **EVENT_WORDS,
    BURST: "多户集中反映",
    TOOK_IN: "并案：收进一条",
    MERGED: "并案：并入另一条",
    SAID: "关注的住户答复",
}
ACTORS = {"resident": "居民", "staff": "工作人员", "system": "系统"}
SATISFACTION = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
CALL_BACK_RESULTS = {"solved": "已解决", "unsolved": "没有解决", "unreached": "没有联系上"}

# The list
APPEALS = "诉求"
TABS = "诉求分栏"
SEARCH = "按编号、内容、地点、电话查找"
COMMUNITY, PARTY, CATEGORY = "小区", "承办单位", "类别"
EXPORT = "导出 Excel"
NONE_FOUND = "这里现在没有诉求。"
NEWER, OLDER_PAGE = "上一页", "下一页"
PAGES = "第 {page} / {pages} 页，共 {total} 条"
NOBODY = "未派单"
HOUSEHOLDS = "{households} 户"
WEAK = "弱"
PART_OF_ANOTHER = "已并案"
OVERDUE = "超期"
SIGN_LATE = "签收超时"
RESTS = "{since}恢复"
DONE_AT = "{since}办结"
ASKED_AGO = "{since}登记"
ATTEMPTS = "已试 {attempts} 次"

# The sheet
OPEN_CHAT = "打开会话"
HOLDER, SINCE, DUE, PROGRESS = "谁在办", "从什么时候", "办结期限", "进展"
FOR_SECRETARY = "已退单 {returns} 次，派给谁由书记来定。"
ASK_SECRETARY = "请报给书记；您仍可备注、催办。"
SECRETARY_ONLY = "“督办”和“升级”由书记来定，需要时请报给书记。"
MERGED_INTO = "这条已并入 {number}，一起办理；在那一条上操作，两边居民都会收到。"
OPEN_INTO = "打开 {number}"
NEXT = "现在可以做"
GROUPS = ("办理", "调整", "督促和记录")
FACTS = "诉求内容"
HISTORY = "办理经过"
CONFIRM = "确认{move}"
PREVIEW = "居民会收到"
NO_PREVIEW = "这一步不通知居民。"
MOVED = "已记下“{move}”，现在是“{status}”。"
MISSING = "请填写“{field}”。"
STALE = "{who}刚做了“{what}”。上面已换成最新内容，您写的还在；看一眼，合适就再点一次确认。"
NOT_NOW = "现在不能做“{move}”了，您写的内容还在，可以先复制下来。"
SUGGESTED = "建议派给{lead}{helpers}。理由：{why}"
SUGGESTED_HELPERS = "，协办：{helpers}"
NO_SUGGESTION = "规则没有找到合适的单位：{why}"
ADD_PHOTO = "添加照片"
REMOVE_PHOTO = "去掉照片 {number}"
PHOTO_REFUSED = "请选 8 MB 以内的照片。"

# Duplicates
ALIKE = "可能是同一件事"
ALIKE_LEAD = "同一件事并成一条，一次答复，每户都收到。"
ALIKE_MORE = "还有 {count} 条"
LIKELY = ((0.9, "几乎可以肯定"), (0.75, "很可能"), (0.0, "有可能"))
MERGE = "并入"
MERGE_TITLE = "并入 {number}？"
MERGE_LEAD = "“{title}”会并入 {number}，由{holder}一起办理。反映的居民都会收到通知，以后的进展也一起告诉。并案后不能拆开。"
MERGED_DONE = "已并入 {number}。"

# Bursts
BURST_TITLE = "集中反映"
BURST_SAID = "{community}“{category}”：{since}以来 {households} 户反映"
BURST_OPEN = "查看"
BURST_NOTIFY = "一次告知所有住户"
BURST_LEAD = "{appeals} 条诉求会并成 {number}，下面这段话发给全部 {households} 户。"
BURST_TEXT = "告诉住户的话"
BURST_SEND = "发送"
BURST_SENT = "已告知 {households} 户，相关诉求并成了 {number}。"

# What each deed means, for whoever is about to do it.
LEADS = {
    Move.DISPATCH: "交给一个单位主办，可以请别的单位协办。办理时限从这时算起。",
    Move.REDISPATCH: "换一个单位办。期限不变，居民等的时间照算。",
    Move.SIGN: "替承办单位签收，表示对方已经收到。",
    Move.START: "开始办理。还没有派单的，就是社区自己办。",
    Move.CONTACT: "记下和居民联系过了。",
    Move.RETURN: "承办单位说不归它管。要写理由，并附依据或照片。",
    Move.EXTEND: "在期限以前申请，最多两次，居民会收到新的日期和理由。",
    Move.SUSPEND: "暂时办不了（等材料、等天气）。到日子自动恢复，期限顺延。",
    Move.RESUME: "接着办，期限按停下的时间顺延。",
    Move.ANSWER: "办好了，写清做了什么。居民会收到答复，并被请来评价。",
    Move.CALL_BACK: "问居民解决了没有、满意不满意。没联系上也要记；没解决的自动重办。",
    Move.CLOSE: "回访过的归档。联系不上的，试满三次才能归档，不算满意。",
    Move.REOPEN: "没有解决，退给原来的单位接着办；第二次重办会升一级。",
    Move.WITHDRAW: "居民不想办了，替居民撤回。",
    Move.REFUSE: "诉讼、仲裁、信访、纪检等不归社区受理的，要写理由和该去哪里。",
    Move.URGE: "催承办单位快办。",
    Move.SUPERVISE: "书记督办，盯到办好为止。居民会知道。",
    Move.ESCALATE: "上报上一级协调，只升不降。居民会知道。",
    Move.NOTE: "只有同事和承办单位看得到，居民看不到。",
    Move.ADD: "补充情况或照片；写了字的，居民也会收到。",
}
