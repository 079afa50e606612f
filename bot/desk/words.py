"""The words of the desk: what codes mean, and what stands on pages and buttons."""

from actions.turn import HandoffReason, Outcome

CHANNELS = {"wechat": "微信", "web": "网页", "import": "导入", "open311": "Open311"}

REASONS: dict[str, str] = {
    HandoffReason.ASKED: "要求人工",
    HandoffReason.TWO_MISSES: "连续两次没答上",
    HandoffReason.ANGER: "情绪激动",
    HandoffReason.DANGER: "危险",
    HandoffReason.DESPAIR: "心里难受",
    HandoffReason.MEDIATION: "请人调解",
    HandoffReason.VULNERABLE: "困难邻居",
    HandoffReason.STAFF_COMPLAINT: "投诉工作人员",
    HandoffReason.SYSTEM: "系统故障",
    "staff": "主动接待",
}

OUTCOMES: dict[str, str] = {
    Outcome.ANSWERED: "已解答",
    Outcome.CHOICES: "请居民选择",
    Outcome.ASKED_BACK: "追问",
    Outcome.FILED: "已登记诉求",
    Outcome.HANDED_OFF: "转人工",
    Outcome.UNKNOWN: "没答上",
    Outcome.CHAT: "闲聊",
}

INTENTS = {
    "greet": "打招呼",
    "goodbye": "告别",
    "thanks": "道谢",
    "affirm": "肯定",
    "deny": "否定",
    "cancel": "不办了",
    "help": "问能做什么",
    "inform": "补充信息",
    "correct": "更正",
    "chitchat": "闲聊",
    "out_of_scope": "与社区无关",
    "unhelpful": "说没帮上",
    "ask_service": "问办事",
    "ask_followup": "追问办事细节",
    "ask_person": "要求人工",
    "ask_progress": "查诉求进度",
    "file_appeal": "反映问题",
    "add_to_appeal": "补充诉求",
    "urge_appeal": "催办",
    "withdraw_appeal": "撤回诉求",
    "rate_appeal": "评价办理",
    "suggest": "提建议",
    "praise": "表扬",
    "volunteer": "志愿服务",
    "complain_staff": "投诉工作人员",
    "anger": "情绪激动",
    "despair": "心里难受",
    "emergency": "紧急情况",
    "neighbour_dispute": "邻里纠纷",
    "vulnerable_neighbour": "困难邻居",
    "send_photo": "发照片",
}

ENTITIES = {
    "community": "小区",
    "building": "楼栋",
    "unit": "单元",
    "room": "房号",
    "place": "地点",
    "problem": "问题",
    "category": "类别",
    "danger": "危险",
    "time": "时间",
    "phone": "电话",
}

DANGERS = {
    "fire": "火情",
    "gas": "燃气",
    "collapse": "坍塌",
    "violence": "暴力",
    "self_harm": "轻生",
    "medical": "急病",
    "trapped": "被困",
    "electric": "触电",
    "crowd": "群体冲突",
    "group": "事涉群体",
    "other": "险情",
}

KINDS = {"image": "[照片]", "voice": "[语音]", "location": "[位置]", "link": "[链接]"}

DELIVERIES = {
    "held": "发送中",
    "pending": "发送中",
    "sending": "发送中",
    "passive": "已送达",
    "sent": "已送达",
    "failed": "发送失败",
    "waiting": "居民下次来信时告知",
}

# Pages
DESK = "工作台"
APPEALS = "诉求"
WAITING = "等待接待"
MINE = "我的会话"
COLLEAGUES = "同事的会话"
NO_WAITING = "没有人在等，喝口水歇一歇。"
NO_MINE = "还没有接待中的会话。"
CLAIM = "接待"
CLAIM_FROM_BOT = "我来接待"
NOT_CLAIMED = "接待之后才能回复。"
WITH_BOT = "助手正在接待这位居民，需要时您可以接过来。"
WITH_COLLEAGUE = "{name}正在接待，您可以查看，不能回复。"
CLAIMED = "已接待{name}，居民已收到通知。"
RETURNED = "已交还助手。"
REQUEUED = "已放回队列，等同事接待。"
CONVERSATION = "对话"
PICK_ONE = "从左边选一个会话"
PICK_ONE_HINT = "等得最久的排在最上面；有危险的永远排第一。"
TAKE_OVER = "接手"
TAKE_OVER_TITLE = "接手{name}的会话"
TAKE_OVER_LEAD = "{staff}正在接待。接手以后由您回复，{staff}只能查看；居民会收到一句“已为您接通”。"
TAKEN_OVER = "已接手{name}的会话，居民已收到通知。"
RETURN = "交还助手"
REQUEUE = "放回队列"
RETURN_TITLE = "交还助手"
RETURN_LEAD = "写几句处理结果，助手和下一位同事都会看到；没有要交代的就写“无”。"
RETURN_NOTE = "处理结果"
NOTHING_TO_SAY = "无"
CANCEL = "取消"
CLOSE = "关闭"
WRITE_HINT = "写回复，回车发送，Shift+回车换行"
SEND = "发送"
PHRASES = "常用语"
PHOTO = "照片"
PHOTO_REFUSED = "请选一张 8 MB 以内的照片。"
OLDER = "查看更早的消息"
NEW_BELOW = "有新消息"
BACK_TO_QUEUE = "回到队列"
BACK_TO_CHAT = "回到对话"
RESIDENT = "居民"
NAME = "姓名"
NAME_CHANGE = "改姓名"
NAME_LEAD = "怎么称呼这位居民，最多 20 个字。只有工作人员看得到；留空就还是“居民”加编号。"
NAME_SAVE = "保存"
NAMED = "姓名已改。"
SOUND = "声音"
FILE = "记一条诉求"
FILE_LEAD = "登记后，居民会收到编号。"
FILE_CONTENT = "反映的事"
FILE_CATEGORY = "类别"
FILE_PLACE = "地点"
FILE_PHONE = "电话"
FILE_SUBMIT = "登记并告知居民"
FILED = "已登记 {number}，编号已告知居民。"
FILED_BEFORE = "这条留言已经登记过：{number}。"
UNREACHABLE = "微信窗口已过，通知要等居民下次来信时才看到，急事请电话告知。"
MISSING = "请填写{field}。"
SIGNED_OUT = "登录已过期，请重新登录。"
FAILED = "没有成功，请再试一次；还不行请联系管理员。"
