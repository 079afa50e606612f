"""What a resident answers where others told of the same problem (我家也是, 还是单独登记)."""

import re

from actions.appeals.draft import PLACE_FACTS, Draft, Said

# The question was 要一起关注吗: a plain yes joins. 确认 and 登记 were offered for filing.
_JOINS = re.compile(
    r"(?:我(?:们)?家?也是|(?:一起|我也|要|我要)?关注|一起|加[上我]+|要的?|好的?|可以|行|嗯+|一样的?|"
    r"(?:就是|是|对)[，,]?(?:的|同一(?:个|件)(?:事|问题)?)?|同一(?:个|件)(?:事|问题)?)(?:[啊吧呀的了]|谢谢)*[。！!，,~\s]*"
)
_ALONE = re.compile(r"(?:单独|另外|分开|自己|重新|还是要?|仍要?)(?:登记|报|记)")
_APART = re.compile(
    r"(?:不(?:是|要|用|了|一样|关注|同)|不是(?:同?一|我)(?:回|件|个|码)?(?:事|问题)?|没有)(?:[了的啊吧呀])*[。！!，,~\s]*"
)


def answered(draft: Draft, said: Said) -> Draft | None:
    """The draft after the answer to an offer; None where the message answers something else."""
    facts = draft.facts
    if said.entities.get("entry") == str(facts.offered):
        return _joins(draft)
    if any(said.entities.get(name) for name in (*PLACE_FACTS, "phone", "time", "problem")):
        return None
    if _ALONE.search(said.text):
        return draft.model_copy(update={"confirmed": True})
    if said.text and _JOINS.fullmatch(said.text):
        return _joins(draft)
    if _APART.fullmatch(said.text):
        left = facts.model_copy(update={"offered": 0, "declined": True})
        return draft.model_copy(update={"facts": left})
    return None


def _joins(draft: Draft) -> Draft:
    facts = draft.facts.model_copy(update={"joins": True})
    return draft.model_copy(update={"facts": facts, "confirmed": True})
