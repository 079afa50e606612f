"""Places in plain Python: communities (小区), grids (网格), buildings and responsible parties."""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Self

import cn2an
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from knowledge.categories.tree import category_tree
from knowledge.places.geometry import Point

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class CommunityKind(StrEnum):
    """The nine kinds of 分类施策: each is governed in its own way."""

    MARKET_ESTATE = "market_estate"
    OLD_SELF = "old_self"
    OLD_STREET = "old_street"
    URBAN_VILLAGE = "urban_village"
    DEVELOPER_RUN = "developer_run"
    UNIT_RUN = "unit_run"
    OFFICE_TOWER = "office_tower"
    SCENIC = "scenic"
    CAMPUS = "campus"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    CommunityKind.MARKET_ESTATE: "成熟商品房小区",
    CommunityKind.OLD_SELF: "老旧小区自管或大厂托管",
    CommunityKind.OLD_STREET: "老旧小区街道托管",
    CommunityKind.URBAN_VILLAGE: "村改居联合或独立企业",
    CommunityKind.DEVELOPER_RUN: "开发商代管小区",
    CommunityKind.UNIT_RUN: "单位型小区",
    CommunityKind.OFFICE_TOWER: "商务楼宇",
    CommunityKind.SCENIC: "景区街区社区融合",
    CommunityKind.CAMPUS: "校园园区社区融合",
}


class PartyKind(StrEnum):
    """Who can be responsible (责任主体)."""

    COMMUNITY = "community"
    PROPERTY = "property"
    OWNERS = "owners"
    STREET = "street"
    GRID = "grid"
    UNIT = "unit"
    DEVELOPER = "developer"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        return _PARTY_LABELS[self]


_PARTY_LABELS = {
    PartyKind.COMMUNITY: "社区居委会",
    PartyKind.PROPERTY: "物业服务企业",
    PartyKind.OWNERS: "业主委员会",
    PartyKind.STREET: "街道办事处",
    PartyKind.GRID: "网格",
    PartyKind.UNIT: "单位",
    PartyKind.DEVELOPER: "开发商",
    PartyKind.ENTERPRISE: "村集体企业",
}

# What residents bring up, leaf by leaf; appeals use the same keys.
CATEGORIES = category_tree().keys


class Community(BaseModel):
    """A residential community and its kind."""

    id: int
    slug: str
    name: str
    kind: CommunityKind
    aliases: list[str]


class Grid(BaseModel):
    """A grid and its worker (网格员)."""

    id: int
    community_id: int
    name: str
    worker: str
    latitude: float | None = None
    longitude: float | None = None
    outline: list[Point] = []


class Building(BaseModel):
    """A building and the grid it belongs to."""

    id: int
    community_id: int
    grid_id: int
    name: str
    units: int
    latitude: float | None = None
    longitude: float | None = None


class Party(BaseModel):
    """Somebody who can solve something; without a community, everywhere."""

    id: int
    community_id: int | None
    kind: PartyKind
    name: str
    handles: list[str]
    details: dict[str, Any]


class _Located(BaseModel):
    """What stands somewhere: degrees as WeChat sends them (GCJ-02), both or none."""

    model_config = ConfigDict(extra="forbid")

    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude stand together or not at all")
        return self


class BuildingPlan(_Located):
    """A building as a place file tells it."""

    name: Name
    units: int = Field(default=1, ge=1)


class GridPlan(_Located):
    """A grid of a place file, with its buildings; `outline` goes around it, corner by corner."""

    name: Name
    worker: str = ""
    outline: list[Point] = []
    buildings: list[BuildingPlan]

    @field_validator("outline")
    @classmethod
    def _an_area(cls, corners: list[Point]) -> list[Point]:
        if corners and len(corners) < 3:
            raise ValueError("an outline has three corners at least")
        return corners


class PartyPlan(BaseModel):
    """A party of a place file, first come first asked.

    `handles` are leaves of the category tree or the dispatch keys that stand for several.
    """

    model_config = ConfigDict(extra="forbid")

    kind: PartyKind
    name: Name
    handles: list[str]
    details: dict[str, Any] = {}

    @model_validator(mode="after")
    def _known_categories(self) -> "PartyPlan":
        known = {*CATEGORIES, *category_tree().dispatch_keys}
        unknown = [each for each in self.handles if each not in known]
        if unknown:
            raise ValueError(f"unknown categories: {'、'.join(unknown)}")
        return self


class CommunityPlan(BaseModel):
    """A place file: one community with all it has."""

    model_config = ConfigDict(extra="forbid")

    slug: Name
    name: Name
    kind: CommunityKind
    aliases: list[Name] = []
    grids: list[GridPlan]
    parties: list[PartyPlan]

    @model_validator(mode="after")
    def _consistent(self) -> "CommunityPlan":
        names = [building.name for grid in self.grids for building in grid.buildings]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"buildings stand twice: {'、'.join(sorted(twice))}")
        handled = {category for party in self.parties for category in party.handles}
        tree = category_tree()
        unhandled = {leaf.dispatch for leaf in tree.leaves if leaf.key not in handled} - handled
        missing = [key for key in tree.dispatch_keys if key in unhandled]
        if missing:
            raise ValueError(f"nobody handles: {'、'.join(missing)}")
        return self


_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百]+")
_BUILDING = re.compile(r"第?([A-Z]?\d{1,3}|[A-Z])\s*(?:号楼|幢|栋|座|#)")
_NUMBERED = re.compile(r"第?([A-Z]?\d+|[A-Z])\s*(?:号|幢|栋|座|楼|#|$)")


def building_in(text: str) -> str:
    """The key of the one building that a text names; empty where it names none or several."""
    named = {_plain_number(each) for each in _BUILDING.findall(_with_digits(text))}
    return named.pop() if len(named) == 1 else ""


def building_key(name: str) -> str:
    """One spelling for 三号楼, 3号楼, 3栋, 3幢, ３＃, 3号楼2单元: here `3`."""
    text = _with_digits(name)
    numbered = _NUMBERED.match(text)
    return _plain_number(numbered.group(1)) if numbered else text


def _with_digits(text: str) -> str:
    written = unicodedata.normalize("NFKC", text).strip().upper()
    return _CHINESE_NUMBER.sub(_digits, written)


def _plain_number(number: str) -> str:
    return number.lstrip("0")


def _digits(match: re.Match[str]) -> str:
    try:
        return str(cn2an.cn2an(match.group(), "smart"))
    except ValueError:
        return match.group()
