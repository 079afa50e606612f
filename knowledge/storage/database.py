"""One way to reach the database: `Database.read()` and `Database.write()`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec

from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Session

from knowledge.storage.glance import kept_connection
from knowledge.storage.in_one_go import Blocking, InOneGo, NonBlocking, Result

Given = ParamSpec("Given")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment; SQLite forgets the zone, so it is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime}


class Database:
    """An engine and its two kinds of sessions.

    SQLite knows one writer at a time: a write takes the lock when it begins (`BEGIN IMMEDIATE`),
    so that it waits its turn instead of failing half-way; writers of this process queue in order.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._readers = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writers = async_sessionmaker(
            self.engine.execution_options(writes=True), expire_on_commit=False
        )
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.is_sqlite else nullcontext()
        )
        self._kept = kept_connection(self.engine)
        self._in_one_go: InOneGo = (
            Blocking(_quick_sqlite_engine(url), _patient_sqlite_engine(url))
            if self.is_sqlite
            else NonBlocking(self._readers, self._writers)
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are thrown away."""
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls back on an error."""
        async with self._turn, self._writers() as session, session.begin():
            yield session

    async def look(
        self,
        work: Callable[Concatenate[Session, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Like `read`, by a function that runs in one go: cheap enough for every message."""
        return await self._in_one_go.read(lambda session: work(session, *given, **named))

    async def change(
        self,
        work: Callable[Concatenate[Session, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """Like `write`, by a function that runs in one go: commits at its end, or rolls back."""
        async with self._turn:
            return await self._in_one_go.write(lambda session: work(session, *given, **named))

    async def glance(self, sql: str) -> Any:
        """One committed value, cheaply enough to ask at every message; None where there is none.

        Raises what a session would raise.
        """
        try:
            return await self._kept.scalar(sql)
        except Exception:
            # Whatever broke the kept connection, the ordinary way works or says why it does not.
            await self._kept.close()
        async with self.read() as session:
            return await session.scalar(text(sql))

    async def close(self) -> None:
        await self._kept.close()
        await self._in_one_go.close()
        await self.engine.dispose()


def _postgres_engine(url: str) -> AsyncEngine:
    # A connection that died in the pool (a restarted server) is replaced before it is used.
    return create_async_engine(url, pool_pre_ping=True)


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": 20})
    _set_up_sqlite(engine.sync_engine)
    return engine


def _patient_sqlite_engine(url: str) -> Engine:
    engine = create_engine(make_url(url).set(drivername="sqlite"), connect_args={"timeout": 20})
    _set_up_sqlite(engine)
    return engine


def _quick_sqlite_engine(url: str) -> Engine:
    """Of the event loop: it never waits, neither for another process nor for the disk."""
    engine = create_engine(make_url(url).set(drivername="sqlite"))
    _set_up_sqlite(engine, "busy_timeout=0", "wal_autocheckpoint=0")
    return engine


def _set_up_sqlite(engine: Engine, *more: str) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: Any) -> None:
        # The driver's own BEGIN comes too late for IMMEDIATE: it is sent below instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=20000",
            *more,
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
