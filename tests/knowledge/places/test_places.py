"""Communities are loaded from files, found as people say them, and know who is responsible."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.places.loader import load_places
from knowledge.places.place import CATEGORIES, Community, CommunityKind, PartyKind, building_key
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


async def test_each_category_has_a_party_and_the_estates_differ(places: PlaceRepository) -> None:
    for community in await places.communities():
        for category in CATEGORIES:
            assert await places.party_for(community.id, category)
    yayuan, qingshan = await places.communities()
    firm = await places.party_for(yayuan.id, "漏水")
    assert firm is not None
    assert firm.kind is PartyKind.PROPERTY
    committee = await places.party_for(qingshan.id, "漏水")
    assert committee is not None
    assert committee.kind is PartyKind.COMMUNITY
    assert all(party.kind is not PartyKind.PROPERTY for party in await places.parties(qingshan.id))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("其他]", "别的]", "unknown categories: 别的"),
        (", 其他]", "]", "nobody handles: 其他"),
        ("9栋", "8栋", "buildings stand twice: 8栋"),
        ("old_street", "castle", r"qingshanli\.yaml: kind"),
    ],
)
def test_a_wrong_place_file_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = (PLACES / "qingshanli.yaml").read_text("utf-8").replace(old, new)
    (tmp_path / "qingshanli.yaml").write_text(text, "utf-8")
    with pytest.raises(BadFile, match=reason):
        load_places(tmp_path)
