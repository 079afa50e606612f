"""QR codes of places (二维码): each building, grid, lift or spot has one that never changes."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.places.repository import UnknownPlace
from knowledge.places.tables import BuildingRow, CommunityRow, GridRow, PlaceCodeRow
from knowledge.storage.database import Database

# Without 0 O, 1 I L: whoever reads a code aloud or types it cannot mistake it.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
LABEL_MOST = 40


class CodeKind(StrEnum):
    """What a code stands on: 楼栋, 网格, 电梯, 其他地点."""

    BUILDING = "building"
    GRID = "grid"
    LIFT = "lift"
    SPOT = "spot"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    CodeKind.BUILDING: "楼栋",
    CodeKind.GRID: "网格",
    CodeKind.LIFT: "电梯",
    CodeKind.SPOT: "其他地点",
}


class PlaceCode(BaseModel):
    """A code and where it hangs; `names` are all names of its community."""

    code: str
    kind: CodeKind
    community_id: int
    community: str
    names: list[str]
    grid_id: int | None
    building_id: int | None
    building: str
    unit: str
    label: str

    @property
    def full_label(self) -> str:
        """As people say it: 江城雅苑3号楼电梯; a grid's name often begins with its community."""
        named = any(self.label.startswith(name) for name in self.names)
        return self.label if named else self.community + self.label

    @property
    def spot(self) -> str:
        """Where it is inside the community, beyond building and unit: 电梯, 东门岗亭, 第一网格."""
        if self.kind is CodeKind.BUILDING:
            return ""
        inside = self.label.removeprefix(self.building).removeprefix(self.unit)
        for name in sorted(self.names, key=len, reverse=True):
            inside = inside.removeprefix(name)
        return inside


class BadLabel(ValueError):
    """A spot's name is missing, too long or already has a code; its text is Chinese."""


def random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class PlaceCodes:
    """Makes codes once, finds them ever after."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        new_code: Callable[[], str] = random_code,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_code = new_code

    async def find(self, code: str) -> PlaceCode | None:
        """The place of a code, however it was typed."""
        wanted = code.strip().upper()
        if len(wanted) != LENGTH:
            return None
        async with self._database.read() as session:
            found = await _codes(session, PlaceCodeRow.code == wanted)
        return found[0] if found else None

    async def of_community(self, community_id: int) -> Sequence[PlaceCode]:
        """All codes of a community: grids, then building by building with its lifts, then spots."""
        async with self._database.read() as session:
            return await _codes(session, PlaceCodeRow.community_id == community_id)

    async def ensure(
        self, community_id: int, kinds: frozenset[CodeKind] = frozenset(CodeKind)
    ) -> Sequence[PlaceCode]:
        """Give a code to each grid, building and lift that has none; all codes of the community.

        A lift is what each unit (单元) of a building has. Raises UnknownPlace.
        """
        async with self._database.write() as session:
            # Two offices at once must not give a building two codes.
            await _community(session, community_id)
            have = await _codes(session, PlaceCodeRow.community_id == community_id)
            known = {(code.kind, code.grid_id, code.building_id, code.unit) for code in have}
            for place in await _places(session, community_id):
                key = (place.kind, place.grid_id, place.building_id, place.unit)
                if place.kind in kinds and key not in known:
                    place.code = await self._free_code(session)
                    place.created_at = self._clock()
                    session.add(place)
            await session.flush()
            return await _codes(session, PlaceCodeRow.community_id == community_id)

    async def add_spot(
        self, community_id: int, label: str, grid_id: int | None = None
    ) -> PlaceCode:
        """A code for any other place: 东门岗亭, 充电棚. Raises UnknownPlace and BadLabel."""
        label = "".join(label.split())
        if not label or len(label) > LABEL_MOST:
            raise BadLabel(f"请写清楚是哪个地点，不超过 {LABEL_MOST} 个字。")
        async with self._database.write() as session:
            await _community(session, community_id)
            if grid_id is not None:
                grid = await session.get(GridRow, grid_id)
                if grid is None or grid.community_id != community_id:
                    raise UnknownPlace("没有这个网格。")
            have = await _codes(session, PlaceCodeRow.community_id == community_id)
            if any(code.label == label for code in have):
                raise BadLabel(f"“{label}”已经有码了。")
            row = PlaceCodeRow(
                code=await self._free_code(session),
                kind=CodeKind.SPOT.value,
                community_id=community_id,
                grid_id=grid_id,
                label=label,
                created_at=self._clock(),
            )
            session.add(row)
            await session.flush()
            return (await _codes(session, PlaceCodeRow.code == row.code))[0]

    async def _free_code(self, session: AsyncSession) -> str:
        while await session.get(PlaceCodeRow, code := self._new_code()) is not None:
            continue
        return code


async def _community(session: AsyncSession, community_id: int) -> CommunityRow:
    query = select(CommunityRow).where(CommunityRow.id == community_id).with_for_update()
    row = await session.scalar(query)
    if row is None:
        raise UnknownPlace("没有这个小区。")
    return row


async def _places(session: AsyncSession, community_id: int) -> list[PlaceCodeRow]:
    """What can have a code, as rows that lack one; rows that nobody adds are forgotten."""
    grids = await session.scalars(
        select(GridRow).where(GridRow.community_id == community_id).order_by(GridRow.id)
    )
    places = [_row(CodeKind.GRID, community_id, grid.id, None, grid.name) for grid in grids]
    buildings = await session.scalars(
        select(BuildingRow).where(BuildingRow.community_id == community_id).order_by(BuildingRow.id)
    )
    for each in buildings:
        places.append(_row(CodeKind.BUILDING, community_id, each.grid_id, each.id, each.name))
        for number in range(1, each.units + 1):
            unit = f"{number}单元" if each.units > 1 else ""
            label = f"{each.name}{unit}电梯"
            places.append(_row(CodeKind.LIFT, community_id, each.grid_id, each.id, label, unit))
    return places


def _row(
    kind: CodeKind,
    community_id: int,
    grid_id: int,
    building_id: int | None,
    label: str,
    unit: str = "",
) -> PlaceCodeRow:
    return PlaceCodeRow(
        kind=kind.value,
        community_id=community_id,
        grid_id=grid_id,
        building_id=building_id,
        unit=unit,
        label=label,
    )


async def _codes(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[PlaceCode]:
    rows = await session.execute(
        select(PlaceCodeRow, CommunityRow.name, CommunityRow.aliases, BuildingRow.name)
        .join(CommunityRow, CommunityRow.id == PlaceCodeRow.community_id)
        .outerjoin(BuildingRow, BuildingRow.id == PlaceCodeRow.building_id)
        .where(*conditions)
    )
    found = [
        PlaceCode(
            code=row.code,
            kind=CodeKind(row.kind),
            community_id=row.community_id,
            community=community,
            names=[community, *aliases],
            grid_id=row.grid_id,
            building_id=row.building_id,
            building=building or "",
            unit=row.unit,
            label=row.label,
        )
        for row, community, aliases, building in rows.tuples()
    ]
    return sorted(found, key=_on_the_wall)


def _on_the_wall(code: PlaceCode) -> tuple[int, int, bool, int, str]:
    """The order in which one walks: grids, each building before its lifts, other spots."""
    round_ = {CodeKind.GRID: 0, CodeKind.SPOT: 2}.get(code.kind, 1)
    number = code.building_id or code.grid_id or 0
    return round_, number, code.kind is CodeKind.LIFT, len(code.unit), code.unit or code.label
