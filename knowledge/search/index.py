"""The search index: published entries in memory, found by meaning and by words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.search.calibration import Calibration, Floats, Mode, margins_of
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed, Numbers, Rows, SentenceEncoder, VectorStore
from knowledge.search.text import Prepared, SearchText
from knowledge.search.vectors import EntryVectors, largest
from knowledge.search.words import WordScores

# Puts an entry whose own words were used, letter by letter, before all others.
_EXACT = np.float32(100)
# A BM25 score that is plenty, to keep its sign near 1.
_MUCH = np.float32(20)
# Of many thousand entries, so many by words and so many by meaning are compared in full.
_CANDIDATES = 200


@dataclass(frozen=True)
class Hit:
    """An entry that may answer; `matched` is its title or question nearest to what was asked."""

    entry_id: int
    slug: str
    version: int
    title: str
    confidence: float
    matched: str


class SearchIndex:
    """Immutable once built; searching is plain numpy and safe from several threads."""

    def __init__(
        self,
        entries: Sequence[Indexed],
        text: SearchText,
        calibration: Calibration,
        store: VectorStore | None,
        known: Mapping[str, Prepared],
    ) -> None:
        """`store` None: words alone. Use `build`, which keeps what a former index knows."""
        self.entries = list(entries)
        self._by_id = {entry.id: entry for entry in self.entries}
        self.text = text
        self.calibration = calibration
        self.store = store
        self.rows = Rows.of(entries)
        self.prepared = {
            raw: known[raw] if raw in known else text.prepare(raw)
            for raw in chain(self.rows.lines, self.rows.leads, self.rows.pages)
        }
        lines = [self.prepared[line].normalised for line in self.rows.lines]
        pages = [self.prepared[page].tokens for page in self.rows.pages]
        self._line_tokens = [self.prepared[line].tokens for line in self.rows.lines]
        self._line_owner = {
            line: number
            for number in reversed(range(len(self.entries)))
            for line in lines[self.rows.of_entry(number)]
        }
        of_entry = [self._line_tokens[self.rows.of_entry(n)] for n in range(len(self.entries))]
        self._words = (
            WordScores([[*page, *chain(*own)] for page, own in zip(pages, of_entry, strict=True)]),
            WordScores(pages, b=0.75),
            WordScores([own[0] for own in of_entry]),
        )
        self._vectors: EntryVectors | None = None
        if store is not None and entries:
            leads = [self.prepared[lead].normalised for lead in self.rows.leads]
            self._vectors = EntryVectors(self.rows, *store.fill(lines, leads))

    @classmethod
    def build(
        cls,
        entries: Sequence[Indexed],
        encoder: SentenceEncoder | None,
        previous: "SearchIndex | None" = None,
        calibration: Calibration | None = None,
        kept: KeptVectors | None = None,
    ) -> "SearchIndex":
        """Index of `entries`; only texts that `previous` does not hold are encoded.

        Raises whatever the encoder raises.
        """
        text = previous.text if previous else SearchText()
        if calibration is None:
            calibration = previous.calibration if previous else Calibration.load()
        store = None
        if encoder is not None:
            store = VectorStore(encoder, previous.store if previous else None, kept)
        return cls(entries, text, calibration, store, previous.prepared if previous else {})

    def entry(self, entry_id: int) -> Indexed | None:
        """The entry of this number, if it is in the index."""
        return self._by_id.get(entry_id)

    @property
    def dense(self) -> bool:
        """Whether the index can use a query vector."""
        return self._vectors is not None

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
        found = self._found(self.text.tokens(normalised))
        exact = self._line_owner.get(normalised)
        chosen = self._candidates(found, query_vector, exact)
        signs = self._signs(found, query_vector, chosen)
        scores = mode.order(signs)
        if exact is not None:
            scores[exact if chosen is None else chosen == exact] += _EXACT
        # One more than asked for: the lead over the next entry is a sign itself.
        top = np.argsort(-scores, kind="stable")[: max(k, 1) + 1]
        confidences = mode.confidences(signs[top], margins_of(scores[top]))
        if exact is not None:
            confidences[0] = 1.0
        if not any(map(str.isalpha, normalised)):
            # Digits and signs alone ask for nothing, whatever they are near to.
            confidences = np.zeros_like(confidences)
        # Entries are ordered by other weights; none may look surer than the one before it.
        confidences = np.minimum.accumulate(confidences)
        numbers = top if chosen is None else chosen[top]
        return [
            self._hit(int(number), float(confidence), normalised, query_vector)
            for number, confidence in zip(numbers[:k], confidences[:k], strict=False)
        ]

    def signs(self, normalised: str, vector: Floats | None) -> Floats:
        """Signs of every entry, shape (n, 8), or (n, 4) without a vector; see calibration.py."""
        return self._signs(self._found(self.text.tokens(normalised)), vector, None)

    def _found(self, tokens: Sequence[str]) -> list[Floats]:
        """Word signs of every entry, in the order of WORD_SIGNS."""
        scores = [words.score(tokens) for words in self._words]
        shares = [
            score / np.float32(words.ideal(tokens))
            for score, words in zip(scores, self._words, strict=True)
        ]
        return [*shares, scores[0] / _MUCH]

    def _candidates(
        self, found: Sequence[Floats], vector: Floats | None, exact: int | None
    ) -> Numbers | None:
        """Which entries to compare in full; None for every one."""
        if vector is None or self._vectors is None:
            return None
        near = self._vectors.candidates(vector, _CANDIDATES)
        if near is None:
            return None
        own = [] if exact is None else [exact]
        return np.unique(np.concatenate([near, largest(found[0], _CANDIDATES), own])).astype(
            np.intp
        )

    def _signs(
        self, found: Sequence[Floats], vector: Floats | None, chosen: Numbers | None
    ) -> Floats:
        columns = list(found) if chosen is None else [column[chosen] for column in found]
        if vector is not None and self._vectors is not None:
            columns = [*self._vectors.signs(vector, chosen), *columns]
        return np.stack(columns, axis=1)

    def _hit(self, number: int, confidence: float, asked: str, vector: Floats | None) -> Hit:
        entry, own = self.entries[number], self.rows.of_entry(number)
        if vector is not None and self._vectors is not None:
            nearest = self._vectors.nearest_line(number, vector)
        else:
            tokens = set(self.text.tokens(asked))
            shared = [len(tokens & set(line)) / (1 + len(line)) for line in self._line_tokens[own]]
            nearest = int(np.argmax(shared))
        return Hit(
            entry_id=entry.id,
            slug=entry.slug,
            version=entry.version,
            title=entry.content.title,
            confidence=confidence,
            matched=self.rows.lines[own][nearest],
        )
