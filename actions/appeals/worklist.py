"""Worklists (待办清单): which appeals, in which order, and how many there are."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from actions.appeals import reading
from actions.appeals.appeal import Appeal, AppealKind, Urgency
from actions.appeals.effects import RETURNS_BEFORE_SECRETARY
from actions.appeals.life import OPEN, AppealStatus
from actions.appeals.tables import AppealHelperRow, AppealRow

# The columns of the table or of a part of it, whose names mypy cannot know.
_Columns = Any
_NUMBER = re.compile(r"SQ\d+", re.IGNORECASE)
_RUNNING = OPEN - {AppealStatus.SUSPENDED}


class _Position(FunctionElement[int]):
    """Where a text stands in a column, from 1, or 0: half the price of LIKE."""

    inherit_cache = True


@compiles(_Position)
def _strpos(position: _Position, compiler: SQLCompiler, **how: Any) -> str:
    return f"strpos({compiler.process(position.clauses, **how)})"


@compiles(_Position, "sqlite")
def _instr(position: _Position, compiler: SQLCompiler, **how: Any) -> str:
    return f"instr({compiler.process(position.clauses, **how)})"


class Order(StrEnum):
    """By due date, those without one last; or the newest first."""

    DUE = "due"
    NEWEST = "newest"


class Filters(BaseModel):
    """Which appeals; what is left out filters nothing."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    statuses: frozenset[AppealStatus] = frozenset()
    # The party as lead or as helper.
    party_id: int | None = None
    community_id: int | None = None
    grid_id: int | None = None
    category: str = ""
    kind: AppealKind | None = None
    urgency: Urgency | None = None
    overdue: bool | None = None
    # Returned so often that only the secretary may dispatch it.
    for_secretary: bool = False
    # Open, and returned that often, escalated or supervised: what the secretary follows.
    watched: bool = False
    # Running, and due before this moment: near its due date, or over it.
    due_before: AwareDatetime | None = None
    # What number, title, content, place or telephone contain.
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of an appeal in the order of due dates, to go on behind it."""

    due_at: datetime | None
    appeal_id: int

    @classmethod
    def behind(cls, appeal: Appeal) -> "Cursor":
        return cls(appeal.due_at, appeal.id)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the appeals that fit, and how many of all stand where.

    `counts` leave the filter by status out, so that each status shows what it would find.
    """

    items: list[Appeal]
    total: int
    counts: dict[AppealStatus, int]


async def find(
    session: AsyncSession,
    filters: Filters,
    now: datetime,
    *,
    order: Order,
    limit: int,
    offset: int,
    behind: Cursor | None,
) -> Page:
    """One page; `behind` goes on from an appeal in the order of due dates, whatever came since."""
    conditions = _conditions(filters, now)
    if conditions:
        # Looked for once, then counted and paged: a search by words reads every appeal.
        found = select(AppealRow.id, AppealRow.status, AppealRow.due_at).where(*conditions)
        fits: Any = found.cte("fits").prefix_with("MATERIALIZED").c
    else:
        # All there are: an index alone counts them, and another one orders them.
        fits = AppealRow
    counted = select(fits.status, func.count()).group_by(fits.status)
    among = select(fits.id)
    if filters.statuses:
        among = among.where(fits.status.in_(sorted(filters.statuses)))
    if behind is not None:
        among = among.where(_behind(fits, behind))
    ids = _ordered(among, fits, order).limit(limit).offset(offset)
    if conditions:
        counts, wanted = await _both(session, counted, ids)
    else:
        rows = await session.execute(counted)
        counts = {AppealStatus(status): number for status, number in rows}
        wanted = list(await session.scalars(ids))
    total = sum(
        count
        for status, count in counts.items()
        if not filters.statuses or status in filters.statuses
    )
    items = await reading.by_ids(session, wanted)
    return Page(_sorted(items, order), total, counts)


