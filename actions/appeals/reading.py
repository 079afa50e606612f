"""Appeals as they stand in SQL, read with the names that people know; inside a caller's session."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.life import UnknownAppeal
from actions.appeals.tables import (
    AppealEventRow,
    AppealFollowerRow,
    AppealHelperRow,
    AppealRow,
)
from knowledge.places.tables import CommunityRow, GridRow, PartyRow

_COLUMNS = frozenset(Appeal.model_fields) & frozenset(AppealRow.__table__.columns.keys())


async def one(session: AsyncSession, *conditions: ColumnElement[bool]) -> Appeal:
    """The newest that fits; raises `UnknownAppeal`."""
    found = await some(session, select(AppealRow.id).where(*conditions), newest_first=True, limit=1)
    if not found:
        raise UnknownAppeal
    return found[0]


async def some(
    session: AsyncSession, ids: Select[int], *, newest_first: bool = False, limit: int | None = None
) -> list[Appeal]:
    """The appeals whose ids are selected, in the order of the selection."""
    if newest_first:
        ids = ids.order_by(AppealRow.id.desc())
    wanted = list(await session.scalars(ids.limit(limit)))
    return await by_ids(session, wanted)


async def by_ids(session: AsyncSession, wanted: Sequence[int]) -> list[Appeal]:
    """Appeals in the order of their ids as given."""
    if not wanted:
        return []
    rows = await session.execute(
        select(AppealRow, CommunityRow.name, GridRow.name, PartyRow.name)
        .outerjoin(CommunityRow, CommunityRow.id == AppealRow.community_id)
        .outerjoin(GridRow, GridRow.id == AppealRow.grid_id)
        .outerjoin(PartyRow, PartyRow.id == AppealRow.lead_party_id)
        .where(AppealRow.id.in_(wanted))
        .execution_options(populate_existing=True)
    )
    helpers: dict[int, list[tuple[int, str]]] = defaultdict(list)
    helping = (
        select(AppealHelperRow.appeal_id, PartyRow.id, PartyRow.name)
        .join(PartyRow, PartyRow.id == AppealHelperRow.party_id)
        .where(AppealHelperRow.appeal_id.in_(wanted))
        .order_by(AppealHelperRow.party_id)
    )
    for appeal_id, party_id, name in await session.execute(helping):
        helpers[appeal_id].append((party_id, name))
    following = (
        select(AppealFollowerRow.appeal_id, func.count())
        .where(AppealFollowerRow.appeal_id.in_(wanted))
        .group_by(AppealFollowerRow.appeal_id)
    )
    followers: dict[int, int] = dict((await session.execute(following)).tuples().all())
    found = {
        row.id: _appeal(row, community, grid, party, helpers[row.id], followers.get(row.id, 0))
        for row, community, grid, party in rows
    }
    return [found[each] for each in wanted if each in found]


async def history(session: AsyncSession, appeal_id: int) -> list[AppealEvent]:
    """Every step, the oldest first."""
    rows = await session.scalars(
        select(AppealEventRow)
        .where(AppealEventRow.appeal_id == appeal_id)
        .order_by(AppealEventRow.sequence)
    )
    return [AppealEvent.model_validate(row, from_attributes=True) for row in rows]


def _appeal(
    row: AppealRow,
    community: str | None,
    grid: str | None,
    party: str | None,
    helpers: list[tuple[int, str]],
    followers: int,
) -> Appeal:
    fields: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    return Appeal(
        **fields,
        community=community or "",
        grid=grid or "",
        lead_party=party or "",
        helper_ids=[party_id for party_id, _ in helpers],
        helpers=[name for _, name in helpers],
        followers=followers,
    )
