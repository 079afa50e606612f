"""A shard (分片) of the index: some entries, ready to be compared with a question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.search.calibration import Floats
from knowledge.search.rows import Indexed, Numbers, Rows, SentenceEncoder, VectorStore
from knowledge.search.text import Prepared, SearchText
from knowledge.search.vectors import EntryVectors, largest
from knowledge.search.words import FewWordScores, Words, WordScores

# A BM25 score that is plenty, to keep its sign near 1.
_MUCH = np.float32(20)
# Of many thousand entries, so many by words and so many by meaning are compared in full.
_CANDIDATES = 200


class Shard:
    """Immutable once built; entries are numbered from 0 in the order given."""

    def __init__(
        self,
        entries: Sequence[Indexed],
        text: SearchText,
        store: VectorStore | None,
        known: Sequence[Mapping[str, Prepared]] = (),
        many: "Shard | None" = None,
    ) -> None:
        """`store` None: words alone. `known`: texts prepared before.

        `many`: the shard whose word statistics hold for this one too.
        """
        self.entries = list(entries)
        self.numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        self.text = text
        self.store = store
        self.rows = Rows.of(entries)
        texts = dict.fromkeys(chain(self.rows.lines, self.rows.leads, self.rows.pages))
        self.prepared = {raw: _prepared(raw, text, known) for raw in texts}
        self._line_tokens = [self.prepared[line].tokens for line in self.rows.lines]
        self._owners, self._others = _owned(self._numbered_lines())
        whole, pages, titles = self._word_texts()
        if many is None:
            self.statistics = WordScores(whole), WordScores(pages, b=0.75), WordScores(titles)
            self._words: Sequence[Words] = self.statistics
        else:
            self.statistics = many.statistics
            self._words = [
                FewWordScores(texts, words)
                for texts, words in zip((whole, pages, titles), many.statistics, strict=True)
            ]
        self._vectors: EntryVectors | None = None
        if store is not None and entries:
            lines = [self.prepared[line].normalised for line in self.rows.lines]
            leads = [self.prepared[lead].normalised for lead in self.rows.leads]
            self._vectors = EntryVectors(self.rows, *store.fill(lines, leads))

    @property
    def dense(self) -> bool:
        """Whether it can use a query vector."""
        return self._vectors is not None

    def encoded_by(self, encoder: SentenceEncoder | None) -> bool:
        """Whether its vectors, or that it has none, suit an encoder."""
        if encoder is None or self.store is None:
            return encoder is None and self.store is None
        return self.store.encoder is encoder

    def others(self, entries: Sequence[Indexed]) -> list[Indexed]:
        """Those of `entries` that the shard does not hold just so."""
        return [entry for entry in entries if not self._holds(entry)]

    def outdated(self, entries: Sequence[Indexed], others: Sequence[Indexed]) -> frozenset[int]:
        """Numbers of its entries that `entries` holds no more, or otherwise: among `others`."""
        still = {entry.id for entry in entries} - {entry.id for entry in others}
        return frozenset(number for each, number in self.numbers.items() if each not in still)

    def owners(self, normalised: str) -> Sequence[int]:
        """Numbers of the entries that have this line letter by letter, the first one first."""
        if normalised not in self._owners:
            return ()
        return (self._owners[normalised], *self._others.get(normalised, ()))

    def found(self, tokens: Sequence[str]) -> list[Floats]:
        """Word signs of every entry, in the order of WORD_SIGNS."""
        scores = [words.score(tokens) for words in self._words]
        shares = [
            score / np.float32(words.ideal(tokens))
            for score, words in zip(scores, self._words, strict=True)
        ]
        return [*shares, scores[0] / _MUCH]

    def candidates(
        self, found: Sequence[Floats], vector: Floats | None, own: Sequence[int]
    ) -> Numbers | None:
        """Which entries to compare in full, those of `own` among them; None for every one."""
        if vector is None or self._vectors is None:
            return None
        near = self._vectors.candidates(vector, _CANDIDATES)
        if near is None:
            return None
        chosen = np.concatenate([near, largest(found[0], _CANDIDATES), own])
        return np.unique(chosen).astype(np.intp)

    def signs(
        self, found: Sequence[Floats], vector: Floats | None, chosen: Numbers | None
    ) -> Floats:
        """Shape (n, f): all signs of the chosen entries (None: of every one)."""
        columns = list(found) if chosen is None else [column[chosen] for column in found]
        if vector is not None and self._vectors is not None:
            columns = [*self._vectors.signs(vector, chosen), *columns]
        return np.stack(columns, axis=1)

    def matched(self, number: int, normalised: str, vector: NDArray[np.float32] | None) -> str:
        """The line of an entry that is nearest to what was asked."""
        own = self.rows.of_entry(number)
        if vector is not None and self._vectors is not None:
            return self.rows.lines[own][self._vectors.nearest_line(number, vector)]
        tokens = set(self.text.tokens(normalised))
        shared = [len(tokens & set(line)) / (1 + len(line)) for line in self._line_tokens[own]]
        return self.rows.lines[own][int(np.argmax(shared))]

    def _holds(self, entry: Indexed) -> bool:
        number = self.numbers.get(entry.id)
        return number is not None and self.entries[number] == entry

    def _numbered_lines(self) -> Iterator[tuple[int, str]]:
        for number in range(len(self.entries)):
            for line in self.rows.lines[self.rows.of_entry(number)]:
                yield number, self.prepared[line].normalised

    def _word_texts(self) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
        """Tokens of everything, of the page and of the title, one list an entry."""
        pages = [self.prepared[page].tokens for page in self.rows.pages]
        of_entry = [self._line_tokens[self.rows.of_entry(n)] for n in range(len(self.entries))]
        whole = [[*page, *chain(*own)] for page, own in zip(pages, of_entry, strict=True)]
        return whole, pages, [own[0] for own in of_entry]


def _owned(lines: Iterable[tuple[int, str]]) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Who has a line first, and of the few lines that more have, who else."""
    owners: dict[str, int] = {}
    others: dict[str, list[int]] = {}
    for number, line in lines:
        if owners.setdefault(line, number) != number:
            others.setdefault(line, []).append(number)
    return owners, others


def _prepared(raw: str, text: SearchText, known: Sequence[Mapping[str, Prepared]]) -> Prepared:
    for each in known:
        if raw in each:
            return each[raw]
    return text.prepare(raw)
