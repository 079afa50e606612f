"""What the actions say to residents: plain and warm, one place to change it."""

CHAT = {
    "greet": "您好！我是社区服务助手。办事要带什么、家里楼里有什么问题，直接告诉我就行。",
    "goodbye": "好的，您慢走。有事随时发给我。",
    "thanks": "不客气，应该的。还有什么事，随时说。",
    "affirm": "好的。您还有什么事，直接告诉我就行。",
    "deny": "好的，那就先不办。有别的事，随时说。",
    "cancel": "好的，先放下。有别的事，随时说。",
    "help": (
        "我能帮您这些：\n"
        "· 问办事：比如“高龄津贴怎么办”“居住证要带什么”\n"
        "· 报问题：比如“3栋2单元电梯坏了”，我来登记、转给该管的人\n"
        "· 查进度、催办、撤回、评价：发编号，或直接说“我报的事到哪一步了”\n"
        "· 找工作人员：回复“转人工”\n"
        "遇到危险请先拨打 119、110、120。"
    ),
    "chitchat": "我是社区服务助手，聊天不太在行，办事和报修我最拿手。有什么要帮忙的，您说。",
    "unhelpful": "没答到点子上，不好意思。您换个说法再讲一遍，或者回复“转人工”，请工作人员来答。",
}
PERSON_BUTTON = ("转人工", "/ask_person")

UNKNOWN = "这个我还不知道，不敢乱说。已经把您的问题记给社区，也可以现在就请工作人员回答。"
UNKNOWN_LETTER = (
    "您说的情况比较具体，我没有现成的答案，不敢乱说。我帮您登记下来，请工作人员来答复您。"
)
# A question that stands beside another matter in one message.
CHOICES_BESIDE = "您另外问的“{question}”，是想问{named}里的哪一件？手头这件说完，您再告诉我。"
UNKNOWN_BESIDE = (
    "您另外问的“{question}”我还不知道，不敢乱说，已经记给社区；要人来答，请回复“转人工”。"
)
FOREIGN = (
    "Sorry, I can only read Chinese. Send “转人工” and a community worker will help you.\n"
    "不好意思，我只看得懂中文，需要工作人员请回复“转人工”。"
)
ELSEWHERE = "{reason}\n\n{where}\n\n要是还想让社区知道，回复“仍要登记”，我照样记下来交给社区；也可以请工作人员来答。"
ELSEWHERE_BUTTONS = (("仍要登记", "/file_appeal"), PERSON_BUTTON)
CHOICES = "您想问的是哪一件？"
SECTION_MISSING = "“{title}”的这一点资料里没写，以社区公布为准。要不要请工作人员告诉您？"
SECTION_LABELS = {
    "who": "谁能办",
    "materials": "带什么材料",
    "where": "在哪办",
    "cost": "多少钱",
    "time": "要多久",
    "steps": "怎么办理",
}
SOURCE = "依据：{source}"
CHECKED = "核对日期：{date}"
LOCAL = "金额、窗口等以社区公布为准。"

ASK_WHAT = "您说，是什么问题？一句话就行，比如“电梯坏了，老人下不了楼”。"
ASK_WHAT_AGAIN = "没关系，想起来了随时说；或者回复“转人工”，请工作人员听您慢慢讲。"
ASK_WHERE = "收到。请问在哪里？小区、楼栋、单元房号或者大概位置都可以，比如“青山里3栋2单元501”。"
ASK_COMMUNITY = "收到。请问是哪个小区的{spot}？"
ASK_SPOT = "收到。请问在{community}的哪一栋、哪个位置？"
CONFIRM = "我记下了，请您核对：\n问题：{what}\n地点：{where}\n类别：{category}{extra}\n\n没问题就回复“确认”，我马上登记；也可以接着补充、发照片、留电话。"
CONFIRM_CHANGED = "改好了，请您再核对一下：\n问题：{what}\n地点：{where}\n类别：{category}{extra}\n\n没问题就回复“确认”。"
CONFIRM_STILL = "刚才那件事还没登记：{what}（{where}）。没问题就回复“确认”，不报了就回复“取消”。"
CONFIRM_PASSED_ON = "\n\n这件事要市里、区里来定，社区做不了主。登记以后交给社区，由社区往上反映。"
ASK_RIGHT = {
    "where": "好的，正确的地址是哪里？",
    "phone": "好的，正确的电话是多少？",
    "time": "好的，应该是什么时候？",
    "what": "好的，应该是什么问题？您重新说一遍。",
}
ASK_CHANGE = "好的，哪里不对？直接告诉我正确的就行，比如“不是3栋，是8栋”。"
CONFIRM_BUTTONS = (("确认登记", "/affirm"), ("要修改", "/deny"), ("不报了", "/cancel"))
OFFER = (
    "我记下了：{what}\n地点：{where}{extra}\n\n"
    "已有 {households} 户反映同一问题（编号 {number}，{spot}{category}，{who}），要一起关注吗？\n"
    "是同一件，点“我家也是”，不用再登记，有进展一起告诉您；不是一回事，点“还是单独登记”。"
)
OFFER_WITH_PARTY = "{party}正在处理"
OFFER_NO_PARTY = "社区正在安排处理"
JOINED = (
    "好的，已经把您家加进编号 {number}，现在有 {households} 户反映，{who}。\n"
    "有进展我会一起告诉您；办完以后，您家解决没有，由您自己说。"
)
FILED = "登记好了，编号 {number}。\n已转给{party}处理，有进展我会告诉您。\n想知道到哪一步了，发“查进度”就行。"
FILED_NO_PARTY = "登记好了，编号 {number}。\n已交给社区工作人员安排处理，有进展我会告诉您。\n想知道到哪一步了，发“查进度”就行。"
DROPPED = "好的，这件事先不登记了。什么时候想报，再告诉我。"
LOOSE_FACTS = "收到。请问是什么事？比如要报修、要投诉，还是想问办事？"
LOOSE_PHOTO = "照片收到了。请问是什么问题、在哪里？我帮您登记。"

