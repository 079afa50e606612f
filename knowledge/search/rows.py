"""What of an entry is searched: its lines (title, questions), its lead and its whole page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.entries.entry import EntryContent
from knowledge.search.kept_vectors import KeptVectors, Vectors

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
    """Texts of all entries in order; the lines of entry i are those from `starts[i]` on."""

    lines: list[str]
    starts: NDArray[np.intp]
    leads: list[str]
    pages: list[str]

    def of_entry(self, number: int) -> slice:
        """Where the lines of an entry lie."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.lines)
        return slice(int(self.starts[number]), int(end))

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
        self._lines: dict[str, Vectors]
        self._leads: dict[str, Vectors]
        if previous is not None and previous._encoder is encoder:
            self._lines, self._leads = previous._lines, previous._leads
        else:
            self._lines, self._leads = kept.load() if kept else ({}, {})

    def fill(self, lines: Sequence[str], leads: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Vectors of the lines, shape (n, d), and of the leads, shape (m, d)."""
        known = self._lines.keys() >= set(lines) and self._leads.keys() >= set(leads)
        self._lines = _encoded(lines, self._lines, self._encoder.encode_queries)
        self._leads = _encoded(leads, self._leads, self._encoder.encode_passages)
        if self._kept is not None and not known:
            self._kept.save(self._lines, self._leads)
        return (
            np.stack([self._lines[text] for text in lines]),
            np.stack([self._leads[text] for text in leads]),
        )


def _encoded(
    texts: Sequence[str],
    known: dict[str, Vectors],
    encode: Callable[[Sequence[str]], Vectors],
) -> dict[str, Vectors]:
    """Vectors of just these texts, the known ones as they are."""
    new = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    fresh: dict[str, Vectors] = {}
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH]
        fresh.update(zip(batch, encode(batch), strict=True))
    return {text: known[text] if text in known else fresh[text] for text in texts}
