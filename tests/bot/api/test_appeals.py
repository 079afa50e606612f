"""Every move, duplicates, bursts and rates over REST, all of them in the documentation."""

from typing import Any

import httpx

from actions.appeals.life import Move
from tests.bot.api.conftest import Gateway

PATH = "/api/v1/appeals"


async def act(client: httpx.AsyncClient, appeal_id: int, move: str, **facts: Any) -> httpx.Response:
    return await client.post(f"{PATH}/{appeal_id}/deeds", json={"deed": {"move": move, **facts}})


def test_every_move_is_documented_with_what_it_needs(gateway: Gateway) -> None:
    schema = gateway.app.openapi()
    deed = schema["components"]["schemas"]["Act"]["properties"]["deed"]
    assert deed["discriminator"]["propertyName"] == "move"
    assert set(deed["discriminator"]["mapping"]) == {move.value for move in Move}
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation.get("summary"), path


async def test_an_appeal_goes_from_dispatch_to_closing(
    gateway: Gateway, staff: httpx.AsyncClient
) -> None:
    appeal = await gateway.filed()
    for move, facts in (
        ("sign", {}),
        ("start", {}),
        ("contact", {"note": "约了下午"}),
        ("answer", {"answer": "换了曳引绳"}),
        ("call_back", {"contacted": True, "solved": True, "satisfaction": 5}),
        ("close", {}),
    ):
        acted = await act(staff, appeal.id, move, **facts)
        assert acted.status_code == 200, acted.text
    steps = (await staff.get(f"{PATH}/{appeal.id}/history")).json()
    assert [step["kind"] for step in steps] == [
        "filed", "dispatch", "sign", "start", "contact", "answer", "call_back", "close",
    ]  # fmt: skip
    assert (await staff.get(f"{PATH}/9999/history")).status_code == 404
    refused = await act(staff, appeal.id, "sign")
    assert refused.status_code == 409 and "不能做“签收”" in refused.json()["detail"]


async def test_a_duplicate_is_proposed_and_merged(
    gateway: Gateway, staff: httpx.AsyncClient
) -> None:
    first, second = await gateway.filed("he"), await gateway.filed("li")
    (proposed,) = (await staff.get(f"{PATH}/{second.id}/alike")).json()
    assert proposed["appeal"]["id"] == first.id and 0 < proposed["probability"] <= 1
    merged = await staff.post(f"{PATH}/{second.id}/merge", json={"into_id": first.id})
    assert merged.json()["id"] == first.id
    (follower,) = (await staff.get(f"{PATH}/{first.id}/followers")).json()
    assert follower["resident_id"] == second.resident_id
    again = await staff.post(f"{PATH}/{first.id}/merge", json={"into_id": second.id})
    assert again.status_code == 409 and "已经并入" in again.json()["detail"]
    missing = await staff.post(f"{PATH}/9999/merge", json={"into_id": first.id})
    assert missing.status_code == 404


async def test_a_burst_gets_one_notice_for_all(gateway: Gateway, staff: httpx.AsyncClient) -> None:
    assert (await staff.get("/api/v1/bursts")).json() == []
    appeals = [
        await gateway.filed(f"household{n}", category="停水", content="家里没水了")
        for n in range(6)
    ]
    bursts = gateway.neighbours.bursts
    assert await bursts.check(appeals[-1]) is not None
    (burst,) = (await staff.get("/api/v1/bursts")).json()
    assert (burst["households"], burst["first"]["id"]) == (6, appeals[0].id)
    path = f"/api/v1/bursts/{appeals[0].id}/notice"
    assert (await staff.post(path, json={"text": " "})).status_code == 422
    told = await staff.post(path, json={"text": "正在抢修，预计晚上8点恢复"})
    assert (told.status_code, told.json()["followers"]) == (200, 5)
    assert (await staff.post("/api/v1/bursts/9999/notice", json={"text": "x"})).status_code == 404


async def test_rates_come_with_the_appeals_behind_them(
    gateway: Gateway, staff: httpx.AsyncClient
) -> None:
    solved, unsolved = await gateway.filed("he"), await gateway.filed("li")
    for appeal, good in ((solved, True), (unsolved, False)):
        for move, facts in (
            ("sign", {}),
            ("contact", {}),
            ("answer", {"answer": "修好了"}),
            ("call_back", {"contacted": True, "solved": good, "satisfaction": 5 if good else 1}),
        ):
            assert (await act(staff, appeal.id, move, **facts)).status_code == 200
    dates = {"since": "2026-11-24", "until": "2026-11-24"}
    report = (await staff.get("/api/v1/rates", params=dates)).json()
    assert report["solution"]["value"] == 0.5
    assert report["solution"]["behind"] == {str(solved.id): 1.0, str(unsolved.id): 0.0}
    assert report["composite"] is not None
    other = (await staff.get("/api/v1/rates", params={**dates, "community_id": "2"})).json()
    assert other["solution"] == {"value": None, "numerator": 0, "denominator": 0, "behind": {}}
    backwards = {"since": "2026-11-25", "until": "2026-11-24"}
    assert (await staff.get("/api/v1/rates", params=backwards)).status_code == 422
