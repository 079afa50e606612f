"""Every word of the parties' phone page: what the server says, and what the page shows (`PAGE`)."""

from actions.appeals.life import Move

TITLE = "我的任务"
HIDDEN = "＊＊＊"
BEFORE = "处理前"
AFTER = "处理后"
STAGES = {"before": BEFORE, "after": AFTER}

NOT_YOURS = "这条诉求没有派给您的单位，或者已经改派给别人了。有疑问请问社区。"
PHOTO_MISSING = "没有收到照片，请再选一次。"
PHOTO_TOO_BIG = "照片太大了，请重新拍一张或截小一些。"
PHOTO_TOO_MANY = "照片传得太快了，请过一分钟再传。"
PHOTO_UNKNOWN = "有一张照片没有传好，请去掉它再拍一次。"
UNSAID = {
    Move.ANSWER: "请写下办得怎么样，居民会看到这段话。",
    Move.RETURN: "请写明为什么不归您的单位管。",
    Move.EXTEND: "请写明为什么要延期，居民会看到。",
}
NO_EVIDENCE = "退单要说明依据，或者附上照片，请补上再提交。"
NO_DAY = "请选一个日期：最晚哪天办好。"
EMPTY_NOTE = "请写几个字，或者附上照片。"

DUE = "{until}办好"
NO_DUE = "没有规定期限"
SIGN_DUE = "请{until}签收"
LATE = "已超时：本该{since}前办好"
RESTING = "暂停到{since}"
DONE_AT = "{since}办结"
ENDED = "不用办了"
SUPERVISED = "书记督办"
REOPENED = "重办"
URGED = "催办 {times} 次"
JOINED = "又有一户反映同一个问题"
CONTACT_HIDDEN = (
    "这位居民不公开身份，姓名、电话和房号不显示。需要上门或联系，请找社区工作人员转达。"
)
CONTACT_NONE = "居民没有留电话。需要联系，请找社区工作人员转达。"
CONTACT_OVER = "已经不在办理，居民的联系方式不再显示。"
EVIDENCE = "依据：{evidence}"

RESIDENT = "居民"
STAFF = "社区工作人员"
SECRETARY = "社区书记"
SYSTEM = "系统"
LINES = {
    "filed": "居民登记",
    "amended": "社区更正了登记的内容",
    Move.DISPATCH: "派给{party}",
    Move.REDISPATCH: "改派给{party}",
    Move.SIGN: "{who}签收",
    Move.START: "{who}开始办理",
    Move.CONTACT: "{who}联系居民",
    Move.RETURN: "{party}退单",
    Move.EXTEND: "{who}延期，{until}办好",
    Move.SUSPEND: "社区暂停办理，到{until}",
    Move.RESUME: "{who}恢复办理",
    Move.ANSWER: "{who}办结",
    Move.CLOSE: "归档",
    Move.REOPEN: "没有解决，重新办理",
    Move.WITHDRAW: "{who}撤回",
    Move.REFUSE: "社区不予受理",
    Move.URGE: "{who}催办",
    Move.SUPERVISE: "书记督办",
    Move.ESCALATE: "上报{level}",
    Move.NOTE: "{who}备注",
    Move.ADD: "{who}补充",
    Move.RATE: "居民评价：{satisfaction}",
    Move.JOIN: JOINED,
}
CALLED_BACK = {
    True: "回访：居民说解决了",
    False: "回访：居民说没有解决",
    None: "回访没有联系上居民",
}

