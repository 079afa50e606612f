"""Codes of places: made once, readable, found however they are typed."""

from collections.abc import Callable, Iterator

import pytest

from knowledge.places.codes import (
    ALPHABET,
    LENGTH,
    BadLabel,
    CodeKind,
    PlaceCodes,
    random_code,
)
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository, UnknownPlace
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.databases import Clock


@pytest.fixture
async def yayuan(database: Database) -> int:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    community = await places.find_community("江城雅苑")
    assert community is not None
    return community.id


@pytest.fixture
def codes(database: Database, clock: Clock) -> PlaceCodes:
    return PlaceCodes(database, clock)


def told(*given: str) -> Callable[[], str]:
    source: Iterator[str] = iter(given)
    return lambda: next(source)


async def test_every_grid_building_and_lift_gets_a_code(codes: PlaceCodes, yayuan: int) -> None:
    made = await codes.ensure(yayuan)
    kinds = [code.kind for code in made]
    # Twelve buildings with 22 units between them.
    assert [kinds.count(kind) for kind in CodeKind] == [12, 3, 22, 0]
    labels = [code.label for code in made]
    assert labels[:6] == [
        "江城雅苑第一网格",
        "江城雅苑第二网格",
        "江城雅苑第三网格",
        "1号楼",
        "1号楼1单元电梯",
        "1号楼2单元电梯",
    ]
    assert "7号楼电梯" in labels and "7号楼1单元电梯" not in labels
    for code in made:
        assert len(code.code) == LENGTH and not set(code.code) & set("0O1Il")
    assert len({code.code for code in made}) == len(made)


async def test_codes_never_change_and_new_kinds_join_the_old(
    codes: PlaceCodes, yayuan: int
) -> None:
    first = await codes.ensure(yayuan, frozenset({CodeKind.BUILDING}))
    assert {code.kind for code in first} == {CodeKind.BUILDING}
    all_ = await codes.ensure(yayuan)
    assert {code.code for code in first} < {code.code for code in all_}
    assert await codes.ensure(yayuan) == all_ == await codes.of_community(yayuan)


async def test_a_code_is_found_as_it_is_typed(codes: PlaceCodes, yayuan: int) -> None:
    made = await codes.ensure(yayuan)
    lift = next(code for code in made if code.label == "3号楼2单元电梯")
    assert await codes.find(f" {lift.code.lower()} ") == lift
    assert lift.full_label == "江城雅苑3号楼2单元电梯"
    assert (lift.building, lift.unit, lift.spot) == ("3号楼", "2单元", "电梯")
    grid, building = made[0], next(code for code in made if code.kind is CodeKind.BUILDING)
    assert (grid.full_label, grid.spot) == ("江城雅苑第一网格", "第一网格")
    assert (building.full_label, building.spot) == ("江城雅苑1号楼", "")
    for wrong in ("", "2345678", "23456789", "x" * 500):
        assert await codes.find(wrong) is None


async def test_a_code_that_is_taken_is_drawn_again(
    database: Database, clock: Clock, yayuan: int
) -> None:
    drawn = told("AAAAAAAA", "AAAAAAAA", "BBBBBBBB", "CCCCCCCC")
    codes = PlaceCodes(database, clock, drawn)
    made = await codes.ensure(yayuan, frozenset({CodeKind.GRID}))
    assert [code.code for code in made] == ["AAAAAAAA", "BBBBBBBB", "CCCCCCCC"]


async def test_any_other_spot_can_have_a_code(codes: PlaceCodes, yayuan: int) -> None:
    gate = await codes.add_spot(yayuan, " 东门 岗亭 ")
    assert (gate.label, gate.spot, gate.grid_id) == ("东门岗亭", "东门岗亭", None)
    assert await codes.of_community(yayuan) == [gate]
    with pytest.raises(BadLabel, match="已经有码了"):
        await codes.add_spot(yayuan, "东门岗亭")
    for wrong in ("", "  ", "长" * 41):
        with pytest.raises(BadLabel, match="请写清楚"):
            await codes.add_spot(yayuan, wrong)


async def test_an_unknown_community_or_a_foreign_grid_is_refused(
    codes: PlaceCodes, yayuan: int, database: Database
) -> None:
    other = await PlaceRepository(database).find_community("青山里")
    assert other is not None
    [grid, *_] = await PlaceRepository(database).grids(other.id)
    with pytest.raises(UnknownPlace):
        await codes.ensure(404)
    with pytest.raises(UnknownPlace):
        await codes.add_spot(404, "东门")
    with pytest.raises(UnknownPlace):
        await codes.add_spot(yayuan, "东门", grid.id)


def test_random_codes_differ_and_are_readable() -> None:
    drawn = {random_code() for _ in range(1000)}
    assert len(drawn) == 1000
    assert set("".join(drawn)) == set(ALPHABET)
