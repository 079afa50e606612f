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
        previous: "Sequence[VectorStore]" = (),
        kept: KeptVectors | None = None,
    ) -> None:
        """`previous`: stores whose vectors may be used again; without any, those on disk are."""
        self.encoder = encoder
        self._kept = kept
        self.lines = self.leads = Vectored.nothing()
        mine = [store for store in previous if store.encoder is encoder]
        self._lines = tuple(store.lines for store in mine)
        self._leads = tuple(store.leads for store in mine)
        if not mine and kept is not None:
            lines, leads = kept.load()
            self._lines, self._leads = (lines,), (leads,)

    def fill(self, lines: Sequence[str], leads: Sequence[str]) -> tuple[Halves, Halves]:
        """Vectors of the lines, shape (n, d), and of the leads, shape (m, d), in that order."""
        # The first store is the one that lies on disk.
        on_disk = _all_known(lines, self._lines[:1]) and _all_known(leads, self._leads[:1])
        self.lines = _encoded(lines, self._lines, self.encoder.encode_queries)
        self.leads = _encoded(leads, self._leads, self.encoder.encode_passages)
        # What was known before is let go with the store that held it.
        self._lines = self._leads = ()
        if self._kept is not None and not on_disk:
            self._kept.save(self.lines, self.leads)
        return self.lines.matrix, self.leads.matrix


def _all_known(texts: Sequence[str], known: Sequence[Vectored]) -> bool:
    return all(any(text in each.rows for each in known) for text in texts)


def _encoded(
    texts: Sequence[str],
    known: Sequence[Vectored],
    encode: Callable[[Sequence[str]], Vectors],
) -> Vectored:
    """Vectors of just these texts, the known ones as they are."""
    known = [each for each in known if len(each.matrix)]
    unknown = {text for text in texts if not any(text in each.rows for each in known)}
    new = sorted(unknown, key=lambda text: (len(text), text))
    parts = [encode(new[at : at + _BATCH]).astype(np.float16) for at in range(0, len(new), _BATCH)]
    pools = [*known, *([Vectored(new, np.concatenate(parts))] if parts else [])]
    places = np.empty((len(texts), 2), np.intp)
    for place, text in enumerate(texts):
        pool = next(number for number, each in enumerate(pools) if text in each.rows)
        places[place] = pool, pools[pool].rows[text]
    matrix = np.empty((len(texts), pools[0].matrix.shape[1] if pools else 0), np.float16)
    for number, each in enumerate(pools):
        mine = places[:, 0] == number
        matrix[mine] = each.matrix[places[mine, 1]]
    return Vectored(list(texts), matrix)
