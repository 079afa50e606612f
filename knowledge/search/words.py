"""Word scores (BM25) of one question against many texts, and what the best of them could be."""

from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray


class WordScores:
    """BM25 over texts given as tokens."""

    def __init__(self, texts: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.5) -> None:
        self._count = len(texts)
        frequency = Counter(token for tokens in texts for token in set(tokens))
        self._weight = {
            token: float(np.log(1 + (self._count - n + 0.5) / (n + 0.5)))
            for token, n in frequency.items()
        }
        self._unseen = float(np.log(1 + (self._count + 0.5) / 0.5))
        self._bm25: bm25s.BM25 | None = None
        if self._weight:
            self._bm25 = bm25s.BM25(method="lucene", k1=k1, b=b)
            self._bm25.index([list(tokens) for tokens in texts], show_progress=False)

    def score(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), float32, 0 or more; all 0 where no token is known."""
        known = [token for token in tokens if token in self._weight]
        if self._bm25 is None or not known:
            return np.zeros(self._count, np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores

    def ideal(self, tokens: Sequence[str]) -> float:
        """About the score of a text that holds every token; never 0."""
        return sum(self._weight.get(token, self._unseen) for token in tokens) or 1.0
