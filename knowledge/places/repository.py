"""Places in SQL: find a community, a building, the party that is responsible."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.categories.tree import category_tree
from knowledge.places.place import (
    Building,
    Community,
    CommunityPlan,
    Grid,
    Party,
    building_key,
)
from knowledge.places.tables import BuildingRow, CommunityRow, GridRow, PartyRow
from knowledge.storage.database import Database


class UnknownPlace(LookupError):
    """No such community, grid, building or party."""


class PlaceRepository:
    """Reads places; `load()` writes those of the place files that are not there yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def communities(self) -> Sequence[Community]:
        async with self._database.read() as session:
            rows = await session.scalars(select(CommunityRow).order_by(CommunityRow.id))
            return [Community.model_validate(row, from_attributes=True) for row in rows]

    async def community(self, community_id: int) -> Community:
        async with self._database.read() as session:
            row = await session.get(CommunityRow, community_id)
        if row is None:
            raise UnknownPlace(f"community {community_id}")
        return Community.model_validate(row, from_attributes=True)

    async def find_community(self, text: str) -> Community | None:
        """The community that a text names, by name or alias; the longest name wins."""
        said = _plain(text)
        best: tuple[int, Community] | None = None
        for community in await self.communities():
            for name in map(_plain, [community.name, *community.aliases]):
                if name in said and (best is None or len(name) > best[0]):
                    best = (len(name), community)
        return best[1] if best else None

    async def grids(self, community_id: int) -> Sequence[Grid]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(GridRow).where(GridRow.community_id == community_id).order_by(GridRow.id)
            )
            return [Grid.model_validate(row, from_attributes=True) for row in rows]

    async def grid(self, grid_id: int) -> Grid:
        async with self._database.read() as session:
            row = await session.get(GridRow, grid_id)
        if row is None:
            raise UnknownPlace(f"grid {grid_id}")
        return Grid.model_validate(row, from_attributes=True)

    async def buildings(self, community_id: int) -> Sequence[Building]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(BuildingRow)
                .where(BuildingRow.community_id == community_id)
                .order_by(BuildingRow.id)
            )
            return [Building.model_validate(row, from_attributes=True) for row in rows]

    async def find_building(self, community_id: int, name: str) -> Building | None:
        """A building however it is written: 三号楼, 3号楼, 3栋."""
        wanted = building_key(name)
        if not wanted:
            return None
        buildings = await self.buildings(community_id)
        return next((each for each in buildings if building_key(each.name) == wanted), None)

    async def parties(self, community_id: int) -> Sequence[Party]:
        """The parties of a community, its own before those that are everywhere."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(PartyRow)
                .where((PartyRow.community_id == community_id) | PartyRow.community_id.is_(None))
                .order_by(PartyRow.community_id.is_(None), PartyRow.id)
            )
            return [Party.model_validate(row, from_attributes=True) for row in rows]

    async def party(self, party_id: int) -> Party:
        async with self._database.read() as session:
            row = await session.get(PartyRow, party_id)
        if row is None:
            raise UnknownPlace(f"party {party_id}")
        return Party.model_validate(row, from_attributes=True)

    async def party_for(self, community_id: int, category: str) -> Party | None:
        """Who handles a category there: the first party that names it, else its dispatch key."""
        parties = await self.parties(community_id)
        for key in (category, category_tree().dispatch_of(category)):
            for party in parties:
                if key in party.handles:
                    return party
        return None

    async def load(self, plans: Sequence[CommunityPlan]) -> int:
        """Add the communities whose slug is not known yet; how many."""
        try:
            async with self._database.write() as session:
                known = set(await session.scalars(select(CommunityRow.slug)))
                new = [plan for plan in plans if plan.slug not in known]
                for plan in new:
                    await _add(session, plan)
        except IntegrityError:  # another process added them at the same moment
            return 0
        return len(new)


async def _add(session: AsyncSession, plan: CommunityPlan) -> None:
    community = CommunityRow(
        slug=plan.slug, name=plan.name, kind=plan.kind.value, aliases=list(plan.aliases)
    )
    session.add(community)
    await session.flush()
    for grid_plan in plan.grids:
        grid = GridRow(community_id=community.id, name=grid_plan.name, worker=grid_plan.worker)
        session.add(grid)
        await session.flush()
        session.add_all(
            BuildingRow(
                community_id=community.id, grid_id=grid.id, name=each.name, units=each.units
            )
            for each in grid_plan.buildings
        )
        await session.flush()
    for party in plan.parties:
        session.add(
            PartyRow(
                community_id=community.id,
                kind=party.kind.value,
                name=party.name,
                handles=list(party.handles),
                details=party.details,
            )
        )
        await session.flush()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
