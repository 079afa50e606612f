"""What of an appeal is compared with another: its words, place, numbers, kind and time."""

import math
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.places.geometry import Point
from knowledge.places.place import building_key

Vector = NDArray[np.float32]

# Letters come to their point early; what stands further back is told in many letters.
_GRAM_CHARACTERS = 400
_PLACE_CHARACTERS = 160
# The encoder reads so much: more costs time and changes little.
MEANING_CHARACTERS = 240

_NOTHING_SAID = re.compile(r"[\W_]+")
# Letters of city and district stand for disguised names; a name never begins with such words.
_BEFORE_NAMES = re.compile(
    r"[A-Z]\d*[市区县]|西地省|投诉|举报|反映|反应|关于|请求|请问|请|咨询|建议|希望|位于|地处|我们是|我们|我是|"
    r"本人|居住在|住在|尊敬的|领导|您好|你好|附近|旁边|旁|周边|对面|一直|严重|强烈|要求|什么时候|何时|[在到从由与和及的是了把让对]"
)
_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,6}?(?:小区|花园|花城|社区|家园|公寓|新城|新村|雅苑|佳园|国际城|世纪城|安置区|大厦|广场|公园|街道|"
    r"大道|路口|路|街|巷|镇|乡|村|中学|小学|学校|学院|大学|医院|幼儿园|市场|有限公司|公司|集团|城|苑|府|郡|湾|里|庭|园)"
)
_ENDINGS = re.compile(r"(?:小区|社区|街道|安置区|有限公司|公司|集团)$")
# 3栋 and 5栋 are two houses, 3号线 and 4号线 two lines, however alike the words around them.
_NUMBERED = re.compile(r"([a-z]?\d{1,4})\s*(栋|幢|座|号楼|#|号线|期|组|单元|路(?!口))")
_KINDS = {"幢": "栋", "座": "栋", "号楼": "栋", "#": "栋"}
_CHINESE = re.compile(r"[一二三四五六七八九十]{1,3}(?=(?:栋|幢|座|号楼|号线|期|组|单元))")
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_BUCKETS = 1 << 16


@dataclass(frozen=True)
class Telling:
    """One appeal, or what is about to become one.

    `community_id`, `building` and `point` (latitude, longitude) are what is on record; where they
    are not, names and numbers of the text serve. `vector` is the unit vector of the text, shape (d,); None without an encoder.
    """

    text: str
    category: str
    at: datetime
    community_id: int | None = None
    building: str = ""
    point: Point | None = None
    vector: Vector | None = field(default=None, compare=False)

    @cached_property
    def gist(self) -> str:
        """The beginning of the text, without line breaks: what the encoder reads."""
        return " ".join(self.text.split())[:MEANING_CHARACTERS]

    @cached_property
    def plain(self) -> str:
        """Half width, lower case, without spaces and punctuation."""
        return _NOTHING_SAID.sub("", unicodedata.normalize("NFKC", self.text).lower())

    @cached_property
    def grams(self) -> frozenset[int]:
        """Buckets of the pairs and triples of neighbouring characters."""
        text = self.plain[:_GRAM_CHARACTERS]
        return frozenset(
            zlib.crc32(text[at : at + size].encode()) % _BUCKETS
            for size in (2, 3)
            for at in range(len(text) - size + 1)
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """Places and firms that the beginning of the text names (地名、单位名)."""
        text = unicodedata.normalize("NFKC", self.gist)[:_PLACE_CHARACTERS]
        pieces = re.split(r"[\W_]+", _BEFORE_NAMES.sub(" ", text))
        found = (name for piece in pieces for name in _NAME.findall(piece))
        short = (_ENDINGS.sub("", name) for name in found)
        return frozenset(name for name in short if len(name) >= 2)

    @cached_property
    def numbers(self) -> dict[str, frozenset[str]]:
        """Numbers by what they count: {栋: {3}, 号线: {4}}."""
        text = unicodedata.normalize("NFKC", self.gist)[:_PLACE_CHARACTERS].lower()
        text = _CHINESE.sub(lambda found: str(_value(found.group())), text)
        numbers: dict[str, set[str]] = {}
        for number, unit in _NUMBERED.findall(text):
            numbers.setdefault(_KINDS.get(unit, unit), set()).add(number)
        if self.building:
            numbers["栋"] = {building_key(self.building).lower()}
        return {unit: frozenset(found) for unit, found in numbers.items()}


class RareGrams:
    """How much a shared pair or triple of characters says: hardly anything in 严重影响, much in 搅拌站."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        """`weights`: one a bucket, shape (65536,), 0 or more."""
        self._weights = [float(weight) ** 2 for weight in weights]

    @classmethod
    def load(cls, path: Path = Path(__file__).parent / "rare_grams.npy") -> "RareGrams":
        return cls(np.load(path, allow_pickle=False).astype(np.float32) / 16)

    @staticmethod
    def counted(tellings: list[Telling]) -> NDArray[np.uint8]:
        """Inverse document frequencies of texts, sixteenths of a nat: what the file holds."""
        count = np.zeros(_BUCKETS)
        for telling in tellings:
            count[list(telling.grams)] += 1
        return np.round(16 * np.log((1 + len(tellings)) / (1 + count))).astype(np.uint8)

    def shared(self, one: Telling, other: Telling) -> float:
        """Cosine of both texts' characters, the rare ones counting most: 0 to 1."""
        both = self._sum(one.grams & other.grams)
        all_ = self._sum(one.grams) * self._sum(other.grams)
        return both / math.sqrt(all_) if all_ else 0.0

    def _sum(self, grams: frozenset[int]) -> float:
        weights = self._weights
        return sum(weights[gram] for gram in grams)


def _value(written: str) -> int:
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(written[-1], 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
