"""Puts the weak first when an appeal is filed (弱者优先), whoever files it and by which way."""

from actions.appeals.appeal import Filing, NeedLevel, Urgency
from actions.weak.on_behalf import on_behalf
from actions.weak.reading import weak_signs

_WHY_CHARACTERS = 500


def attended(filing: Filing) -> Filing:
    """The filing with who is weak, which need it is, and for whom it is filed, as its words tell.

    What somebody wrote there before stays. An appeal of the weak is at least 加急, and says why.
    """
    signs = weak_signs().read(filing.content)
    changes: dict[str, object] = {}
    if not filing.on_behalf:
        changes["on_behalf"] = on_behalf(filing.content)
    if filing.need is NeedLevel.UNKNOWN:
        changes["need"] = signs.need
    weak = list(dict.fromkeys([*filing.weak, *signs.weak]))
    if weak:
        changes["weak"] = weak
        if filing.urgency is Urgency.NORMAL:
            changes["urgency"] = Urgency.RAISED
        changes["why"] = (signs.why + filing.why)[:_WHY_CHARACTERS]
    return filing.model_copy(update=changes)
