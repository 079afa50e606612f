"""Word scores (BM25) of one question against many texts, and what the best of them could be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import bm25s
import numpy as np
from numpy.typing import NDArray


class Words(Protocol):
    """What search asks of word scores."""

    def score(self, tokens: Sequence[str]) -> NDArray[np.float32]: ...

    def ideal(self, tokens: Sequence[str]) -> float: ...


class WordScores:
    """BM25 over texts given as tokens."""

    def __init__(self, texts: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.5) -> None:
        self.k1, self.b = k1, b
        self._count = len(texts)
        self.average = sum(map(len, texts)) / max(len(texts), 1) or 1.0
        frequency = Counter(token for tokens in texts for token in set(tokens))
        self.weight: Mapping[str, float] = {
            token: float(np.log(1 + (self._count - n + 0.5) / (n + 0.5)))
            for token, n in frequency.items()
        }
        self.unseen = float(np.log(1 + (self._count + 0.5) / 0.5))
        self._bm25: bm25s.BM25 | None = None
        if self.weight:
            self._bm25 = bm25s.BM25(method="lucene", k1=k1, b=b)
            self._bm25.index([list(tokens) for tokens in texts], show_progress=False)

    def score(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), float32, 0 or more; all 0 where no token is known."""
        known = [token for token in tokens if token in self.weight]
        if self._bm25 is None or not known:
            return np.zeros(self._count, np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores(known)
        return scores

    def ideal(self, tokens: Sequence[str]) -> float:
        """About the score of a text that holds every token; never 0."""
        return sum(self.weight.get(token, self.unseen) for token in tokens) or 1.0


class FewWordScores:
    """The same scores for a few texts more, by the weights and lengths of the many.

    Nothing is counted over all texts again, so adding one costs what that one costs.
    """

    def __init__(self, texts: Sequence[Sequence[str]], many: WordScores) -> None:
        self._many = many
        self._counts = [Counter(tokens) for tokens in texts]
        lengths = np.array([len(tokens) for tokens in texts], np.float32)
        self._spread = many.k1 * (1 - many.b + many.b * lengths / many.average)

    def score(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Shape (texts,), as `WordScores` gives it; a token new to the many weighs as unseen."""
        scores = np.zeros(len(self._counts), np.float32)
        for token in tokens:
            times = np.array([counts[token] for counts in self._counts], np.float32)
            weight = self._many.weight.get(token, self._many.unseen)
            scores += np.float32(weight) * times / (times + self._spread)
        return scores

    def ideal(self, tokens: Sequence[str]) -> float:
        """As the many have it."""
        return self._many.ideal(tokens)
