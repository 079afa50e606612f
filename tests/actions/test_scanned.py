"""A filing begins where the code was scanned, unless the resident says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.appeals.draft import Facts
from actions.scanned import (
    LASTS,
    MEMORY,
    ScannedPlace,
    answered_by_scan,
    code_for,
    still_there,
    told_before,
)
from knowledge.places.codes import PlaceCodes
from knowledge.places.repository import PlaceRepository
from knowledge.storage.database import Database
from tests.actions.conftest import ActionServer
from tests.databases import Clock

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LIFT = ScannedPlace(
    code="ABCD2345",
    label="江城雅苑3号楼2单元电梯",
    names=["江城雅苑", "雅苑"],
    building="3号楼",
    unit="2单元",
    spot="电梯",
    until=NOW + LASTS,
)
GRID = LIFT.model_copy(update={"building": "", "unit": "", "spot": "第一网格"})


def memory(place: ScannedPlace = LIFT, **more: Any) -> dict[str, Any]:
    return {MEMORY: place.model_dump(mode="json"), **more}


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({}, "江城雅苑3号楼2单元电梯"),
        ({"problem": "坏了"}, "江城雅苑3号楼2单元电梯"),
        ({"building": "三栋"}, "江城雅苑3号楼2单元电梯"),
        ({"community": "雅苑小区"}, "江城雅苑3号楼2单元电梯"),
        ({"building": "5栋"}, ""),
        ({"community": "青山里"}, ""),
    ],
)
def test_what_is_told_goes_before_what_was_scanned(told: dict[str, str], where: str) -> None:
    assert Facts.model_validate(told_before(memory(), told)).where == where


def test_of_a_grid_only_the_community_is_kept_once_a_building_is_told() -> None:
    assert told_before(memory(GRID), {"building": "5栋"}) == {"community": "江城雅苑"}
    assert Facts.model_validate(told_before(memory(GRID), {})).where == "江城雅苑第一网格"


def test_loose_facts_join_the_place_or_take_its_stead() -> None:
    photo = told_before(memory(told_facts={"photos": [7]}), {})
    assert (photo["building"], photo["photos"]) == ("3号楼", [7])
    elsewhere = told_before(memory(told_facts={"community": "青山里"}), {})
    assert elsewhere == {"community": "青山里"}
    assert told_before({}, {}) == {}


def test_a_filing_carries_the_code_only_for_its_own_place() -> None:
    assert code_for(memory(), Facts(community="江城雅苑", building="三号楼")) == "ABCD2345"
    assert code_for(memory(), Facts(community="江城雅苑", building="5栋")) == ""
    assert code_for(memory(), Facts(community="青山里", building="3栋")) == ""
    assert code_for(memory(), Facts()) == ""
    assert code_for({}, Facts(community="江城雅苑")) == ""


def test_a_place_that_was_asked_for_may_be_answered_by_scanning() -> None:
    asked = Facts(category="电梯", asked_where=1)
    assert answered_by_scan(asked, memory(), {}).where == "江城雅苑3号楼2单元电梯"
    assert answered_by_scan(asked, {}, {}) == asked
    known = Facts(community="青山里", building="8栋")
    assert answered_by_scan(known, memory(), {}) == known


def test_it_lasts_until_its_time_or_until_one_leaves() -> None:
    kept = memory(topic=3)
    assert still_there(kept, NOW + timedelta(hours=2)) == kept
    assert still_there(kept, NOW + timedelta(hours=2, seconds=1)) == {"topic": 3}
    assert still_there(kept, NOW, {"building": "3栋"}) == kept
    assert still_there(kept, NOW, {"building": "4栋"}) == {"topic": 3}
    assert still_there({}, NOW) == {}


async def test_who_scanned_is_asked_nothing_of_where_and_the_grid_is_known(
    server: ActionServer, database: Database, clock: Clock
) -> None:
    community = await PlaceRepository(database).find_community("江城雅苑")
    assert community is not None
    codes = await PlaceCodes(database, clock).ensure(community.id)
    lift = next(code for code in codes if code.label == "6号楼1单元电梯")
    kept = {MEMORY: ScannedPlace.of(lift, clock()).model_dump(mode="json")}
    told = {"problem": "坏了", "category": "电梯"}
    form: dict[str, Any] = {"form": True, "memory": kept}
    begun = await server.run(
        "validate_appeal_form", "电梯坏了", "file_appeal", entities=told, **form
    )
    assert begun.slots()["appeal_where"] == "江城雅苑6号楼1单元电梯"
    agreed = {**begun.slots(), "appeal_confirmed": "yes"}
    await server.run("action_submit_appeal", "确认", "affirm", slots=agreed, memory=kept)
    [appeal] = await server.appeals.of_resident(1)
    assert (appeal.community, appeal.grid) == ("江城雅苑", "江城雅苑第二网格")
    assert (appeal.place_code, appeal.building, appeal.unit) == (lift.code, "6号楼", "1单元")
    assert appeal.lead_party == "江城雅苑物业服务中心"
    dispatched = (await server.appeals.history(appeal.id))[-1]
    assert dispatched.note.startswith("居民扫了江城雅苑6号楼1单元电梯的码；")


async def test_a_position_finds_the_grid(server: ActionServer) -> None:
    here: dict[str, Any] = {"latitude": 30.5650, "longitude": 114.3040, "form": True}
    told = {"place": "幸福路口"}
    slots = {"appeal_what": "路灯不亮", "appeal_facts": {"category": "路灯"}}
    asked = {**slots, "requested_slot": "appeal_where"}
    read = await server.run("validate_appeal_form", entities=told, slots=asked, **here)
    agreed = {**slots, **read.slots(), "appeal_confirmed": "yes"}
    await server.run("action_submit_appeal", "确认", "affirm", slots=agreed)
    [appeal] = await server.appeals.of_resident(1)
    assert (appeal.grid, appeal.latitude) == ("江城雅苑第二网格", 30.5650)
    # A lamp at a crossing is the street's.
    assert appeal.lead_party == "江城街道办事处"


async def test_a_position_sent_alone_is_kept_for_the_appeal_to_come(server: ActionServer) -> None:
    said = await server.run(
        "action_loose_facts", entities={"place": "幸福路口"}, latitude=30.565, longitude=114.304
    )
    assert said.note is not None
    kept = said.note.remember["told_facts"]
    facts = Facts.model_validate(told_before({"told_facts": kept}, {}))
    assert (facts.latitude, facts.longitude, facts.where) == (30.565, 114.304, "幸福路口")
