"""Reads what a message tells of the weak (弱者), and what sort of need it is, by `signs.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.appeals.appeal import WEAKNESS_WORDS, NeedLevel, Weakness
from knowledge.yaml_file import BadFile, parsed, read_yaml

SIGNS_FILE = Path(__file__).with_name("signs.yaml")
_SENTENCE_END = re.compile(r"[。！？!?\n；;]+")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Sign(_Strict):
    says: list[str]
    unless: list[str]


class _Rules(_Strict):
    near: int
    words: dict[str, str]
    weak: dict[Weakness, _Sign]
    need: dict[NeedLevel, _Sign]


@dataclass(frozen=True, slots=True)
class Signs:
    """Who is told of, each with the words that tell it; and the need, unknown where none is told."""

    weak: Mapping[Weakness, str]
    need: NeedLevel

    @property
    def named(self) -> str:
        """The kinds in words: 独居老人、困难家庭; empty where nobody is told of."""
        return "、".join(WEAKNESS_WORDS[each] for each in self.weak)

    @property
    def why(self) -> str:
        """One sentence for whoever handles it; empty where nobody is told of."""
        if not self.weak:
            return ""
        told = "、".join(f"“{words}”" for words in self.weak.values())
        return f"{self.named}优先：话里说到{told}。"


class WeakSigns:
    """The rules, compiled once."""

    def __init__(self, rules: _Rules) -> None:
        self._weak = {kind: _Reader(rules, sign) for kind, sign in rules.weak.items()}
        self._need = {level: _Reader(rules, sign) for level, sign in rules.need.items()}

    def read(self, text: str) -> Signs:
        """What a message of any length tells."""
        sentences = _SENTENCE_END.split("".join(text.split(" ")))
        weak = {
            kind: found for kind, reader in self._weak.items() if (found := reader.find(sentences))
        }
        # Of several levels the first counts; the rules stand in that order.
        told = (level for level, reader in self._need.items() if reader.find(sentences))
        need = next(told, NeedLevel.UNKNOWN)
        if need is NeedLevel.UNKNOWN and Weakness.HARDSHIP in weak:
            need = NeedLevel.MATERIAL
        return Signs(weak, need)


class _Reader:
    """One sign: what says it, unless something beside it takes it back."""

    def __init__(self, rules: _Rules, sign: _Sign) -> None:
        self._near = rules.near
        self._says = _any_of(rules, sign.says)
        self._unless = _any_of(rules, sign.unless)

    def find(self, sentences: list[str]) -> str:
        """The first words that say it; empty where nothing does."""
        for sentence in sentences:
            for found in self._says.finditer(sentence):
                around = sentence[max(0, found.start() - self._near) : found.end() + self._near]
                if not self._unless.search(around):
                    return found.group()
        return ""


def _any_of(rules: _Rules, patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(pattern.format(**rules.words) for pattern in patterns))


def load_signs(path: Path = SIGNS_FILE) -> WeakSigns:
    """The rules of a file; raises `BadFile` with the reason where they cannot be used."""
    content: Mapping[str, Any] = read_yaml(path)
    rules = parsed(_Rules, content, path.name)
    try:
        return WeakSigns(rules)
    except (re.error, KeyError, IndexError, ValueError) as error:
        raise BadFile(f"{path.name}: a pattern cannot be used: {error}") from error


@cache
def weak_signs() -> WeakSigns:
    """The rules that are shipped, read once."""
    return load_signs()
