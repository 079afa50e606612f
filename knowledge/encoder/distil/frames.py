"""Everyday questions made by filling frames with words: what residents' letters never ask.

Words come from words.yml and, by their part of speech and frequency, from jieba's dictionary (MIT).
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jieba
import yaml

_HERE = Path(__file__).parent
_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
# The dictionary holds some traditional and some garbled words; this character set knows neither.
_ORDINARY = "gb2312"
# The dictionary's tags for each kind of slot, and below which frequency a word is too rare.
_KINDS = {
    "n": (("n", "nz"), 30),
    "v": (("v", "vn"), 50),
    "a": (("a",), 50),
    "idiom": (("i", "l"), 10),
    "name": (("nr",), 200),
}


@dataclass(frozen=True)
class Asked:
    """One matter in several wordings, all of the same meaning."""

    wordings: tuple[str, ...]
    group: int


class Frames:
    """Draws matters at random; the same seed draws the same ones."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        lines = (_HERE / "frames.txt").read_text(encoding="utf-8").splitlines()
        self._groups = [line.split(" | ") for line in lines if line and not line.startswith("#")]
        self._slots = [_slots(group) for group in self._groups]
        self._words, self._weights = _vocabulary()

    def draw(self, count: int) -> list[Asked]:
        """`count` matters; each second one shares its words, or frame and all words but one."""
        drawn: list[Asked] = []
        fill: dict[str, str] = {}
        for number in range(count):
            kept: dict[str, str] = {}
            if number % 2 == 0:
                group = self._any()
            elif number % 4 == 1:
                group = drawn[-1].group
                changed = self._random.choice(sorted(fill))
                kept = {slot: word for slot, word in fill.items() if slot != changed}
            else:
                group = self._pick(fill, drawn[-1].group)
                kept = fill
            wanted = self._slots[group]
            fill = {slot: kept.get(slot) or self._word(slot) for slot in wanted}
            drawn.append(Asked(tuple(_filled(f, fill) for f in self._groups[group]), group))
        return drawn

    def words(self, count: int) -> list[str]:
        """Single words of the dictionary, the frequent ones more often; distinct."""
        slots = self._random.choices(["n", "v", "a", "idiom", "name"], [6, 3, 1, 3, 1], k=count)
        return list(dict.fromkeys(self._word(slot) for slot in slots))

    def _any(self) -> int:
        return self._random.randrange(len(self._groups))

    def _pick(self, fill: Mapping[str, str], last: int) -> int:
        """A group other than the last that takes the words of `fill`, any if there is none."""
        wanted = sorted(fill)
        fitting = [
            number for number, slots in enumerate(self._slots) if number != last and slots == wanted
        ]
        return self._random.choice(fitting) if fitting else self._any()

    def _word(self, slot: str) -> str:
        kind = slot.rstrip("0123456789")
        return self._random.choices(self._words[kind], cum_weights=self._weights[kind])[0]


def _slots(group: Sequence[str]) -> list[str]:
    return sorted({kind + number for kind, number in _SLOT.findall(group[0])})


def _filled(frame: str, fill: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: fill[found.group(1) + found.group(2)], frame)


def _vocabulary() -> tuple[dict[str, list[str]], dict[str, list[float]]]:
    """Words of each kind with their cumulative weights: the square root of the frequency."""
    listed = yaml.safe_load((_HERE / "words.yml").read_text(encoding="utf-8"))
    words: dict[str, list[str]] = {kind: line.split() for kind, line in listed.items()}
    weights = {kind: [1.0] * len(found) for kind, found in words.items()}
    with jieba.get_dict_file() as file:
        rows = [line.decode("utf-8").split() for line in file]
    for kind, (tags, least) in _KINDS.items():
        chosen = [
            (word, int(frequency))
            for word, frequency, tag in rows
            if tag in tags and int(frequency) >= least and _is_ordinary(word)
        ]
        words[kind] = [word for word, _ in chosen]
        weights[kind] = [frequency**0.5 for _, frequency in chosen]
    for kind, row in weights.items():
        total = 0.0
        weights[kind] = [total := total + weight for weight in row]
    return words, weights


def _is_ordinary(word: str) -> bool:
    try:
        word.encode(_ORDINARY)
    except UnicodeEncodeError:
        return False
    return bool(_HAN.fullmatch(word))
