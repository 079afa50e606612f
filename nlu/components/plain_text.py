"""Reads a message as it was typed (原文) in the one plain form that rules and features know.

Half width, simplified characters, common words for those of Wuhan, the word that was meant for one
that only sounds like it (电题 is 电梯). Positions lead back to the typed text, which people see.
"""

import math
import os
import re
import unicodedata
from pathlib import Path
from typing import Callable, Dict, List, Match, NamedTuple, Optional, Pattern, Text, Tuple

import jieba
import opencc
import yaml

AS_TYPED = Path(__file__).with_name("as_typed.yml")
# Beyond the basic plane no character has a half-width twin that residents type.
_TWINS_UP_TO = 0x10000
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
_PUNCTUATION = frozenset("，！？；（）")
_CLAUSE = re.compile(r"[\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# The words of the community occur at least so often to jieba's 60 million, whatever its corpus says.
_EXPECTED = 200
# How much likelier (as a logarithm) the word must be than what was typed.
_GAIN = 4.1


class Plain(NamedTuple):
    """A message in its plain form; `origins` says which typed character each one came from."""

    text: Text
    origins: Optional[List[int]] = None

    def typed_span(self, start: int, end: int) -> Tuple[int, int]:
        """Where the characters `start` to `end` stand in the typed text."""
        if self.origins is None or start >= end:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


class PlainReader:
    """Turns typed text into its plain form; holds tables, so build it once."""

    def __init__(self, path: Path = AS_TYPED) -> None:
        jieba.initialize()
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._simplify = opencc.OpenCC("t2s")
        self._twins = _half_width_twins()
        spoken: Dict[Text, Text] = rules["spoken"]
        self._spoken = spoken
        self._spoken_words = _any_of(spoken)
        words = rules["sounds"].split()
        self._sense = set(rules["sense"].split())
        self._sounds = _sounds()
        self._heard = {self._sound(word): word for word in words}
        self._heard_sounds = _any_of(self._heard)

    def read(self, typed: Text) -> Plain:
        """The plain form; a text of any length, never refused."""
        text, origins = typed, None
        if _UNSEEN.search(text):
            text, origins = _replace(_UNSEEN, lambda match: "", text, origins)
        text = self._simplified(text.translate(self._twins))
        if self._spoken_words.search(text):
            text, origins = _replace(self._spoken_words, self._common, text, origins)
        return Plain(self._as_meant(text), origins)

    def _common(self, match: Match[Text]) -> Text:
        return self._spoken[match.group()]

    def _simplified(self, text: Text) -> Text:
        simple: Text = self._simplify.convert(text)
        if len(simple) == len(text):
            return simple
        return "".join(self._one_simplified(character) for character in text)

    def _one_simplified(self, character: Text) -> Text:
        simple: Text = self._simplify.convert(character)
        return simple if len(simple) == 1 else character

    def _sound(self, text: Text) -> Text:
        return text.translate(self._sounds)

    def _as_meant(self, text: Text) -> Text:
        """Words typed by ear as the words they sound like; the length stays."""
        meant = text
        for match in self._heard_sounds.finditer(self._sound(text)):
            word = self._heard[match.group()]
            start, end = match.span()
            if text[start:end] != word and self._is_meant(text, start, end, word):
                meant = meant[:start] + word + meant[end:]
        return meant

    def _is_meant(self, text: Text, start: int, end: int, word: Text) -> bool:
        """Whether what stands there makes far less sense than the word that it sounds like."""
        typed = text[start:end]
        if not _CLAUSE.fullmatch(typed) or typed in self._sense or jieba.get_FREQ(typed):
            return False
        different = [at for at in range(start, end) if text[at] != word[at - start]]
        if len(word) == 2 and len(different) == 2:
            return False
        first, last = _clause(text, start, end)
        inside: List[Text] = []
        position = first
        for token in jieba.cut(text[first:last], HMM=False):
            stop = position + len(token)
            if start <= position and stop <= end:
                inside.append(token)
            elif position < end and start < stop:
                return False
            if len(token) > 1 and any(position <= at < stop for at in different):
                return False
            position = stop
        gain = _sense_of(word, _EXPECTED) - sum(_sense_of(token) for token in inside)
        return gain > _GAIN


def _sense_of(word: Text, least: int = 1) -> float:
    """The logarithm of how often a word occurs among all, by jieba's counts."""
    return math.log(max(jieba.get_FREQ(word) or 0, least) / jieba.dt.total)


def _clause(text: Text, start: int, end: int, most: int = 12) -> Tuple[int, int]:
    """The run of Chinese characters around a place, not too far out."""
    first, last = start, end
    while first > max(0, start - most) and _HAN.match(text[first - 1]):
        first -= 1
    while last < min(len(text), end + most) and _HAN.match(text[last]):
        last += 1
    return first, last


def _replace(
    pattern: Pattern[Text],
    by: Callable[[Match[Text]], Text],
    text: Text,
    origins: Optional[List[int]],
) -> Tuple[Text, Optional[List[int]]]:
    """The text with each match replaced, and where each character came from."""
    known = origins if origins is not None else list(range(len(text)))
    pieces: List[Text] = []
    came: List[int] = []
    done = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = by(match)
        pieces += [text[done:start], new]
        came += known[done:start]
        length = end - start
        came += [known[start + at * length // len(new)] for at in range(len(new))]
        done = end
    return "".join([*pieces, text[done:]]), came + known[done:]


def _any_of(words: Dict[Text, Text]) -> Pattern[Text]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def _half_width_twins() -> Dict[int, Text]:
    """Characters that have a plainer twin of one character: ３ is 3, Ａ is A, ㈠ has none.

    Chinese punctuation stays: the rules know sentences by it.
    """
    twins = {}
    for code in range(0x80, _TWINS_UP_TO):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and folded != chr(code) and chr(code) not in _PUNCTUATION:
            twins[code] = folded
    return twins


def _sounds() -> Dict[int, Text]:
    """Every Chinese character to the first one that sounds like it, tones left out."""
    # Single readings are enough here; the phrase tables would take 60 MB.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    first: Dict[Text, Text] = {}
    sounds: Dict[int, Text] = {}
    for code, readings in pinyin_dict.items():
        if 0x4E00 <= code <= 0x9FFF:
            plain = _toneless(readings.split(",")[0])
            sounds[code] = first.setdefault(plain, chr(code))
    return sounds


def _toneless(reading: Text) -> Text:
    """lǜ and lù stay apart: only tones go, the two dots of ü stay."""
    kept = [c for c in unicodedata.normalize("NFD", reading) if c not in _TONES]
    return "".join(kept)


_TONES = frozenset("\u0300\u0301\u0304\u030c")
