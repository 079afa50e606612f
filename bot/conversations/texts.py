"""What the gateway itself says to residents; the actions say the rest."""

WELCOME = (
    "您好，这里是社区服务助手「民呼我应」。\n"
    "办事要带什么材料、家里楼里有什么问题，直接发给我就行，比如“高龄津贴怎么办”“3栋电梯坏了”。\n"
    "想找工作人员，回复“转人工”。遇到火情、险情请先拨打 119、110、120。"
)
SCANNED = "您扫的是{place}的码，有什么问题直接说，不用再告诉我在哪里。"
SCANNED_FIRST = (
    "您好，这里是社区服务助手「民呼我应」。\n"
    "您扫的是{place}的码，有什么问题直接说，不用再告诉我在哪里。\n"
    "想找工作人员，回复“转人工”。遇到火情、险情请先拨打 119、110、120。"
)
MINE_LINK = "\n办到哪一步，点这里看：{link}"
MINE_ABOVE = "\n办到哪一步，上面的“我的诉求”里随时能看。"
QUEUED_FIRST = "已为您转接社区工作人员，您排在第 1 位，请稍等。您可以继续留言，工作人员都能看到。"
QUEUED = "已为您转接社区工作人员，您前面还有 {ahead} 位，请稍等。您可以继续留言，工作人员都能看到。"
URGENT = "社区工作人员已经收到您的紧急情况，排在最前面，马上有人来跟您联系。"
STILL_QUEUED = "您的留言收到了，已一并转给工作人员。您前面还有 {ahead} 位，请再等一等。"
STILL_QUEUED_NEXT = "您的留言收到了，已一并转给工作人员，马上就轮到您。"
CLAIMED = "{name}已为您接通，请讲。"
RETURNED = "{name}已结束本次接待。还有别的事，直接发给我就行。"
VOICE_UNCLEAR = "您的语音已经收到并存好，可惜没有转成文字。方便的话请打字告诉我，或回复“转人工”，由工作人员来听。"
MEDIA_KEPT = "收到，已经存好。请用文字告诉我是什么事、在哪里，我好帮您登记。"
KEPT_FOR_STAFF = "您的消息已经记下，我这边暂时处理不了，工作人员会看到并回复您。"
TWO_MISSES = "连续两次没帮上您，很抱歉，我请工作人员来回答。"


def way_to_mine(channel: str, public_url: str, number: str) -> str:
    """Where a resident finds what they have just filed; the web page has its link above the chat."""
    if channel == "web":
        return MINE_ABOVE
    link = f"{public_url.rstrip('/')}/mine/{number}"
    return MINE_LINK.format(link=link) if public_url else ""