async def _both(
    session: AsyncSession, counted: Select[Any], ids: Select[Any]
) -> tuple[dict[AppealStatus, int], list[int]]:
    """Counts and ids by one statement, which looks only once for what fits."""
    page = ids.subquery()
    union = union_all(counted.add_columns(literal(0)), select(literal(""), page.c.id, literal(1)))
    counts: dict[AppealStatus, int] = {}
    wanted: list[int] = []
    for status, number, is_item in await session.execute(union):
        if is_item:
            wanted.append(number)
        else:
            counts[AppealStatus(status)] = number
    return counts, wanted


def fitting(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """What appeals must be to fit, for whoever reads all of them."""
    fits = _conditions(filters, now)
    if filters.statuses:
        fits.append(AppealRow.status.in_(sorted(filters.statuses)))
    return fits


def mentions(text: str) -> ColumnElement[bool]:
    """Whether title, content, place or, where there are digits, number and telephone contain it."""
    if _NUMBER.fullmatch(text):
        return AppealRow.number.startswith(text.upper(), autoescape=True)
    columns: list[InstrumentedAttribute[Any]] = [
        AppealRow.content,
        AppealRow.place_text,
        AppealRow.title,
    ]
    if any(character.isdigit() for character in text):
        columns += [AppealRow.number, AppealRow.phone, AppealRow.external_number]
    if text.upper() != text.lower():
        return or_(*(_Position(func.lower(column), text.lower()) > 0 for column in columns))
    return or_(*(_Position(column, text) > 0 for column in columns))


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    same: dict[str, Any] = {
        "community_id": filters.community_id,
        "grid_id": filters.grid_id,
        "category": filters.category or None,
        "kind": filters.kind,
        "urgency": filters.urgency,
    }
    fits += [getattr(AppealRow, name) == value for name, value in same.items() if value is not None]
    if filters.party_id is not None:
        helping = select(AppealHelperRow.appeal_id).where(
            AppealHelperRow.party_id == filters.party_id
        )
        fits.append(or_(AppealRow.lead_party_id == filters.party_id, AppealRow.id.in_(helping)))
    if filters.overdue is not None:
        late = and_(AppealRow.status.in_(sorted(_RUNNING)), AppealRow.due_at < now)
        # What has no due date is not overdue; NULL alone would be neither.
        fits.append(late if filters.overdue else ~func.coalesce(late, false()))
    if filters.for_secretary:
        fits += [
            AppealRow.status == AppealStatus.RETURNED,
            AppealRow.returns >= RETURNS_BEFORE_SECRETARY,
        ]
    if filters.watched:
        pressed = or_(
            AppealRow.returns >= RETURNS_BEFORE_SECRETARY,
            AppealRow.escalation_level > 0,
            AppealRow.supervision > 0,
        )
        fits += [AppealRow.status.in_(sorted(OPEN)), pressed]
    if filters.due_before is not None:
        fits += [AppealRow.status.in_(sorted(_RUNNING)), AppealRow.due_at < filters.due_before]
    if filters.text:
        fits.append(mentions(filters.text))
    return fits


def _ordered(ids: Select[Any], fits: _Columns, order: Order) -> Select[Any]:
    if order is Order.NEWEST:
        return ids.order_by(fits.id.desc())
    return ids.order_by(fits.due_at.is_(None), fits.due_at, fits.id)


def _sorted(items: list[Appeal], order: Order) -> list[Appeal]:
    """A page in its order, which a union does not promise to keep."""
    if order is Order.NEWEST:
        return sorted(items, key=lambda appeal: -appeal.id)
    far = datetime.max.replace(tzinfo=UTC)
    return sorted(items, key=lambda appeal: (appeal.due_at or far, appeal.id))


def _behind(fits: _Columns, cursor: Cursor) -> ColumnElement[bool]:
    later_id = fits.id > cursor.appeal_id
    if cursor.due_at is None:
        return and_(fits.due_at.is_(None), later_id)
    return or_(
        fits.due_at > cursor.due_at,
        and_(fits.due_at == cursor.due_at, later_id),
        fits.due_at.is_(None),
    )
