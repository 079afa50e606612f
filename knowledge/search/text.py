"""Reads entries and residents' questions the same way before they are compared."""

import logging
import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jieba
import opencc
import yaml

_HERE = Path(__file__).parent

_FILLERS = re.compile(
    r"请问一下|请问下|请问|您好|你好|麻烦问一下|麻烦问下|麻烦您|麻烦你|麻烦了|"
    r"(?:我)?(?:想|要)(?:咨询|问|了解|请教)(?:一下|下|哈)?|咨询(?:一下|下)|劳驾|打扰(?:一下|了)?|"
    r"谢谢(?:您|你|啦|了)?|多谢|(?:社区的?)?(?:同志|领导)(?:们)?好?|在吗|帮忙看(?:一下|下)"
)
_SYMBOLS = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200b-\u200d\ue000-\uf8ff]+")
_EDGES = " ,.!?;:~、。,!?;:…-—\"'"
_SPACES = re.compile(r"\s+")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_WORDLIKE = re.compile(r"[\u4e00-\u9fffa-z0-9]+")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
# Characters that say nothing about the matter; 怎么 and 哪里 stay, they tell questions apart.
_STOP = frozenset("的了是我你您他她们吗呢啊吧呀嘛哦就都也还和与有这那")


@dataclass(frozen=True)
class Prepared:
    """A text as search compares it."""

    normalised: str
    tokens: list[str]


class SearchText:
    """Normalises text and cuts it into tokens; holds the dictionaries, so build it once."""

    def __init__(self) -> None:
        self._simplify = opencc.OpenCC("t2s")
        self._dialect = read_dialect(_HERE / "dialect.yaml")
        words = sorted(self._dialect, key=len, reverse=True)
        self._dialect_words = re.compile("|".join(map(re.escape, words)))
        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        self._jieba.load_userdict(str(_HERE / "terms.txt"))

    def prepare(self, text: str) -> Prepared:
        """Both forms of a text."""
        normalised = self.normalise(text)
        return Prepared(normalised, self.tokens(normalised))

    def normalise(self, text: str) -> str:
        """Half width, simplified, lower case, common words for dialect; no fillers, no emoji.

        A text of nothing but fillers keeps them.
        """
        text = unicodedata.normalize("NFKC", text).lower()
        text = self._simplify.convert(_SYMBOLS.sub(" ", text))
        text = _SPACES.sub(" ", text).strip(_EDGES)
        text = _BETWEEN_HAN.sub("", text)
        bare = _FILLERS.sub(" ", text).strip(_EDGES)
        text = _SPACES.sub(" ", bare or text)
        return self._dialect_words.sub(lambda found: self._dialect[found.group()], text)

    def tokens(self, normalised: str) -> list[str]:
        """Words and, against other ways of cutting them, pairs of neighbouring characters."""
        words = [
            word
            for word in self._jieba.cut_for_search(normalised)
            if word not in _STOP and _WORDLIKE.fullmatch(word)
        ]
        pairs = [
            run[at : at + 2] for run in _HAN_RUN.findall(normalised) for at in range(len(run) - 1)
        ]
        # Texts share most of their tokens: one copy of each serves them all.
        return list(map(sys.intern, dict.fromkeys(words + pairs)))


def read_dialect(path: Path) -> Mapping[str, str]:
    """The word list, dialect to common; raises ValueError where it is not words to words."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path}: one line a word, `么样: 怎么`")
    for word, common in content.items():
        if not isinstance(word, str) or not isinstance(common, str):
            raise ValueError(f"{path}: {word!r}: {common!r} is not a word and its common word")
    return content
