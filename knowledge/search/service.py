"""Search as the rest of the product calls it: always over what is published right now."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.batching import BatchedQueries
from knowledge.search.calibration import Calibration
from knowledge.search.decide import Decision, decide
from knowledge.search.exam import Examiner, Outcome
from knowledge.search.index import SearchIndex
from knowledge.search.kept_vectors import KeptVectors
from knowledge.search.rows import Indexed, SentenceEncoder

log = logging.getLogger(__name__)


class KnowledgeSearch:
    """Keeps the index as new as the entries, and encodes in a thread of its own.

    Without an encoder, or when it fails, words alone decide.
    """

    def __init__(
        self,
        load_entries: Callable[[], Awaitable[Sequence[Indexed]]],
        revision: Callable[[], Awaitable[int]],
        encoder: SentenceEncoder | None,
        calibration: Calibration | None = None,
        kept: KeptVectors | None = None,
    ) -> None:
        """`revision` is asked before each search: any number that changes with a publication."""
        self._load_entries = load_entries
        self._revision = revision
        self._encoder = encoder
        self._calibration = calibration
        self._kept = kept
        self._queries = BatchedQueries(encoder) if encoder is not None else None
        self._examiner = Examiner(encoder)
        self._examining = asyncio.Lock()
        self._built: tuple[int, SearchIndex] | None = None
        self._building = asyncio.Lock()
        self._gathering: asyncio.Task[None] | None = None

    @property
    def dense(self) -> bool:
        """Whether meaning counts: the encoder works and the entries are encoded."""
        return self._built is not None and self._built[1].dense

    @property
    def scattered(self) -> bool:
        """Whether much was published since the large part of the index was built."""
        return self._built is not None and self._built[1].scattered

    async def search(
        self, text: str, k: int = 3, vector: NDArray[np.float32] | None = None
    ) -> Decision:
        """What to say to `text`; sees everything that was published before the call.

        `vector`: of the same text by the same encoder, shape (d,), where the caller has it.
        Raises what `revision` and `load_entries` raise.
        """
        index = await self._current()
        if vector is None or not index.dense:
            vector = await self._vector(index, text)
        return decide(index.search(text, k, vector), index.mode(vector).thresholds)

    async def entry(self, entry_id: int) -> Indexed | None:
        """A published entry as it is right now; None where there is none."""
        return (await self._current()).entry(entry_id)

    def found(self, entry_id: int) -> Indexed | None:
        """An entry that the last search found, without asking again whether anything changed."""
        return self._built[1].entry(entry_id) if self._built else None

    async def rehearse(self, entry: Indexed) -> tuple[Outcome, ...]:
        """Exam questions that would go astray if `entry` were published as it is given.

        Nothing changes for residents. Raises what `revision` and `load_entries` raise.
        """
        now = await self._current()
        others = [each for each in now.entries if each.id != entry.id]
        changed = sorted([*others, entry], key=lambda each: each.id)
        async with self._examining:
            return await asyncio.to_thread(self._rehearse, now, changed)

    async def vector(self, text: str) -> NDArray[np.float32] | None:
        """The unit vector of a text as it stands, shape (d,); None where there is no encoder.

        For whoever compares texts: the encoder is loaded once in a process.
        """
        if self._queries is None or not self.dense:
            return None
        try:
            return await self._queries.encode(text)
        except Exception:
            log.exception("encoding a text failed; words alone decide")
            return None

    async def warm_up(self) -> None:
        """Builds the index and runs one search, so that the first resident does not wait."""
        await self.search("您好，高龄津贴怎么申请")

    async def gathered(self) -> None:
        """Waits until what lay scattered, if anything did, is one large shard again."""
        if self._gathering is not None:
            await self._gathering

    async def close(self) -> None:
        """Ends the encoding thread, once nothing is being built."""
        await self.gathered()
        if self._queries is not None:
            await self._queries.close()

    async def _current(self) -> SearchIndex:
        wanted = await self._revision()
        if self._built is not None and self._built[0] == wanted:
            return self._built[1]
        async with self._building:
            # Asked again: whoever held the lock may have built it, or more was published.
            wanted = await self._revision()
            if self._built is None or self._built[0] != wanted:
                entries = await self._load_entries()
                previous = self._built[1] if self._built else None
                built = await asyncio.to_thread(self._build, entries, previous)
                self._built = wanted, built
                if built.scattered and (self._gathering is None or self._gathering.done()):
                    self._gathering = asyncio.create_task(self._gather(built))
            return self._built[1]

    async def _gather(self, scattered: SearchIndex) -> None:
        """Builds one large shard of everything while searches go on, then takes it into use."""
        try:
            anew = await asyncio.to_thread(self._build, scattered.entries, scattered, anew=True)
        except Exception:
            log.exception("building the index anew failed; the one in use stays")
            return
        async with self._building:
            # What was published meanwhile lies beside the new shard.
            if self._built is not None:
                entries = self._built[1].entries
                self._built = self._built[0], await asyncio.to_thread(self._build, entries, anew)

    def _build(
        self, entries: Sequence[Indexed], previous: SearchIndex | None, anew: bool = False
    ) -> SearchIndex:
        def build(encoder: SentenceEncoder | None) -> SearchIndex:
            return SearchIndex.build(
                entries, encoder, previous, self._calibration, self._kept, anew
            )

        try:
            return build(self._encoder)
        except Exception:
            if self._encoder is None:
                raise
            log.exception("encoding the entries failed; search goes on with words alone")
            return build(None)

    def _rehearse(self, now: SearchIndex, changed: Sequence[Indexed]) -> tuple[Outcome, ...]:
        # An index of words alone is examined by words alone, so that like is compared with like.
        encoder = self._encoder if now.dense else None
        then = SearchIndex.build(changed, encoder, now, self._calibration)
        return self._examiner.astray(now, then)

    async def _vector(self, index: SearchIndex, text: str) -> NDArray[np.float32] | None:
        return await self.vector(index.text.normalise(text)) if index.dense else None
