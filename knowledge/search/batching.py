"""Encodes residents' questions off the event loop, whoever waits together in one pass."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from knowledge.search.rows import SentenceEncoder

Vector = NDArray[np.float32]

_MOST = 32


class BatchedQueries:
    """One worker thread; while it encodes, new questions gather for the next pass."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._waiting: list[tuple[str, asyncio.Future[Vector]]] = []
        self._round: asyncio.Task[None] | None = None

    async def encode(self, text: str) -> Vector:
        """The vector of one question, shape (d,); raises whatever the encoder raises."""
        future: asyncio.Future[Vector] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, future))
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._serve())
        return await future

    async def close(self) -> None:
        """Waits for the work at hand and ends the thread."""
        if self._round is not None:
            await self._round
        await asyncio.to_thread(self._worker.shutdown)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            texts = [text for text, _ in batch]
            futures = [future for _, future in batch]
            try:
                vectors = await loop.run_in_executor(
                    self._worker, self._encoder.encode_queries, texts
                )
            except Exception as error:
                _settle(futures, error)
            else:
                _settle(futures, vectors)


def _settle(futures: Sequence[asyncio.Future[Vector]], result: Vector | Exception) -> None:
    for number, future in enumerate(futures):
        # Who stopped waiting (a time-out) has cancelled the future.
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result[number])
