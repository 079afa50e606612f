"""Place → grid: by code, building, position, home or name, and never by guessing."""

import pytest

from actions.dispatch.whereabouts import Clues, Found, Source, Whereabouts
from knowledge.places.codes import CodeKind, PlaceCode, PlaceCodes
from knowledge.places.repository import PlaceRepository
from knowledge.storage.database import Database
from tests.actions.dispatch.conftest import Town
from tests.databases import Clock

HOME = {"community": "江城雅苑", "building": "5号楼"}
FIRST, SECOND, THIRD = "江城雅苑第一网格", "江城雅苑第二网格", "江城雅苑第三网格"
IN_SECOND, IN_QINGSHAN, FAR_AWAY = (30.5650, 114.3040), (30.6290, 114.3900), (30.70, 114.50)


@pytest.fixture
def codes(town: Town, clock: Clock) -> PlaceCodes:
    return PlaceCodes(town.database, clock)


@pytest.fixture
def whereabouts(town: Town, codes: PlaceCodes) -> Whereabouts:
    return Whereabouts(town.places, codes)


async def code_of(codes: PlaceCodes, town: Town, label: str) -> PlaceCode:
    community = await town.places.find_community("江城雅苑")
    assert community is not None
    made = await codes.ensure(community.id)
    return next(code for code in made if code.label == label)


async def read(town: Town, found: Found) -> tuple[str, str, Source]:
    """Community, grid and source by name."""
    grid = (await town.places.grid(found.grid_id)).name if found.grid_id else ""
    return found.community.name if found.community else "", grid, found.source


def at(point: tuple[float, float], **more: str) -> Clues:
    return Clues(latitude=point[0], longitude=point[1], **more)


@pytest.mark.parametrize(
    ("clues", "community", "grid", "source"),
    [
        (Clues("江城雅苑3栋2单元"), "江城雅苑", FIRST, Source.BUILDING),
        (Clues("雅苑小区第十二幢楼下"), "江城雅苑", THIRD, Source.BUILDING),
        (Clues("江城雅苑", building="三号楼"), "江城雅苑", FIRST, Source.BUILDING),
        # The building that the text names goes before one that was filled in from the home.
        (Clues("江城雅苑9栋", building="3号楼"), "江城雅苑", THIRD, Source.BUILDING),
        (Clues("3栋楼道", home=HOME), "江城雅苑", FIRST, Source.BUILDING),
        (Clues("青山里8栋", home=HOME), "青山里", "青山里第二网格", Source.BUILDING),
        (Clues("江城雅苑垃圾站", home=HOME), "江城雅苑", SECOND, Source.HOME),
        (Clues("", home=HOME), "江城雅苑", SECOND, Source.HOME),
        # Another building than one's own is not at home.
        (Clues("99栋", building="99栋", home=HOME), "江城雅苑", "", Source.NAME),
        (Clues("青山里垃圾站", home=HOME), "青山里", "", Source.NAME),
        (Clues("江城雅苑3栋和4栋之间"), "江城雅苑", "", Source.NAME),
        (at(IN_SECOND), "江城雅苑", SECOND, Source.POSITION),
        (at(IN_QINGSHAN, text="路边"), "青山里", "青山里第二网格", Source.POSITION),
        # Where somebody stands now goes before where they live.
        (Clues("", latitude=30.6290, longitude=114.3900, home=HOME), "青山里", "青山里第二网格",
         Source.POSITION),
        (at(IN_SECOND, text="江城雅苑3栋"), "江城雅苑", FIRST, Source.BUILDING),
        # They write of one place and stand in another.
        (at(IN_QINGSHAN, text="江城雅苑大门"), "江城雅苑", "", Source.NAME),
        (at(FAR_AWAY), "", "", Source.UNKNOWN),
        (Clues("3栋", building="3栋"), "", "", Source.UNKNOWN),
        (Clues("月球花园3栋"), "", "", Source.UNKNOWN),
        (Clues(), "", "", Source.UNKNOWN),
    ],
)  # fmt: skip
async def test_places_are_found(
    town: Town, whereabouts: Whereabouts, clues: Clues, community: str, grid: str, source: Source
) -> None:
    found = await whereabouts.of(clues)
    assert await read(town, found) == (community, grid, source)
    assert len(found.why) >= 6


async def test_a_code_says_where_without_a_word(
    town: Town, whereabouts: Whereabouts, codes: PlaceCodes
) -> None:
    lift = await code_of(codes, town, "6号楼1单元电梯")
    found = await whereabouts.of(Clues(code=lift.code, home={"community": "青山里"}))
    assert await read(town, found) == ("江城雅苑", SECOND, Source.CODE)
    assert (found.building, found.why) == ("6号楼", "居民扫了江城雅苑6号楼1单元电梯的码")


async def test_what_was_said_goes_before_the_code(
    town: Town, whereabouts: Whereabouts, codes: PlaceCodes
) -> None:
    grid = await code_of(codes, town, FIRST)
    elsewhere = await whereabouts.of(Clues("青山里8栋", code=grid.code))
    assert await read(town, elsewhere) == ("青山里", "青山里第二网格", Source.BUILDING)
    other = await whereabouts.of(Clues("9栋楼下", building="9栋", code=grid.code))
    assert await read(town, other) == ("江城雅苑", THIRD, Source.BUILDING)


async def test_an_unknown_code_is_no_clue(town: Town, whereabouts: Whereabouts) -> None:
    found = await whereabouts.of(Clues("江城雅苑3栋", code="23456789"))
    assert await read(town, found) == ("江城雅苑", FIRST, Source.BUILDING)


async def test_a_spot_belongs_to_the_grid_that_the_office_gave_it(
    town: Town, whereabouts: Whereabouts, codes: PlaceCodes
) -> None:
    community = await town.places.find_community("江城雅苑")
    assert community is not None
    grids = await town.places.grids(community.id)
    gate = await codes.add_spot(community.id, "东门岗亭", grids[2].id)
    found = await whereabouts.of(Clues(code=gate.code))
    assert (await read(town, found))[:2] == ("江城雅苑", THIRD)
    assert gate.kind is CodeKind.SPOT and gate.full_label == "江城雅苑东门岗亭"


async def test_the_database_need_not_know_any_place(database: Database, clock: Clock) -> None:
    empty = Whereabouts(PlaceRepository(database), PlaceCodes(database, clock))
    assert (await empty.of(at(IN_SECOND, text="江城雅苑3栋"))).source is Source.UNKNOWN
