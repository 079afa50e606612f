"""The search index: published entries in memory, found by meaning and by words.

Most entries lie in one shard. Those published since it was built lie in a small one beside it, so
that an edit costs what the edited entries cost, however many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.calibration import Calibration, Floats, Mode, margins_of
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed, SentenceEncoder, VectorStore
from knowledge.search.shard import Shard
from knowledge.search.text import SearchText

# Puts an entry whose own words were used, letter by letter, before all others.
_EXACT = np.float32(100)
# So many entries may lie beside the many, and no more than a share of them: their word statistics
# are those of the many.
_MOST_FRESH = 200
_FRESH_SHARE = 0.25


@dataclass(frozen=True)
class Hit:
    """An entry that may answer; `matched` is its title or question nearest to what was asked."""

    entry_id: int
    slug: str
    version: int
    title: str
    confidence: float
    matched: str


@dataclass(frozen=True)
class _Place:
    """Where entries of one shard stand: shard, and their numbers in it, shape (n,)."""

    shard: Shard
    numbers: NDArray[np.intp]
    signs: Floats
    exact: NDArray[np.bool_]


class SearchIndex:
    """Immutable once built; searching is plain numpy and safe from several threads."""

    def __init__(
        self,
        text: SearchText,
        calibration: Calibration,
        many: Shard,
        fresh: Shard | None = None,
        outdated: frozenset[int] = frozenset(),
    ) -> None:
        """`outdated`: numbers of entries of the `many` that are retired or lie in `fresh`.

        Use `build`, which keeps what a former index knows.
        """
        self.text = text
        self.calibration = calibration
        self._many, self._fresh = many, fresh
        self._current = np.ones(len(many.entries), bool)
        self._current[list(outdated)] = False
        self._outdated = outdated
        still = [e for number, e in enumerate(many.entries) if number not in outdated]
        self.entries = [*still, *(fresh.entries if fresh else [])]

    @classmethod
    def build(
        cls,
        entries: Sequence[Indexed],
        encoder: SentenceEncoder | None,
        previous: "SearchIndex | None" = None,
        calibration: Calibration | None = None,
        kept: KeptVectors | None = None,
        anew: bool = False,
    ) -> "SearchIndex":
        """Index of `entries`; only texts that `previous` does not hold are encoded.

        Where few entries differ from those of `previous`, its large shard is used on, unless the
        index is to be built `anew`. Raises whatever the encoder raises.
        """
        text = previous.text if previous else SearchText()
        if calibration is None:
            calibration = previous.calibration if previous else Calibration.load()
        shards = previous.shards if previous else ()
        known = [shard.prepared for shard in shards]
        stores = [shard.store for shard in shards if shard.store is not None]
        many = previous._many if previous and not anew else None
        fresh = many.others(entries) if many and many.encoded_by(encoder) else None
        if many is not None and fresh is not None and len(fresh) <= _room(many):
            store = VectorStore(encoder, stores) if encoder is not None else None
            beside = Shard(fresh, text, store, known, many) if fresh else None
            return cls(text, calibration, many, beside, many.outdated(entries, fresh))
        store = VectorStore(encoder, stores, kept) if encoder is not None else None
        return cls(text, calibration, Shard(entries, text, store, known))

    @property
    def shards(self) -> tuple[Shard, ...]:
        """The large one first."""
        return (self._many,) if self._fresh is None else (self._many, self._fresh)

    @property
    def scattered(self) -> bool:
        """Whether so much lies beside the large shard that it is time to build it anew."""
        beside = max(len(self._fresh.entries) if self._fresh else 0, len(self._outdated))
        return beside > _room(self._many) // 2

    @property
    def dense(self) -> bool:
        """Whether the index can use a query vector."""
        return self._many.dense

    def entry(self, entry_id: int) -> Indexed | None:
        """The entry of this number, if it is in the index."""
        if self._fresh is not None and entry_id in self._fresh.numbers:
            return self._fresh.entries[self._fresh.numbers[entry_id]]
        number = self._many.numbers.get(entry_id)
        return None if number is None or number in self._outdated else self._many.entries[number]

    def mode(self, vector: Floats | None) -> Mode:
        """The weights in force for a search with or without a vector."""
        with_vector = vector is not None and self.dense
        return self.calibration.dense if with_vector else self.calibration.words

    def search(
        self, text: str, k: int = 3, query_vector: NDArray[np.float32] | None = None
    ) -> list[Hit]:
        """The k likeliest entries, likeliest first.

        `query_vector`: the encoder's vector, shape (d,), of `index.text.normalise(text)`;
        without it, words alone decide.
        """
        if not self.entries:
            return []
        normalised = self.text.normalise(text)
        mode = self.mode(query_vector)
        places = [
            place
            for shard in self.shards
            if len((place := self._look(shard, normalised, query_vector)).numbers)
        ]
        signs = np.concatenate([place.signs for place in places])
        exact = np.concatenate([place.exact for place in places])
        scores = mode.order(signs) + exact.astype(np.float32) * _EXACT
        # One more than asked for: the lead over the next entry is a sign itself.
        top = np.argsort(-scores, kind="stable")[: max(k, 1) + 1]
        confidences = mode.confidences(signs[top], margins_of(scores[top]))
        if exact[top[0]]:
            confidences[0] = 1.0
        if not any(map(str.isalpha, normalised)):
            # Digits and signs alone ask for nothing, whatever they are near to.
            confidences = np.zeros_like(confidences)
        # Entries are ordered by other weights; none may look surer than the one before it.
        confidences = np.minimum.accumulate(confidences)
        starts = np.cumsum([0, *(len(place.numbers) for place in places)])
        hits = []
        for row, confidence in zip(top[:k], confidences[:k], strict=False):
            at = int(np.searchsorted(starts, row, side="right")) - 1
            number = int(places[at].numbers[row - starts[at]])
            shard = places[at].shard
            matched = shard.matched(number, normalised, query_vector)
            hits.append(_hit(shard.entries[number], float(confidence), matched))
        return hits

    def signs(self, normalised: str, vector: Floats | None) -> Floats:
        """Signs of every entry, shape (n, 8), or (n, 4) without a vector; see calibration.py."""
        tokens = self.text.tokens(normalised)
        parts = []
        for shard in self.shards:
            every = shard.signs(shard.found(tokens), vector, None)
            parts.append(every[self._current] if shard is self._many else every)
        return np.concatenate(parts)

    def _look(self, shard: Shard, normalised: str, vector: Floats | None) -> _Place:
        """The entries of a shard worth comparing, without those that are outdated."""
        found = shard.found(self.text.tokens(normalised))
        own = [n for n in shard.owners(normalised) if shard is self._fresh or self._current[n]][:1]
        chosen = shard.candidates(found, vector, own)
        numbers = np.arange(len(shard.entries)) if chosen is None else chosen
        signs = shard.signs(found, vector, chosen)
        if shard is self._many and self._outdated:
            current = self._current[numbers]
            numbers, signs = numbers[current], signs[current]
        return _Place(shard, numbers, signs, np.isin(numbers, own))


def _room(many: Shard) -> int:
    """How many entries may lie beside the large shard."""
    return min(_MOST_FRESH, int(_FRESH_SHARE * len(many.entries)))


def _hit(entry: Indexed, confidence: float, matched: str) -> Hit:
    title = entry.content.title
    return Hit(entry.id, entry.slug, entry.version, title, confidence, matched)
