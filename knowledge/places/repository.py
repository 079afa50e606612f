"""Places in SQL: find a community, a building, the party that is responsible."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.places.geometry import Point, holds, metres_between
from knowledge.places.place import (
    Building,
    Community,
    CommunityPlan,
    Grid,
    GridPlan,
    Party,
    building_in,
    building_key,
)
from knowledge.places.tables import BuildingRow, CommunityRow, GridRow, PartyRow
from knowledge.storage.database import Database

# Who stands farther than this from every grid is not in one of ours.
NEAR_M = 1500.0


class UnknownPlace(LookupError):
    """No such community, grid, building or party (没有这个地方)."""


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
            raise UnknownPlace("没有这个小区。")
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
            raise UnknownPlace("没有这个网格。")
        return Grid.model_validate(row, from_attributes=True)

    async def grid_at(self, point: Point) -> Grid | None:
        """The grid whose outline holds a point, else the nearest one within `NEAR_M` metres.

        A grid is as near as its centre or the nearest of its buildings.
        """
        async with self._database.read() as session:
            rows = await session.scalars(select(GridRow).order_by(GridRow.id))
            grids = {row.id: Grid.model_validate(row, from_attributes=True) for row in rows}
            standing = select(BuildingRow).where(BuildingRow.latitude.is_not(None))
            spots = [(row.grid_id, _point(row)) for row in await session.scalars(standing)]
        for grid in grids.values():
            if holds(grid.outline, point):
                return grid
        spots += [(grid.id, _point(grid)) for grid in grids.values()]
        distances = [(metres_between(point, spot), grid_id) for grid_id, spot in spots if spot]
        nearest, grid_id = min(distances, default=(NEAR_M, 0))
        return grids[grid_id] if nearest < NEAR_M else None

    async def building_in(self, community_id: int, text: str) -> Building | None:
        """The building that a text names among other words: 江城雅苑3栋2单元."""
        key = building_in(text)
        return await self.find_building(community_id, key) if key else None

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
            raise UnknownPlace("没有这个责任主体。")
        return Party.model_validate(row, from_attributes=True)

    async def load(self, plans: Sequence[CommunityPlan]) -> int:
        """Add the communities whose slug is not known yet; how many.

        A known one only learns where its grids and buildings stand, where that is not known yet.
        """
        try:
            async with self._database.write() as session:
                rows = await session.execute(select(CommunityRow.slug, CommunityRow.id))
                known = dict(rows.tuples().all())
                new = [plan for plan in plans if plan.slug not in known]
                for plan in plans:
                    if plan.slug in known:
                        await _locate(session, known[plan.slug], plan)
                    else:
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
        grid = GridRow(
            community_id=community.id,
            name=grid_plan.name,
            worker=grid_plan.worker,
            latitude=grid_plan.latitude,
            longitude=grid_plan.longitude,
            outline=_corners(grid_plan),
        )
        session.add(grid)
        await session.flush()
        session.add_all(
            BuildingRow(
                community_id=community.id,
                grid_id=grid.id,
                name=each.name,
                units=each.units,
                latitude=each.latitude,
                longitude=each.longitude,
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


async def _locate(session: AsyncSession, community_id: int, plan: CommunityPlan) -> None:
    told = {grid.name: grid for grid in plan.grids}
    grids = select(GridRow).where(GridRow.community_id == community_id)
    for row in await session.scalars(grids):
        grid = told.get(row.name)
        if grid and row.latitude is None and not row.outline:
            row.latitude, row.longitude = grid.latitude, grid.longitude
            row.outline = _corners(grid)
    standing = {each.name: each for grid in plan.grids for each in grid.buildings}
    buildings = select(BuildingRow).where(BuildingRow.community_id == community_id)
    for stored in await session.scalars(buildings):
        building = standing.get(stored.name)
        if building and stored.latitude is None:
            stored.latitude, stored.longitude = building.latitude, building.longitude


def _point(place: Grid | BuildingRow) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _corners(grid: GridPlan) -> list[list[float]]:
    return [list(corner) for corner in grid.outline]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
