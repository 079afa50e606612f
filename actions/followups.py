"""Follow-ups (追问): what a question that leaves its subject out is about, and for how long."""

import re
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError

STALE_AFTER = timedelta(minutes=30)
# Searched together with a subject where a follow-up names only that: 那居住证呢.
SECTION_QUESTIONS = {
    "who": "谁可以办",
    "materials": "要带什么材料",
    "where": "在哪里办",
    "cost": "要多少钱",
    "time": "要多久",
    "steps": "怎么办理",
}
# What a follow-up is made of; what is left over names a subject of its own.
_NO_SUBJECT = re.compile(
    r"那么?|这个|那个|这种|这些|这样|这事|它|请问|另外|还有|顺便|想?问(?:一下|下|哈)?|咨询|再|又|也|就|都|还|才|先"
    r"|我?(?:妈妈?|爸爸?|爷爷|奶奶|爹爹|婆婆|姥姥|外公|外婆|老公|老婆|爱人|儿子|女儿|姑娘|孩子|小孩|伢|家里?人?|们|老人家?|亲戚|朋友)"
    r"|家属|别人|人家|本人|自己|老人|腿脚|[你您他她]们?|我|人"
    r"|(?:没|忘|冇)(?:有|带|得)?了?.{0,6}(?:证|本|卡|照片|证明)"
    r"|材料|证件|手续|复印件|原件|照片|资料|东西|带|准备|费用?|收费|要钱|花钱|多少|几多|钱|块|免费|标准|一个月|一年|每个?月|每年"
    r"|哪里|哪儿|哪个|哪些|哪|地址|窗口|地方|部门|单位|线[上下]|网上|手机上?|社区|街道|周末|上班|下班|开门|休息|跑一趟|一趟"
    r"|多久|几久|几天|什么时候|么时候|啥时候|时限|多长|时间|几点|好久|工作日|今天|明天|现在"
    r"|条件|资格|符合|几岁|多大|[\d八七六九]+十?岁?(?:以上)?|代办|本地|外地|户口不在"
    r"|步骤|流程|程序|怎么|怎样|如何|么样|咋|什么|么|啥|谁"
    r"|可不可以|能不能|要不要|是不是|有没有|可以|需要|能够?|行不行|行|得|应该|要|不用|不|没有?|冇|有"
    r"|办理|办完|办好|办|申请|申领|领取|领|发|给|拿|交|去|来|到|走|弄|搞|用|找|帮|代|替|让|叫|在|是|了|的|些|下来?|一下|大概|一般|具体"
    r"|[吗呢啊吧呀嘛哦哈诶唉]|[\s，,。.！!？?、~；;：:]"
)
_NAMES_ONLY = re.compile(r"^(?:那么?|还有)|呢[？?。!！~]*$")


class Topic(BaseModel):
    """The entry that was last talked of; it travels in the conversation's memory."""

    entry: int
    sections: list[str] = Field(default_factory=list)
    at: datetime

    @classmethod
    def recalled(cls, memory: dict[str, Any], now: datetime) -> Self | None:
        """The topic in a conversation's memory, unless it is stale."""
        try:
            topic = cls.model_validate(memory.get("topic"))
        except ValidationError:
            return None
        return topic if now - topic.at <= STALE_AFTER else None


def subject_of(question: str) -> str:
    """What a question names beside the ways of asking; empty where it leaves its subject out."""
    left = _NO_SUBJECT.sub("", question)
    return left if len(left) > 1 else ""


def only_names(question: str) -> bool:
    """Whether a question names a subject and leaves out what is asked of it: 那居住证呢."""
    return bool(_NAMES_ONLY.search(question.strip()))
