"""What the intent classifier sees of a message: n-grams, words, ways of saying, kinds of facts."""

import re
import unicodedata
from itertools import combinations
from pathlib import Path
from typing import Dict, Iterable, List, Pattern, Text

import yaml

WORD_CLASSES = Path(__file__).with_name("word_classes.yml")
_DIGITS = re.compile(r"[0-9]+")
# Beyond this many characters only the head and the tail are read: the point stands at either end.
_HEAD, _TAIL = 120, 80


class Features:
    """Turns a message into the names of its features, each once.

    Beside character n-grams (1 to 3, with borders) and words stand the word classes of
    `word_classes.yml`, alone and in pairs: with a few dozen examples an intent they carry what was
    learned from one wording to the next (docs/nlu.md says what each part is worth).
    """

    def __init__(self, path: Path = WORD_CLASSES) -> None:
        patterns: Dict[Text, Text] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._classes: Dict[Text, Pattern[Text]] = {
            name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()
        }

    def of(self, text: Text, words: Iterable[Text], facts: Iterable[Text]) -> List[Text]:
        """`facts` are the kinds of facts found in the message: building, phone, problem …"""
        folded = _fold(text)
        framed = f"^{folded}$"
        found = {
            f"c:{framed[start : start + size]}"
            for size in (1, 2, 3)
            for start in range(len(framed) - size + 1)
        }
        found.update(f"w:{_DIGITS.sub('0', word.lower())}" for word in words)
        said = sorted(name for name, pattern in self._classes.items() if pattern.search(folded))
        found.update(f"k:{name}" for name in said)
        found.update(f"k:{one}+{other}" for one, other in combinations(said, 2))
        found.update([f"e:{kind}" for kind in facts] or ["e:none"])
        found.add(f"l:{min(len(text).bit_length(), 8)}")
        return sorted(found)


def _fold(text: Text) -> Text:
    folded = unicodedata.normalize("NFKC", text).lower().strip()
    if len(folded) > _HEAD + _TAIL:
        folded = folded[:_HEAD] + folded[-_TAIL:]
    # Every house number and every time looks alike.
    return _DIGITS.sub("0", folded)
