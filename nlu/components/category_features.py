"""What the official category is read from: hashed words and characters, the beginning counted anew.

The labelled letters that it learns from came as jieba words without stop words, so a live message
is brought into the same form first. Features are hashed: no list of n-grams is kept anywhere.
"""

import re
import zlib
from pathlib import Path
from typing import FrozenSet, Iterable, List, Text

import numpy as np

BUCKETS_BITS = 20
# The words of a letter's title, more or less: they say what it is about.
HEAD_WORDS = 15
# Runs of characters, across the borders of words.
_RUNS = (1, 2, 3)
# How much each block counts: words and characters of all, the same of the head.
BLOCK_WEIGHTS = (1.0, 1.0, 0.6, 0.6)
STOP_WORDS = Path(__file__).parents[1] / "category" / "stop_words.txt"

_MEANINGFUL = re.compile(r"[\u4e00-\u9fffa-z]")
# A3, B12, 2019: disguised districts, years and numbers tell nothing of the matter.
_NUMBERED = re.compile(r"[a-z]?\d+(?:\.\d+)?[a-z]?|[a-z]")
_STEP = np.uint64(0x100000001B3)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def load_stop_words(path: Path = STOP_WORDS) -> FrozenSet[Text]:
    """Words that the labelled letters leave out, one a line; `#` begins a remark."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def telling_words(tokens: Iterable[Text], stop_words: FrozenSet[Text]) -> List[Text]:
    """Tokens of a message as the labelled letters have them."""
    lowered = (token.strip().lower() for token in tokens)
    return [
        word
        for word in lowered
        if _MEANINGFUL.search(word) and word not in stop_words and not _NUMBERED.fullmatch(word)
    ]


def blocks_of(words: List[Text]) -> List[np.ndarray]:
    """For each block the buckets of its features, repeated as often as they occur; int64."""
    head = words[:HEAD_WORDS]
    return [
        _word_buckets(words, 1),
        character_buckets("".join(words), _RUNS, 2),
        _word_buckets(head, 3),
        character_buckets("".join(head), _RUNS, 4),
    ]


def weighed(block: np.ndarray, idf: np.ndarray, weight: float) -> "tuple[np.ndarray, np.ndarray]":
    """Distinct buckets of a block and their tf-idf (1 + ln tf), of Euclidean length `weight`."""
    buckets, counts = np.unique(block, return_counts=True)
    values = (1.0 + np.log(counts)).astype(np.float32) * idf[buckets]
    length = float(np.sqrt((values**2).sum()))
    return buckets, values * (weight / length if length else 0.0)


def _word_buckets(words: List[Text], salt: int) -> np.ndarray:
    """Words and pairs of neighbours."""
    hashes = np.array([zlib.crc32(word.encode("utf-8")) for word in words], dtype=np.uint64)
    return np.concatenate([_bucket(hashes, salt), _bucket(_joined(hashes, 2), salt + 100)])


def character_buckets(
    text: Text, sizes: Iterable[int], salt: int, bits: int = BUCKETS_BITS
) -> np.ndarray:
    """The buckets of all runs of so many characters, int64 below 2 to the power `bits`."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    return np.concatenate(
        [_bucket(_joined(codes, size), salt + 100 * size, bits) for size in sizes]
    )


def _joined(hashes: np.ndarray, size: int) -> np.ndarray:
    """One hash for every `size` neighbours; wraps around at 64 bits, as hashes do."""
    many = max(len(hashes) - size + 1, 0)
    joined = np.zeros(many, dtype=np.uint64)
    for offset in range(size):
        joined = joined * _STEP + hashes[offset : offset + many] + np.uint64(1)
    return joined


def _bucket(hashes: np.ndarray, salt: int, bits: int = BUCKETS_BITS) -> np.ndarray:
    mixed = (hashes * _STEP + np.uint64(salt)) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _GOLDEN
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)
