"""What a message is about: the category (类别) whose words weigh most, and those words."""

import re
from typing import Dict, List, NamedTuple, Optional, Pattern, Text, Tuple

from nlu.components.span import Fact, fact

# A letter's title or first sentence says what it is about; the story behind it names many things.
_HEAD_MOST = 45
_HEAD_WEIGHT = 3.0
_COUNTED_MOST = 3
# In a letter one passing word is not a topic.
_LETTER = 90
_LETTER_NEEDS = 1.6
_HEAD_END = re.compile(r"[。！？!?\n；;]")


class Problem(NamedTuple):
    """A category, what tells of it, and how much a mention counts."""

    category: Text
    pattern: Pattern[Text]
    weight: float


def problems_of(patterns: Dict[Text, Text], faint: List[Text]) -> List[Problem]:
    """The categories of `facts.yml`; `faint` ones (物业, 邻居 …) are named in every letter."""
    return [
        Problem(category, re.compile(pattern), 0.4 if category in faint else 1.0)
        for category, pattern in patterns.items()
    ]


def problem(text: Text, problems: List[Problem]) -> List[Fact]:
    """The words that tell the problem and its category; empty where none is told clearly."""
    end = _HEAD_END.search(text)
    head = min(end.start() if end else len(text), _HEAD_MOST)
    best: Optional[Tuple[float, int, Text, Tuple[int, int]]] = None
    for category, pattern, weight in problems:
        spans = [match.span() for match in pattern.finditer(text)][: _COUNTED_MOST + 1]
        if not spans:
            continue
        score = weight * (
            min(len(spans), _COUNTED_MOST) + (_HEAD_WEIGHT if spans[0][0] < head else 0.0)
        )
        if len(text) > _LETTER and score < _LETTER_NEEDS:
            continue
        if best is None or (score, -spans[0][0]) > (best[0], -best[1]):
            best = (score, spans[0][0], category, spans[0])
    if best is None:
        return []
    _, _, category, (start, stop) = best
    return [
        fact("problem", text[start:stop], (start, stop)),
        fact("category", category, (start, stop)),
    ]
