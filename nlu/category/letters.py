"""Reads labelled letters, and finds those that tell the same story."""

import csv
from pathlib import Path
from typing import NamedTuple

import jieba
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from nlu.components.category_features import load_stop_words, telling_words

# Two letters are near-duplicates if they share so many of their four-character shingles …
_SHINGLE = 4
_SHARED_OF_BOTH = 0.1
# … or of those of the shorter one.
_SHARED_OF_SHORTER = 0.3
_ROWS_AT_ONCE = 500
_LEFTOVER = "_x000D_"
_DICTIONARY = Path(__file__).parents[1] / "dictionary" / "community.txt"


class Letter(NamedTuple):
    """A letter as features see it, and its category."""

    words: list[str]
    category: str


def read_words(path: Path) -> list[Letter]:
    """Letters given as words (columns `words`, `category`)."""
    stop_words = load_stop_words()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Letter(
                telling_words(row["words"].replace(_LEFTOVER, " ").split(), stop_words),
                row["category"],
            )
            for row in csv.DictReader(file)
        ]


def read_texts(path: Path) -> list[Letter]:
    """Letters given in full (columns `title`, `detail`, `category`), cut as live messages are."""
    stop_words = load_stop_words()
    jieba.setLogLevel(60)
    jieba.load_userdict(str(_DICTIONARY))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Letter(
                telling_words(jieba.lcut(f"{row['title']}。{row['detail']}"), stop_words),
                row["category"],
            )
            for row in csv.DictReader(file)
        ]


def stories(letters: list[Letter]) -> np.ndarray:
    """One number for each letter, the same for near-duplicates; int array of shape (letters,)."""
    shingles = CountVectorizer(
        analyzer="char", ngram_range=(_SHINGLE, _SHINGLE), binary=True, dtype=np.float32
    ).fit_transform("".join(letter.words) for letter in letters)
    sizes = np.maximum(np.asarray(shingles.sum(axis=1)).ravel(), 1.0)
    one: list[np.ndarray] = []
    other: list[np.ndarray] = []
    for start in range(0, len(letters), _ROWS_AT_ONCE):
        shared = (shingles[start : start + _ROWS_AT_ONCE] @ shingles.T).tocoo()
        left, right, many = shared.row + start, shared.col, shared.data
        near = many >= _SHARED_OF_BOTH * (sizes[left] + sizes[right] - many)
        near |= many >= _SHARED_OF_SHORTER * np.minimum(sizes[left], sizes[right])
        one.append(left[near])
        other.append(right[near])
    pairs = (np.concatenate(one), np.concatenate(other))
    graph = coo_matrix((np.ones(len(pairs[0])), pairs), shape=(len(letters), len(letters)))
    return connected_components(graph, directed=False)[1]