NO_APPEAL = "没有找到您登记过的诉求。要报问题的话，直接把事情和地点发给我。"
NO_SUCH_NUMBER = "没有查到您名下编号 {number} 的诉求，请核对一下编号。您最近登记的是 {latest}。"
PROGRESS = "编号 {number}（{what}）\n{standing}\n登记时间：{filed}{last}"
PROGRESS_MORE = "您还有 {count} 件诉求，发编号可以查。"
URGED = "已经帮您催办了，编号 {number}。{standing}\n您的着急我写进了记录，处理的人能看到。"
AGAIN_FROM = "{again}以后要是还没动静，再发“催一下”。"
URGED_DONE = "编号 {number} 目前{status}。如果问题还没解决，请告诉我具体情况，我帮您转给工作人员。"
WITHDRAWN = "已经撤回，编号 {number}。以后有需要再告诉我。"
CANNOT_WITHDRAW = "编号 {number} 目前{status}，不用再撤回了。"
ADD_CLOSED = "编号 {number} 已经归档，不能再补充了。问题要是还在，回复“没解决”，我们接着办。"
ADDED = "补充好了，已写进编号 {number} 的记录，处理的人能看到。"
AMENDED = "改好了，编号 {number}：\n{changes}\n改动写进了记录，处理的人能看到。"
AMENDED_PARTS = {"place_text": "地点：{}", "phone": "电话：{}", "content": "内容：{}"}
ASK_AMEND = "编号 {number}（{what}）哪里不对？直接告诉我正确的就行，比如“不是3栋，是8栋”。"
RATED = "谢谢您的评价，已记在编号 {number} 里。"
RATED_LOW = "收到您的评价，已记在编号 {number} 里。没办好，我请工作人员再跟您联系。"
RATE_LATER = "编号 {number} 还没办结：{standing}\n办好以后再请您评价。"
RATE_ENDED = "编号 {number}：{standing}"
ASK_SOLVED = "问题解决了吗？回复“解决了”或者“没解决”就行。"
SOLVED_BUTTONS = (("解决了", "/rate_appeal"), ("没解决", "/rate_appeal"))
SOLVED = "太好了，编号 {number} 记为已解决。您对这次办理满意吗？"
RATE_BUTTONS = tuple(
    (level, "/rate_appeal") for level in ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
)
REOPENED = "对不起，没给您办好。编号 {number} 已经重新办理：{standing}\n您说的我写进了记录，处理的人能看到。"
FOLLOWED_PROGRESS = "您关注的编号 {number}（{matter}，{households} 户反映）\n{standing}"
FOLLOWED_SOLVED = "记下了：编号 {number} 的事，您家已经解决。谢谢您告诉我们。"
FOLLOWED_UNSOLVED = "记下了：编号 {number} 的事，您家还没解决。处理的人和社区都能看到。"
RATE_NOTHING = "谢谢您！目前没有等您评价的诉求。"

HAND_OFF = {
    "ask_person": "好的，马上为您转接工作人员。",
    "complain_staff": "您反映的情况我记下了，请社区负责人来跟您谈，不会转给当事人。",
    "despair": "听您这么说，我很担心您。您不是一个人，我马上请人来跟您说说话。心里特别难受时，也可以随时拨打 12356 心理援助热线。",
    "anger": "让您生气了，很抱歉。我请工作人员马上来处理。",
    "vulnerable_neighbour": "谢谢您惦记邻居，这事要紧。我马上转给社区工作人员去看看，请把住在哪一栋、什么情况告诉我们。",
    "mediation": "好的，我请书记或调解员来帮着调解。您说的只有工作人员能看到，不会告诉对方是谁说的。",
}
MEDIATE = (
    "邻里之间闹成这样，您受累了。您说的只有工作人员能看到，不会告诉对方是谁说的。\n"
    "可以请书记或调解员出面，两边都听一听；也可以先登记下来，由社区去了解。您看怎么办？"
)
MEDIATE_BUTTONS = (
    ("请书记或调解员来调解", '/ask_person{"category": "邻里纠纷"}'),
    ("先登记下来", "/file_appeal"),
)
EMERGENCY_AFTER = "我已经同时通知社区工作人员，请告诉我们您在哪里、现在怎么样。"
VOICE = {
    "praise": "谢谢您的夸奖！已经记下来，我们会转告本人，他们听了一定很高兴。",
    "suggest": "谢谢您的建议，已经原样记下来，社区会看到。",
    "volunteer": "太好了，谢谢您愿意帮忙！已经把您登记为志愿者，有合适的事，社区工作人员会联系您。",
}
VOLUNTEER_KNOWN = "\n我记的是：{facts}。以后有变化，随时告诉我。"
VOLUNTEER_ASK = "\n还想问您：{missing}？直接发给我就行。"
VOLUNTEER_SKILLS = "您擅长什么（比如水电维修、陪诊、辅导作业、理发、送餐）"
VOLUNTEER_TIMES = "什么时候有空（比如周末、工作日晚上）"
VOLUNTEER_PHONE = "\n方便的话留个电话，好联系您。"
NO_CATEGORY = "其他"
