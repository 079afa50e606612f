"""Where an appeal belongs (地点 → 网格): by code, building, position, home or name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge.places.codes import PlaceCodes
from knowledge.places.place import Building, Community, Grid
from knowledge.places.repository import PlaceRepository


class Source(StrEnum):
    """What told the place; its text is for the office."""

    CODE = "扫码"
    BUILDING = "楼栋"
    HOME = "居民登记的住处"
    POSITION = "定位"
    NAME = "小区名称"
    UNKNOWN = "不明"


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a place; `home` has the keys community and building, both may be absent."""

    text: str = ""
    building: str = ""
    code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    home: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The community, the grid where one is known, what told it, and why in words."""

    community: Community | None
    grid_id: int | None
    building: str
    source: Source
    why: str


class Whereabouts:
    """Finds community and grid; a place that is not clear is left to the community desk."""

    def __init__(self, places: PlaceRepository, codes: PlaceCodes) -> None:
        self._places = places
        self._codes = codes

    async def of(self, clues: Clues) -> Found:
        """Never raises for a place that nobody knows: then there is no community, and a reason.

        What was told for this appeal goes before what is remembered of the resident.
        """
        home = clues.home or {}
        named = await self._places.find_community(clues.text)
        if scanned := await self._scanned(clues, named):
            return scanned
        grid = await self._grid_at(clues)
        standing = await self._places.community(grid.community_id) if grid else None
        lives_in = await self._places.find_community(home.get("community", ""))
        community = named or standing or lives_in
        if community is None:
            return Found(None, None, "", Source.UNKNOWN, _why_unknown(clues))
        building = await self._told(community, clues)
        if building is not None:
            return _at(community, building, Source.BUILDING)
        if grid is not None and grid.community_id == community.id:
            why = f"居民发来的定位在{grid.name}，或离它最近"
            return Found(community, grid.id, "", Source.POSITION, why)
        if lives_in and lives_in.id == community.id and not clues.building:
            building = await self._places.find_building(community.id, home.get("building", ""))
            if building is not None:
                return _at(community, building, Source.HOME)
        why = f"只知道是{community.name}，没有对上楼栋，网格待定"
        return Found(community, None, "", Source.NAME, why)

    async def _scanned(self, clues: Clues, named: Community | None) -> Found | None:
        """A code counts unless the text names another community; a building told goes further."""
        place = await self._codes.find(clues.code) if clues.code else None
        if place is None or (named is not None and named.id != place.community_id):
            return None
        community = await self._places.community(place.community_id)
        told = await self._told(community, clues)
        if told is not None and told.id != place.building_id:
            return _at(community, told, Source.BUILDING)
        why = f"居民扫了{place.full_label}的码"
        return Found(community, place.grid_id, place.building, Source.CODE, why)

    async def _told(self, community: Community, clues: Clues) -> Building | None:
        building = await self._places.building_in(community.id, clues.text)
        return building or await self._places.find_building(community.id, clues.building)

    async def _grid_at(self, clues: Clues) -> Grid | None:
        if clues.latitude is None or clues.longitude is None:
            return None
        return await self._places.grid_at((clues.latitude, clues.longitude))


def _at(community: Community, building: Building, source: Source) -> Found:
    if source is Source.HOME:
        # Whose grid it is; not that it happened in that building, nor where somebody lives.
        why = f"地点在{community.name}，网格按居民登记的住处"
        return Found(community, building.grid_id, "", source, why)
    why = f"地点是{community.name}{building.name}"
    return Found(community, building.grid_id, building.name, source, why)


def _why_unknown(clues: Clues) -> str:
    if clues.building or clues.text:
        return "没有对上已登记的小区，请核对地点后派单"
    return "居民没有说地点，请联系居民核实"
