"""What a resident reads before an appeal is filed: their own words, and who else told of it."""

import json

from actions import texts
from actions.appeals.appeal import Appeal
from actions.appeals.draft import Draft, Facts
from actions.likeness.finder import Alike
from actions.matters import PASSED_ON
from actions.speaking import Pairs
from knowledge.categories.tree import OTHER, category_tree

_WHAT_READ_BACK = 120


def read_back(draft: Draft, still: bool) -> str:
    """The draft for the resident to agree to; `still` after a word about something else."""
    facts = draft.facts
    template = texts.CONFIRM_CHANGED if facts.changed else texts.CONFIRM
    return (texts.CONFIRM_STILL if still else template).format(
        what=_short(draft.what or ""),
        where=draft.where,
        category=facts.category or texts.NO_CATEGORY,
        extra=_extra(facts),
    )


def offer(draft: Draft, alike: Alike) -> tuple[str, Pairs]:
    """The draft with what others told of the same problem, and the buttons to join or not.

    Nothing that the others said: only where, what kind, how many, and who deals with it.
    """
    appeal = alike.appeal
    text = texts.OFFER.format(
        what=_short(draft.what or ""),
        where=draft.where,
        extra=_extra(draft.facts),
        households=alike.households,
        number=appeal.number,
        spot=appeal.community + appeal.building,
        category=appeal.category,
        who=holder(appeal),
    )
    join = "/inform" + json.dumps({"entry": str(appeal.id)})
    return text, (("我家也是", join), ("还是单独登记", "/affirm"), ("不报了", "/cancel"))


def holder(appeal: Appeal) -> str:
    """Who deals with an appeal, in words."""
    party = appeal.lead_party
    return texts.OFFER_WITH_PARTY.format(party=party) if party else texts.OFFER_NO_PARTY


def _short(what: str) -> str:
    """The matter as it is read back; a long letter is kept whole and shown by its beginning."""
    return what if len(what) <= _WHAT_READ_BACK else what[:_WHAT_READ_BACK] + "……（全文已记下）"


def _extra(facts: Facts) -> str:
    lines = ""
    if facts.photos:
        lines += f"\n照片：{len(facts.photos)} 张"
    if facts.phone:
        lines += f"\n电话：{facts.phone}"
    if facts.time:
        lines += f"\n时间：{facts.time}"
    if facts.from_home:
        lines += "\n（地点是您上次登记的住处）"
    handled_as = category_tree().dispatch_of(facts.category)
    if facts.matter == PASSED_ON and handled_as in ("", OTHER):
        lines += texts.CONFIRM_PASSED_ON
    return lines
