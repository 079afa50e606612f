"""Where a point lies: distances on the globe, and whether an outline holds it. Plain numbers."""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

EARTH_RADIUS_M = 6_371_008.8
# Latitude and longitude in degrees.
Point = tuple[
    Annotated[float, Field(ge=-90, le=90)],
    Annotated[float, Field(ge=-180, le=180)],
]


def metres_between(one: Point, other: Point) -> float:
    """The great-circle distance (haversine)."""
    lat1, lat2 = math.radians(one[0]), math.radians(other[0])
    north, east = lat2 - lat1, math.radians(other[1] - one[1])
    half = math.sin(north / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def holds(outline: Sequence[Point], point: Point) -> bool:
    """Whether a point lies inside an outline (ray casting); one with fewer than 3 corners is none.

    A grid is small enough to be flat, and none lies across the 180th meridian.
    """
    inside = False
    latitude, longitude = point
    if len(outline) < 3:
        return False
    for (lat1, lon1), (lat2, lon2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (lat1 > latitude) != (lat2 > latitude):
            crossing = lon1 + (latitude - lat1) * (lon2 - lon1) / (lat2 - lat1)
            inside ^= longitude < crossing
    return inside
