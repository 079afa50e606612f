"""The official first-level category (诉求一级分类) of a message: numpy alone, no Rasa.

A linear model over `category_features`; `nlu/category/README.md` is its card.
"""

import json
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterable, List, Text

import numpy as np

from nlu.components.category_features import (
    BLOCK_WEIGHTS,
    blocks_of,
    load_stop_words,
    telling_words,
    weighed,
)

# Up to so many telling words a message is chat.
_CHAT_WORDS = 6
WEIGHTS = Path(__file__).parents[1] / "category" / "weights.npz"


class CategoryModel:
    """Loads the shipped weights once and ranks the seven categories of a message."""

    def __init__(self, arrays: Dict[Text, Any], stop_words: FrozenSet[Text]) -> None:
        facts = json.loads(str(arrays["facts"]))
        self.labels: List[Text] = facts["labels"]
        # Of chat and of letters: few features raise every score.
        self._temperatures: List[float] = facts["temperatures"]
        self._idf: np.ndarray = arrays["idf"]
        self._weights: np.ndarray = arrays["weights"]
        self._scales: np.ndarray = arrays["scales"]
        self._bias: np.ndarray = arrays["bias"]
        self._stop_words = stop_words

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "CategoryModel":
        with np.load(path) as arrays:
            return cls({name: arrays[name] for name in arrays.files}, load_stop_words())

    def rank(self, tokens: Iterable[Text]) -> List[Dict[Text, Any]]:
        """Every category with its calibrated confidence, best first; `tokens` as jieba cuts them.

        Empty where no token tells anything (a greeting in English, emoji).
        """
        words = telling_words(tokens, self._stop_words)
        if not words:
            return []
        scores = self.scores(words) / self._temperatures[len(words) > _CHAT_WORDS]
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        return [{"name": self.labels[i], "confidence": float(chances[i])} for i in order]

    def scores(self, words: List[Text]) -> np.ndarray:
        """Decision values, float array of shape (labels,)."""
        scores = self._bias.copy()
        for block, weight in zip(blocks_of(words), BLOCK_WEIGHTS, strict=True):
            buckets, values = weighed(block, self._idf, weight)
            scores += values @ unpacked(self._weights[buckets], self._scales)
        return scores


def packed(weights: np.ndarray) -> "tuple[np.ndarray, np.ndarray]":
    """Weights as int8 square roots (small ones keep their difference), and a scale per column."""
    scales = np.abs(weights).max(axis=0)
    roots = np.sign(weights) * np.sqrt(np.abs(weights) / scales)
    return np.round(roots * 127).astype(np.int8), scales.astype(np.float32)


def unpacked(weights: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The inverse of `packed`, float32."""
    roots = weights.astype(np.float32) / 127.0
    return roots * np.abs(roots) * scales