PAGE = {
    "title": TITLE,
    "product": "民呼我应",
    "seal": "应",
    "loading": "正在打开……",
    "noscript": "这个页面需要打开浏览器的 JavaScript。",
    "larger": "大字",
    "larger_label": "换成大字",
    "smaller": "小字",
    "smaller_label": "换回小字",
    "account": "账号",
    "open": "待办",
    "done": "已办",
    "tabs_label": "任务分类",
    "list_label": "任务清单，最急的在前",
    "late_count": "{count} 件已经超时，请先办",
    "empty_open_title": "都办完了",
    "empty_open": "现在没有派给您的任务。有新任务会出现在这里。",
    "empty_done_title": "还没有",
    "empty_done": "办结的任务会留在这里。",
    "more": "再看一些",
    "back": "全部任务",
    "number": "编号",
    "role_helper": "协办",
    "households": "{count} 户反映",
    "led_by": "由{lead}主办，您的单位协办",
    "helped_by": "协办：{helpers}",
    "due_label": "期限",
    "where_label": "地点",
    "said": "居民说的",
    "contact": "联系居民",
    "call": "打电话",
    "call_label": "打电话给{name} {phone}",
    "nameless": "居民",
    "proof": "处理前后",
    "before": BEFORE,
    "after": AFTER,
    "no_photo": "还没有照片",
    "history": "办理经过",
    "photo": "照片，点开看大图",
    "more_moves": "还可以",
    "moves_label": "现在可以做的",
    "sign": "签收",
    "start": "开始办理",
    "contact_move": "记下联系",
    "note": "写备注",
    "photos": "拍照",
    "answer": "办结",
    "return": "退单",
    "extend": "申请延期",
    "resume": "恢复办理",
    "ask_contact": "和居民联系得怎么样？",
    "hint_contact": "居民会看到。例如：已联系，约好下午三点上门",
    "ask_note": "写备注",
    "hint_note": "只有社区和各单位看得到",
    "ask_photos": "传现场照片",
    "hint_photos": "想说明的话（可以不写）",
    "ask_answer": "办得怎么样？",
    "hint_answer": "居民会看到。例如：已更换门锁，试过三次都能锁上",
    "photos_answer": "处理后的照片，居民会看到",
    "ask_return": "为什么不归您的单位管？",
    "hint_return": "写明原因，例如：这段路灯由市政管理",
    "hint_evidence": "依据：合同、图纸、边界说明等",
    "photos_return": "或者拍照为证",
    "ask_extend": "为什么要延期？",
    "hint_extend": "居民会看到。例如：配件要从厂家发货",
    "day": "最晚哪天办好（到当天下午 6 点）",
    "take_photo": "拍一张",
    "pick_photo": "从相册选",
    "drop_photo": "去掉这张照片",
    "photo_mine": "要传的照片",
    "photo_broken": "这张照片打不开，请换一张。",
    "sending": "正在提交……",
    "uploading": "正在传第 {at} 张照片，共 {count} 张……",
    "cancel": "先不办",
    "submit_contact": "记下",
    "submit_note": "保存备注",
    "submit_photos": "上传",
    "submit_answer": "提交办结",
    "submit_return": "提交退单",
    "submit_extend": "提交延期",
    "again": "没有网络，连上后点这里再交",
    "offline": "没有网络。您写的内容和照片都还在，连上网络以后再点一次。",
    "failed": "没有办成，请稍后再试。您写的内容还在。",
    "unheard": "打不开，请检查网络。",
    "retry": "再试一次",
    "gone": "看不了这条诉求",
    "need_words": "请先写几个字。",
    "need_day": "请选一个日期。",
    "need_photo": "请先拍一张照片，或者选一张。",
    "need_evidence": "请写明依据，或者拍照为证。",
    "done_sign": "已签收。",
    "done_start": "已开始办理。",
    "done_contact": "记下了。",
    "done_note": "备注已保存。",
    "done_photos": "照片已上传。",
    "done_answer": "已办结，社区会回访居民。",
    "done_return": "已退单，社区会重新派单。",
    "done_extend": "已延期，居民会收到通知。",
    "done_resume": "已恢复办理。",
    "password": "修改密码",
    "password_note": "至少 8 个字符。第一次登录请改成自己记得住的密码。",
    "password_old": "原密码",
    "password_new": "新密码",
    "password_again": "再输一遍新密码",
    "password_differ": "两次输入的新密码不一样。",
    "password_done": "密码已修改。",
    "sign_out": "退出登录",
    "works_for": "为“{party}”办理诉求",
}
