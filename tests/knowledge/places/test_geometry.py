"""Distances and outlines, checked against figures from outside."""

import pytest

from knowledge.places.geometry import Point, holds, metres_between

SQUARE: list[Point] = [(30.0, 114.0), (30.0, 114.1), (30.1, 114.1), (30.1, 114.0)]
# A U whose opening looks north.
HOLLOW: list[Point] = [
    (0.0, 0.0), (0.0, 3.0), (3.0, 3.0), (3.0, 2.0), (1.0, 2.0), (1.0, 1.0), (3.0, 1.0), (3.0, 0.0),
]  # fmt: skip


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert metres_between((30.0, 114.0), (31.0, 114.0)) == pytest.approx(111_195, abs=5)


def test_a_degree_of_longitude_shrinks_with_the_latitude() -> None:
    assert metres_between((60.0, 114.0), (60.0, 115.0)) == pytest.approx(55_597, abs=30)


def test_paris_and_london_are_344_kilometres_apart() -> None:
    assert metres_between((48.8566, 2.3522), (51.5074, -0.1278)) == pytest.approx(343_560, abs=500)


def test_a_point_is_no_distance_from_itself_and_opposite_points_are_half_a_turn_apart() -> None:
    assert metres_between((30.5, 114.3), (30.5, 114.3)) == 0
    assert metres_between((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20_015_115, abs=10)


@pytest.mark.parametrize(
    ("outline", "point", "inside"),
    [
        (SQUARE, (30.05, 114.05), True),
        (SQUARE, (30.05, 114.11), False),
        (SQUARE, (30.11, 114.05), False),
        (HOLLOW, (2.0, 0.5), True),
        (HOLLOW, (2.0, 1.5), False),
        (HOLLOW, (0.5, 1.5), True),
        (HOLLOW, (2.0, 2.5), True),
        ([], (0.0, 0.0), False),
        ([(0.0, 0.0), (1.0, 1.0)], (0.5, 0.5), False),
    ],
)
def test_an_outline_holds_what_lies_inside(
    outline: list[Point], point: Point, inside: bool
) -> None:
    assert holds(outline, point) is inside
    assert holds(list(reversed(outline)), point) is inside


def test_neighbours_share_no_point() -> None:
    east: list[Point] = [(30.0, 114.1), (30.0, 114.2), (30.1, 114.2), (30.1, 114.1)]
    for step in range(100):
        point = (30.05, 114.0 + step * 0.002 + 0.0001)
        assert holds(SQUARE, point) + holds(east, point) == 1
