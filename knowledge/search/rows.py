"""What of an entry is searched: its lines (title, questions), its lead and its whole page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.entries.entry import EntryContent
from knowledge.search.kept_vectors import Halves, KeptVectors, Vectored

Vectors = NDArray[np.float32]
Numbers = NDArray[np.intp]

# So many characters of an answer stand for it; the rest repeats what the sections say.
_LEAD = 120
# Encoded at a time, so that waiting questions get their turn in between.
_BATCH = 32


@dataclass(frozen=True)
class Indexed:
    """One published entry as search needs it."""

    id: int
    slug: str
    version: int
    content: EntryContent


class SentenceEncoder(Protocol):
    """What search asks of an encoder: unit rows, shape (n, d), float32."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True)
class Rows:
    """Texts of all entries in order; entry i has the lines from `starts[i]` before `ends[i]`."""

    lines: list[str]
    starts: Numbers
    ends: Numbers
    leads: list[str]
    pages: list[str]

    def of_entry(self, number: int) -> slice:
        """Where the lines of an entry lie."""
        return slice(int(self.starts[number]), int(self.ends[number]))

    @classmethod
    def of(cls, entries: Sequence[Indexed]) -> "Rows":
        """Texts as written; an entry has at least its title as a line."""
        lines: list[str] = []
        starts = []
        for entry in entries:
            starts.append(len(lines))
            lines += [entry.content.title, *entry.content.questions]
        return cls(
            lines=lines,
            starts=np.array(starts, dtype=np.intp),
            ends=np.array([*starts[1:], len(lines)][: len(starts)], dtype=np.intp),
            leads=[f"{e.content.title}。{e.content.answer[:_LEAD]}" for e in entries],
            pages=[_page(entry.content) for entry in entries],
        )


def _page(content: EntryContent) -> str:
    sections = content.sections.filled().values()
    return "\n".join([content.topic, content.title, content.answer, *sections])


class VectorStore:
    """Vectors by text, so that building again encodes only the texts that are new."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        previous: "VectorStore | None" = None,
        kept: KeptVectors | None = None,
    ) -> None:
        self._encoder = encoder
        self._kept = kept
        self._lines: Vectored
        self._leads: Vectored
        if previous is not None and previous._encoder is encoder:
            self._lines, self._leads = previous._lines, previous._leads
        else:
            nothing = Vectored.nothing()
            self._lines, self._leads = kept.load() if kept else (nothing, nothing)

    def fill(self, lines: Sequence[str], leads: Sequence[str]) -> tuple[Halves, Halves]:
        """Vectors of the lines, shape (n, d), and of the leads, shape (m, d), in that order."""
        known = self._lines.rows.keys() >= set(lines) and self._leads.rows.keys() >= set(leads)
        self._lines = _encoded(lines, self._lines, self._encoder.encode_queries)
        self._leads = _encoded(leads, self._leads, self._encoder.encode_passages)
        if self._kept is not None and not known:
            self._kept.save(self._lines, self._leads)
        return self._lines.matrix, self._leads.matrix


def _encoded(
    texts: Sequence[str],
    known: Vectored,
    encode: Callable[[Sequence[str]], Vectors],
) -> Vectored:
    """Vectors of just these texts, the known ones as they are."""
    unknown = {text for text in texts if text not in known.rows}
    new = sorted(unknown, key=lambda text: (len(text), text))
    parts = [encode(new[at : at + _BATCH]).astype(np.float16) for at in range(0, len(new), _BATCH)]
    rows = known.rows
    if parts:
        fresh = np.concatenate(parts)
        rows = {**rows, **{text: len(known.matrix) + row for row, text in enumerate(new)}}
        pool = np.concatenate([known.matrix, fresh]) if len(known.matrix) else fresh
    else:
        pool = known.matrix
    return Vectored(list(texts), pool[[rows[text] for text in texts]])
