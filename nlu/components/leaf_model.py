"""A second opinion on what a letter is about: a light linear model that the rules have taught.

It has seen which words go with which leaf in thousands of letters whose leaf the rules were sure
of, and so knows words that no rule names. `nlu/category/README.md` is its card.
"""

import json
from pathlib import Path
from typing import Dict, Text

import numpy as np

from nlu.components.category_features import character_buckets
from nlu.components.category_model import unpacked

LEAF_WEIGHTS = Path(__file__).parents[1] / "category" / "leaves.npz"
LEAF_BITS = 17
# A title's single characters, pairs and triples; pairs of the whole.
_TITLE_CHARACTERS = 40


class LeafModel:
    """Loads the shipped weights once; `margins` says how much each leaf fits a letter."""

    def __init__(self, path: Path = LEAF_WEIGHTS) -> None:
        with np.load(path) as arrays:
            self._leaves = json.loads(str(arrays["leaves"]))
            self._idf = arrays["idf"].astype(np.float32)
            self._weights = arrays["weights"]
            self._scales = arrays["scales"]
            self._bias = arrays["bias"]

    def margins(self, text: Text) -> Dict[Text, float]:
        """Decision values by leaf: above 0 it fits, about -1 it does not."""
        buckets = leaf_buckets(text)
        values = self._idf[buckets]
        length = float(np.sqrt((values**2).sum())) or 1.0
        scores = (values / length) @ unpacked(self._weights[buckets], self._scales) + self._bias
        return dict(zip(self._leaves, scores.tolist(), strict=True))


def leaf_buckets(text: Text) -> np.ndarray:
    """The distinct buckets of a letter, sorted; int64."""
    end = text.find("。")
    title = text[: min(end if end > 0 else _TITLE_CHARACTERS, _TITLE_CHARACTERS)]
    parts = [
        character_buckets(title, (1, 2, 3), 5, LEAF_BITS),
        character_buckets(text, (2,), 6, LEAF_BITS),
    ]
    return np.unique(np.concatenate(parts))
