"""Communities of all nine kinds, each with the parties that such a community has."""

from dataclasses import dataclass

import pytest

from actions.appeals.appeal import Filing
from actions.dispatch.dispatch import Assignment, Dispatch, Near
from knowledge.categories.tree import category_tree
from knowledge.places.loader import load_places
from knowledge.places.place import (
    BuildingPlan,
    CommunityKind,
    CommunityPlan,
    GridPlan,
    PartyKind,
    PartyPlan,
)
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.databases import Clock

K, P = CommunityKind, PartyKind
HAS = {
    K.MARKET_ESTATE: (P.PROPERTY, P.OWNERS, P.GRID, P.COMMUNITY, P.STREET),
    K.OLD_SELF: (P.OWNERS, P.GRID, P.COMMUNITY, P.STREET),
    K.OLD_STREET: (P.GRID, P.COMMUNITY, P.STREET),
    K.URBAN_VILLAGE: (P.ENTERPRISE, P.GRID, P.COMMUNITY, P.STREET),
    K.DEVELOPER_RUN: (P.PROPERTY, P.DEVELOPER, P.GRID, P.COMMUNITY, P.STREET),
    K.UNIT_RUN: (P.UNIT, P.GRID, P.COMMUNITY, P.STREET),
    K.OFFICE_TOWER: (P.PROPERTY, P.COMMUNITY, P.STREET),
    K.SCENIC: (P.UNIT, P.GRID, P.COMMUNITY, P.STREET),
    K.CAMPUS: (P.UNIT, P.PROPERTY, P.GRID, P.COMMUNITY, P.STREET),
}


def name_of(kind: CommunityKind) -> str:
    return f"{kind.label}甲"


def plan_of(kind: CommunityKind) -> CommunityPlan:
    everything = list(category_tree().dispatch_keys)
    return CommunityPlan(
        slug=kind.value,
        name=name_of(kind),
        kind=kind,
        grids=[GridPlan(name="第一网格", buildings=[BuildingPlan(name="1号楼")])],
        parties=[
            PartyPlan(kind=party, name=party.label, handles=everything) for party in HAS[kind]
        ],
    )


@dataclass(frozen=True, slots=True)
class Town:
    """Dispatch over the two demo communities and one of each kind."""

    dispatch: Dispatch
    places: PlaceRepository
    database: Database

    async def assign(
        self,
        category: str,
        place: str = "",
        near: Near = "",
        content: str = "有个问题",
        **more: object,
    ) -> Assignment:
        return await self.dispatch.assign(filing(category, place, content, **more), near)


def filing(category: str, place: str = "", content: str = "有个问题", **more: object) -> Filing:
    fields = {"resident_id": 1, "channel": "web", "content": content, "category": category}
    return Filing.model_validate({**fields, "place_text": place, **more})


@pytest.fixture
async def town(database: Database, clock: Clock) -> Town:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    await places.load([plan_of(kind) for kind in CommunityKind])
    return Town(Dispatch.on(database, clock), places, database)
