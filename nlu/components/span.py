"""What every kind of fact shares: how a fact looks, and when what is named is not meant."""

import re
import unicodedata
from itertools import islice
from typing import Any, Callable, Dict, Iterator, List, Match, Pattern, Text, Tuple

Fact = Dict[Text, Any]

# 不是3栋，是8栋 / 3栋改成8栋: the first number is just what the resident does not mean.
_DENIED_BEFORE = re.compile(r"不(?:是|在|住|叫|姓)(?:在|住|住在)?$")
_REPLACED_AFTER = re.compile(r"^[的]?(?:改成|改为|换成|换为)")
# 3栋，哦不对，8栋 / 3栋2单元写错了，是2栋: said, then taken back at once.
_SORRY = (
    r"[，,、。\s]*(?:哦|噢|啊|呃|哎)?[，,、\s]*(?:我?[写说打记搞填弄])?"
    r"(?:不对|错了|(?<=[哦噢啊呃哎])不[，,是、])"
)
_TAKEN_BACK = re.compile(rf"^{_SORRY}")
# With more behind it only what is named again is taken back: in 3栋502，错了，是503 the room.
_NUMBER_BEHIND = r"(?:[\dA-Za-z一二三四五六七八九十甲乙丙丁]{1,3}单元)?(?:\d{3,4}[室号]?)?"
_ALL_TAKEN_BACK = re.compile(
    rf"^{_NUMBER_BEHIND}{_SORRY}[，,、\s]*(?:应该)?是?.{{1,4}}(?:栋|幢|号楼|单元)"
)


def fact(entity: Text, value: Text, span: Tuple[int, int]) -> Fact:
    """An entity as Rasa wants it, without its extractor's name."""
    return {"entity": entity, "value": value, "start": span[0], "end": span[1]}


def meant(pattern: Pattern[Text], text: Text, start: int = 0) -> Iterator[Match[Text]]:
    """The matches of a pattern that the resident does not take back in the same breath."""
    for match in pattern.finditer(text, start):
        if _DENIED_BEFORE.search(text[max(0, match.start() - 6) : match.start()]):
            continue
        behind = text[match.end() : match.end() + 30]
        if any(p.match(behind) for p in (_REPLACED_AFTER, _TAKEN_BACK, _ALL_TAKEN_BACK)):
            continue
        yield match


def facts_of(
    entity: Text,
    pattern: Pattern[Text],
    text: Text,
    limit: int,
    clean: Callable[[Match[Text]], Text] = lambda match: match.group(),
    keep: Callable[[Match[Text]], bool] = lambda match: True,
) -> List[Fact]:
    """The first `limit` matches that are meant and to keep, as facts."""
    matches = filter(keep, meant(pattern, text))
    return [fact(entity, clean(match), match.span()) for match in islice(matches, limit)]


def blanked(text: Text, facts: List[Fact]) -> Text:
    """The text with what the facts took as blanks, so that positions stay."""
    for one in facts:
        start, end = one["start"], one["end"]
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def half_width(text: Text) -> Text:
    """３栋 as 3栋; only one-to-one folding, so that positions stay those of the typed text."""
    return "".join(map(_half_width, text))


def _half_width(character: Text) -> Text:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
