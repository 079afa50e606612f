"""One value by one plain statement on a connection kept for it: what is asked at every message.

A session of SQLAlchemy costs half a millisecond of CPU, whatever it asks; this a few hundredths.
Each statement is a transaction of its own, so it sees every change committed before it began.
"""

import asyncio
import sqlite3
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# Readers of a write-ahead log wait for nobody but a recovery; the event loop waits with them.
_PATIENCE = 0.1
_TIMEOUT = 5.0


class Kept(Protocol):
    """A connection that is opened at its first use, and again after `close`."""

    async def scalar(self, sql: str) -> Any:
        """First column of the first row, None where there is none; raises what the driver does."""
        ...

    async def close(self) -> None: ...


def kept_connection(engine: AsyncEngine) -> Kept:
    """The kept connection for the engine's kind of database."""
    if engine.dialect.name == "sqlite":
        return _KeptSqlite(engine.url.database or "")
    return _KeptPostgres(engine)


class _KeptSqlite:
    """Called on the event loop itself: a read of one row takes less than a change of threads."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    async def scalar(self, sql: str) -> Any:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA query_only=1")
        row = self._connection.execute(sql).fetchone()
        return row[0] if row else None

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _KeptPostgres:
    """One connection out of the engine's pool, spoken to without SQLAlchemy."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        # The driver does one thing at a time on a connection.
        self._turn = asyncio.Lock()

    async def scalar(self, sql: str) -> Any:
        async with self._turn:
            if self._connection is None:
                self._connection = await self._engine.connect()
            raw = await self._connection.get_raw_connection()
            driver: Any = raw.driver_connection
            return await driver.fetchval(sql, timeout=_TIMEOUT)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
