"""Which appeals are due (到期) for a reminder, an alarm or the next level: the SQL of the watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, Select, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from actions.appeals.life import OPEN, WITH_PARTY, AppealStatus, Move
from actions.appeals.tables import AppealAlarmRow, AppealEventRow, AppealRow
from knowledge.storage.database import Database, UTCDateTime

ESCALATION = "escalation"
NOT_DISPATCHED = "dispatch_late"
_PAGE = 200
_WITH_COMMUNITY = (AppealStatus.RECEIVED, AppealStatus.RETURNED)
_RUNNING = tuple(status for status in OPEN if status is not AppealStatus.SUSPENDED)


Found = Select[*tuple[Any, ...]]


class Step(StrEnum):
    """What has a time of its own: 签收, 联系居民, 办结."""

    SIGN = "sign"
    CONTACT = "contact"
    SOLVE = "solve"


@dataclass(frozen=True, slots=True)
class Due:
    """Where the time of a step stands, when it began, and which appeals still wait for it."""

    at: InstrumentedAttribute[datetime | None]
    began: ColumnElement[datetime]
    waiting: tuple[ColumnElement[bool], ...]


def _last(*moves: Move) -> ColumnElement[datetime]:
    """When an appeal last made one of these moves since the clock started, else when it started."""
    at = (
        select(func.max(AppealEventRow.at))
        .where(
            AppealEventRow.appeal_id == AppealRow.id,
            AppealEventRow.at >= AppealRow.dispatched_at,
            AppealEventRow.kind.in_(moves),
        )
        .scalar_subquery()
    )
    return func.coalesce(at, AppealRow.dispatched_at)


_DISPATCHED: ColumnElement[Any] = AppealRow.__table__.c.dispatched_at
# Signing is due anew with each party; for the rest, time that an appeal rested is given back.
_HANDED_OVER = _last(Move.DISPATCH, Move.REDISPATCH)
_GOES_ON = _last(Move.RESUME)


# A step whose time was cut short by that of the whole raises nothing of its own.
DUE = {
    Step.SIGN: Due(
        AppealRow.sign_due_at,
        _HANDED_OVER,
        (
            AppealRow.status == AppealStatus.DISPATCHED,
            AppealRow.sign_due_at < AppealRow.due_at,
        ),
    ),
    Step.CONTACT: Due(
        AppealRow.contact_due_at,
        _GOES_ON,
        (
            AppealRow.status.in_(WITH_PARTY),
            AppealRow.contacted_at.is_(None),
            AppealRow.contact_due_at < AppealRow.due_at,
        ),
    ),
    Step.SOLVE: Due(AppealRow.due_at, _GOES_ON, (AppealRow.status.in_(_RUNNING),)),
}


class _Seconds(GenericFunction[float]):
    """A moment as seconds since an epoch that is the same for all of one database."""

    type = Float()
    inherit_cache = True
    name = "moment_in_seconds"


@compiles(_Seconds, "sqlite")
def _sqlite_seconds(element: _Seconds, compiler: SQLCompiler, **how: Any) -> str:
    return f"(julianday({compiler.process(element.clauses, **how)}) * 86400.0)"


@compiles(_Seconds, "postgresql")
def _postgres_seconds(element: _Seconds, compiler: SQLCompiler, **how: Any) -> str:
    return f"extract(epoch from {compiler.process(element.clauses, **how)})"


def soon(step: Step, now: datetime, share: float, before: datetime) -> Found:
    """Appeals that used up `share` of a step's time, still ahead; only those due `before`, if later.

    `before` is when people can next read a reminder: what can wait until then waits.
    """
    due = DUE[step]
    ahead = due.at <= before if before > now else due.at > now

    def used_up(began: ColumnElement[datetime]) -> ColumnElement[bool]:
        used = _Seconds(literal(now, UTCDateTime)) - _Seconds(began)
        return used >= share * (_Seconds(due.at) - _Seconds(began))

    # A later beginning makes the used share smaller: most appeals need no look at their history.
    cheap_first = (used_up(_DISPATCHED), used_up(due.began))
    return _unclaimed(f"{step}_soon", due).where(due.at > now, ahead, *cheap_first)


def late(step: Step, now: datetime) -> Found:
    """Appeals whose time for a step is over."""
    due = DUE[step]
    return _unclaimed(f"{step}_late", due).where(due.at <= now)


def with_community() -> Found:
    """Appeals that no party has yet or any more, since when; without those that were alarmed of."""
    came = (
        select(func.max(AppealEventRow.at))
        .where(
            AppealEventRow.appeal_id == AppealRow.id,
            AppealEventRow.to_status.in_(_WITH_COMMUNITY),
        )
        .scalar_subquery()
    )
    since = func.coalesce(came, AppealRow.created_at)
    claimed = exists().where(
        AppealAlarmRow.appeal_id == AppealRow.id,
        AppealAlarmRow.kind == NOT_DISPATCHED,
        AppealAlarmRow.due_at >= since,
    )
    return select(AppealRow.id, since.label("since")).where(
        AppealRow.status.in_(_WITH_COMMUNITY), ~claimed
    )


def to_escalate(now: datetime, top: int) -> Found:
    """Appeals that are late and not yet at the top, with the last moment that a level heard of it."""
    last = (
        select(func.max(AppealAlarmRow.due_at))
        .where(
            AppealAlarmRow.appeal_id == AppealRow.id,
            AppealAlarmRow.kind == ESCALATION,
            AppealAlarmRow.due_at >= AppealRow.due_at,
        )
        .scalar_subquery()
    )
    return select(
        AppealRow.id,
        AppealRow.due_at,
        AppealRow.kind,
        AppealRow.category,
        AppealRow.urgency,
        AppealRow.escalation_level,
        last.label("last"),
    ).where(*DUE[Step.SOLVE].waiting, AppealRow.due_at <= now, AppealRow.escalation_level < top)


def to_resume(now: datetime) -> Found:
    """Appeals that were suspended until a date that has come."""
    return select(AppealRow.id, AppealRow.suspended_until.label("due_at")).where(
        AppealRow.status == AppealStatus.SUSPENDED, AppealRow.suspended_until <= now
    )


def _unclaimed(kind: str, due: Due) -> Found:
    claimed = exists().where(
        AppealAlarmRow.appeal_id == AppealRow.id,
        AppealAlarmRow.kind == kind,
        AppealAlarmRow.due_at == due.at,
    )
    return select(AppealRow.id, due.at.label("due_at")).where(*due.waiting, ~claimed)


async def page_after(database: Database, query: Found, id_: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The next rows of a query by the appeal's id, at most a batch."""
    # What was merged into another appeal is that one's to solve in time.
    alone = query.where(AppealRow.id > id_, AppealRow.duplicate_of.is_(None))
    query = alone.order_by(AppealRow.id).limit(_PAGE)
    async with database.read() as session:
        return (await session.execute(query)).all()


async def still(session: AsyncSession, query: Found, appeal_id: int) -> bool:
    """Whether a query still finds an appeal when it is our turn to change it."""
    locked = query.where(AppealRow.id == appeal_id).with_for_update(of=AppealRow)
    return (await session.execute(locked)).first() is not None


async def claim(
    session: AsyncSession, appeal_id: int, kind: str, due_at: datetime, now: datetime
) -> bool:
    """Take an alarm for this transaction; False where another scheduler has raised it."""
    insert = postgres_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    claimed = await session.execute(
        insert(AppealAlarmRow)
        .values(appeal_id=appeal_id, kind=kind, due_at=due_at, raised_at=now)
        .on_conflict_do_nothing()
        .returning(AppealAlarmRow.id)
    )
    return claimed.scalar() is not None
