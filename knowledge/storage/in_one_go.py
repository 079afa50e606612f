"""A whole transaction as one function: what every message passes through, at a fraction of the cost.

An asynchronous session crosses to the driver's thread and back some four times a statement. Here
the function finds an ordinary session and crosses once at most.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)

# About as often as SQLite itself would do it, at some pages a write.
_WRITES_BETWEEN_CHECKPOINTS = 300

Result = TypeVar("Result")


class InOneGo(Protocol):
    """Runs functions in transactions of their own; a function must not wait for anything else."""

    async def read(self, work: Callable[[Session], Result]) -> Result: ...

    async def write(self, work: Callable[[Session], Result]) -> Result: ...

    async def close(self) -> None: ...


class Blocking:
    """For a driver that blocks (SQLite): functions run on the event loop while nobody waits.

    A function takes less time than a change of threads: readers of a write-ahead log never wait,
    and a writer only for another writer. That waiting, and moving the log into the database, which
    waits for the disk, happen in a thread.
    """

    def __init__(self, quick: Engine, patient: Engine) -> None:
        """`quick` fails at once where another process writes; `patient` waits for it."""
        self._engines = (quick, patient)
        self._readers = sessionmaker(quick, expire_on_commit=False)
        self._writers = sessionmaker(quick.execution_options(writes=True), expire_on_commit=False)
        self._patient_writers = sessionmaker(
            patient.execution_options(writes=True), expire_on_commit=False
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sql-write")
        self._writes = 0

    async def read(self, work: Callable[[Session], Result]) -> Result:
        with self._readers() as session:
            return work(session)

    async def write(self, work: Callable[[Session], Result]) -> Result:
        with self._writers() as session:
            try:
                session.connection()
            except OperationalError:
                log.debug("another process writes, this one waits in a thread")
            else:
                result = work(session)
                session.commit()
                self._move_log_now_and_then()
                return result

        def patiently() -> Result:
            with self._patient_writers.begin() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._thread, patiently)

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        for engine in self._engines:
            engine.dispose()

    def _move_log_now_and_then(self) -> None:
        self._writes += 1
        if self._writes % _WRITES_BETWEEN_CHECKPOINTS == 0:
            self._thread.submit(self._move_log)

    def _move_log(self) -> None:
        try:
            with self._engines[1].connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        except SQLAlchemyError:
            # The log only grows a little longer until the next time.
            log.exception("the write-ahead log could not be moved into the database")


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
