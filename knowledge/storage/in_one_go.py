"""A whole transaction as one function: what every message passes through, at a fraction of the cost.

An asynchronous session crosses to the driver's thread and back some four times a statement. Here
the function crosses once and finds an ordinary session on the other side.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

Result = TypeVar("Result")


class InOneGo(Protocol):
    """Runs functions in transactions of their own; a function must not wait for anything else."""

    async def read(self, work: Callable[[Session], Result]) -> Result: ...

    async def write(self, work: Callable[[Session], Result]) -> Result: ...

    async def close(self) -> None: ...


class Blocking:
    """For a driver that blocks (SQLite): a write runs in a thread of its own.

    A read runs on the event loop itself: readers of a write-ahead log wait for nobody, and a few
    rows take less time than a change of threads.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = sessionmaker(engine, expire_on_commit=False)
        self._writers = sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sql-write")

    async def read(self, work: Callable[[Session], Result]) -> Result:
        with self._readers() as session:
            return work(session)

    async def write(self, work: Callable[[Session], Result]) -> Result:
        def run() -> Result:
            with self._writers.begin() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()


class NonBlocking:
    """For a driver that does not block (PostgreSQL): the function runs on the event loop."""

    def __init__(
        self,
        readers: async_sessionmaker[AsyncSession],
        writers: async_sessionmaker[AsyncSession],
    ) -> None:
        self._readers, self._writers = readers, writers

    async def read(self, work: Callable[[Session], Result]) -> Result:
        async with self._readers() as session:
            return await session.run_sync(work)

    async def write(self, work: Callable[[Session], Result]) -> Result:
        async with self._writers.begin() as session:
            return await session.run_sync(work)

    async def close(self) -> None:
        """Nothing of its own to close."""
