"""Communities are loaded from files, found as people say them, and know who is responsible."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.places.loader import load_places
from knowledge.places.place import (
    Community,
    CommunityKind,
    PartyKind,
    building_in,
    building_key,
)
from knowledge.places.repository import PlaceRepository, UnknownPlace
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Base, Database
from knowledge.yaml_file import BadFile

PLACES = PROJECT_ROOT / "knowledge" / "content" / "places"


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[PlaceRepository]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'places.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    repository = PlaceRepository(database)
    assert await repository.load(load_places(PLACES)) == 2
    yield repository
    await database.close()


async def found(places: PlaceRepository, text: str) -> Community:
    community = await places.find_community(text)
    assert community is not None
    return community


async def test_the_places_of_the_product_are_loaded_once(places: PlaceRepository) -> None:
    assert await places.load(load_places(PLACES)) == 0
    yayuan, qingshan = await places.communities()
    assert (yayuan.kind, qingshan.kind) == (CommunityKind.MARKET_ESTATE, CommunityKind.OLD_STREET)
    assert len(await places.buildings(yayuan.id)) == 12
    assert len(await places.grids(yayuan.id)) == 3
    assert len(await places.buildings(qingshan.id)) == 9
    assert len(await places.grids(qingshan.id)) == 2


async def test_a_community_is_found_by_name_or_alias_within_a_sentence(
    places: PlaceRepository,
) -> None:
    assert (await found(places, "我住江城雅苑3号楼")).slug == "jiangcheng-yayuan"
    assert (await found(places, "雅苑小区 的电梯坏了")).slug == "jiangcheng-yayuan"
    assert (await found(places, "青 山 里")).slug == "qingshanli"
    assert await places.find_community("不认识的地方") is None


@pytest.mark.parametrize("said", ["三号楼", "3号楼", "3栋", "３＃", "第三幢", "03栋", "3号楼2单元"])
async def test_a_building_is_found_however_it_is_written(
    places: PlaceRepository, said: str
) -> None:
    for community in await places.communities():
        building = await places.find_building(community.id, said)
        assert building is not None
        assert building_key(building.name) == "3"
        grid = await places.grid(building.grid_id)
        assert grid.community_id == community.id


async def test_an_unknown_building_is_none(places: PlaceRepository) -> None:
    yayuan = await found(places, "江城雅苑")
    assert await places.find_building(yayuan.id, "十三栋") is None
    assert await places.find_building(yayuan.id, "") is None
    with pytest.raises(UnknownPlace):
        await places.grid(404)


@pytest.mark.parametrize(
    ("point", "grid"),
    [
        ((30.5650, 114.3010), "江城雅苑第一网格"),
        ((30.5630, 114.3010), "江城雅苑第三网格"),
        # Outside every outline, but near.
        ((30.5665, 114.3040), "江城雅苑第二网格"),
        ((30.6270, 114.3900), "青山里第二网格"),
        ((30.60, 114.35), ""),
    ],
)
async def test_a_position_belongs_to_the_grid_around_it_or_nearest_to_it(
    places: PlaceRepository, point: tuple[float, float], grid: str
) -> None:
    found = await places.grid_at(point)
    assert (found.name if found else "") == grid


async def test_a_known_community_learns_where_it_stands_and_nothing_else(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'older.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    older, _ = load_places(PLACES)
    moved = older.model_copy(deep=True)
    for grid in older.grids:
        grid.latitude = grid.longitude = None
        grid.outline = []
    older.grids[0].buildings[0].units = 9
    moved.grids[0].buildings[0].latitude, moved.grids[0].buildings[0].longitude = 30.0, 114.0
    places = PlaceRepository(database)
    await places.load([older])
    assert await places.grid_at((30.5650, 114.3010)) is None
    assert await places.load([moved]) == 0
    found = await places.grid_at((30.5650, 114.3010))
    assert found is not None and found.name == "江城雅苑第一网格"
    at_home = await places.grid_at((30.0001, 114.0001))
    assert at_home is not None and at_home.name == "江城雅苑第一网格"
    [first, *_] = await places.buildings(found.community_id)
    assert (first.units, first.latitude) == (9, 30.0)
    await database.close()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("江城雅苑3栋2单元", "3"),
        ("三号楼楼道", "3"),
        ("第十二幢楼下", "12"),
        ("A座大堂", "A"),
        ("3栋和三号楼", "3"),
        ("3栋和4栋", ""),
        ("幸福路12号", ""),
        ("2单元501", ""),
    ],
)
def test_a_building_is_read_out_of_a_sentence(text: str, key: str) -> None:
    assert building_in(text) == key


async def test_each_community_has_its_own_parties_in_the_order_of_its_file(
    places: PlaceRepository,
) -> None:
    yayuan, qingshan = await places.communities()
    firm, *_ = await places.parties(yayuan.id)
    assert (firm.kind, firm.name) == (PartyKind.PROPERTY, "江城雅苑物业服务中心")
    assert "漏水" in firm.handles
    kinds = [party.kind for party in await places.parties(qingshan.id)]
    assert kinds == [PartyKind.GRID, PartyKind.COMMUNITY, PartyKind.STREET]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("其他]", "别的]", "unknown categories: 别的"),
        (", 其他]", "]", "nobody handles: 其他"),
        ("9栋", "8栋", "buildings stand twice: 8栋"),
        ("old_street", "castle", r"qingshanli\.yaml: kind"),
        ("latitude: 30.6312", "latitude: 130.6312", "grids.0.latitude"),
        ("    longitude: 114.3905\n", "", "latitude and longitude stand together"),
        (", [30.6308, 114.3925], [30.6300, 114.3890]]", "]", "three corners"),
    ],
)
def test_a_wrong_place_file_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = (PLACES / "qingshanli.yaml").read_text("utf-8").replace(old, new)
    (tmp_path / "qingshanli.yaml").write_text(text, "utf-8")
    with pytest.raises(BadFile, match=reason):
        load_places(tmp_path)
