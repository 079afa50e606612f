"""What a message is about: the leaf (小类) of the category tree whose words weigh most."""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Pattern, Text, Tuple

import yaml

from nlu.components.leaf_model import LeafModel
from nlu.components.span import Fact, fact

# Facts stand where a letter begins; the rest is read for its topic alone.
READ_MOST = 600
RULES = Path(__file__).with_name("problems.yml")
_WEIGHTS = {"tells": 2.0, "names": 1.0, "hints": 0.4}
# A letter's title or first sentence says what it is about; the story behind it names many things.
_HEAD_MOST = 45
_HEAD_WEIGHT = 3.0
_COUNTED_MOST = 3
# In a letter one passing word is not a topic.
_LETTER = 90
_LETTER_NEEDS = 2.0
# What the model's margin counts beside the words of a letter.
_OPINION_WEIGHT = 4.0
# A short message's decision value from which the model alone names its leaf.
_GUESS_MARGIN = -0.72
_GUESS_LEAST = 8
_HEAD_END = re.compile(r"[。！？!?\n；;]")


class Leaf(NamedTuple):
    """A leaf and its words: what it needs, and each kind of telling words with its weight."""

    name: Text
    quiet: bool
    needs: Optional[Pattern[Text]]
    words: List[Tuple[Pattern[Text], float]]


def load_leaves(path: Path = RULES) -> List[Leaf]:
    """The leaves of `problems.yml`, whose head says what each key means."""
    rules: Dict[Text, Dict[Text, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Leaf(
            name=name,
            quiet=keys.get("quiet", False),
            needs=re.compile(keys["needs"]) if "needs" in keys else None,
            words=[(re.compile(keys[k]), w) for k, w in _WEIGHTS.items() if k in keys],
        )
        for name, keys in rules.items()
    ]


def problem(text: Text, leaves: List[Leaf], opinion: Optional[LeafModel] = None) -> List[Fact]:
    """The leaf as `category`, and unless it is quiet the words that tell it as `problem`.

    Among the leaves that a letter's words speak for, `opinion` has a say. Empty where nothing is
    told clearly.
    """
    letter = len(text) > _LETTER
    margins = opinion.margins(text) if opinion is not None and letter else {}
    best: Optional[Tuple[float, int, Leaf, Tuple[int, int]]] = None
    for leaf, words, span in weigh(text, leaves):
        if letter and words < _LETTER_NEEDS:
            continue
        score = words + _OPINION_WEIGHT * margins.get(leaf.name, 0.0)
        if best is None or (score, -span[0]) > (best[0], best[1]):
            best = (score, -span[0], leaf, span)
    if best is None:
        return [] if letter else _guess(text, opinion)
    _, _, leaf, span = best
    category = fact("category", leaf.name, span)
    if leaf.quiet:
        return [category]
    return [fact("problem", text[span[0] : span[1]], span), category]


def _guess(text: Text, opinion: Optional[LeafModel]) -> List[Fact]:
    """The leaf of a short message in words that no rule knows, where the model is sure enough."""
    if opinion is None or len(text) < _GUESS_LEAST:
        return []
    name, margin = max(opinion.margins(text).items(), key=lambda item: item[1])
    return [fact("category", name, (0, len(text)))] if margin > _GUESS_MARGIN else []


def weigh(text: Text, leaves: List[Leaf]) -> List[Tuple[Leaf, float, Tuple[int, int]]]:
    """Every leaf that a text speaks of, how much, and where it does so first."""
    end = _HEAD_END.search(text)
    head = min(end.start() if end else len(text), _HEAD_MOST)
    found = []
    for leaf in leaves:
        score, span = _weigh(text, head, leaf)
        if span is not None:
            found.append((leaf, score, span))
    return found


def _weigh(text: Text, head: int, leaf: Leaf) -> Tuple[float, Optional[Tuple[int, int]]]:
    """How much a text speaks of a leaf, and where it does so first."""
    if leaf.needs is not None and not _has(leaf.needs, text, head):
        return 0.0, None
    score, first = 0.0, None
    for pattern, weight in leaf.words:
        spans = [match.span() for match in pattern.finditer(text)]
        if not spans:
            continue
        score += weight * min(len(spans), _COUNTED_MOST)
        if spans[0][0] < head:
            score += weight * _HEAD_WEIGHT
        first = min(first or spans[0], spans[0])
    return score, first


def _has(needs: Pattern[Text], text: Text, head: int) -> bool:
    """Whether what a leaf needs is said: once in a short message or a head, else repeatedly."""
    spans = [match.start() for match in needs.finditer(text)]
    return bool(spans) and (spans[0] < head or len(text) <= _LETTER or len(spans) > 1)
