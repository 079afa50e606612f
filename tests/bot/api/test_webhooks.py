"""Webhooks and robots over REST: an administrator's business, secrets shown once."""

import httpx

from tests.bot.api.conftest import Gateway

HOOKS = "/api/v1/webhooks"
PLAN = {"url": "https://platform.example/hook?key=1", "events": ["answer", "filed"]}


async def test_a_webhook_lives_its_life_over_rest(admin: httpx.AsyncClient) -> None:
    made = await admin.post(HOOKS, json=PLAN)
    assert made.status_code == 201
    first = made.json()
    assert len(first["secret"]) >= 32 and first["events"] == ["answer", "filed"]
    (listed,) = (await admin.get(HOOKS)).json()
    assert "secret" not in listed and listed["url"] == PLAN["url"]
    path = f"{HOOKS}/{first['id']}"
    stopped = await admin.put(path, json={**PLAN, "active": False})
    assert stopped.json()["active"] is False and "secret" not in stopped.json()
    renewed = (await admin.post(f"{path}/secret")).json()
    assert renewed["secret"] != first["secret"]
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.get(HOOKS)).json() == []
    assert (await admin.delete(path)).status_code == 404


async def test_what_cannot_be_told_is_refused_with_the_reason(admin: httpx.AsyncClient) -> None:
    inside = await admin.post(HOOKS, json={"url": "http://169.254.169.254/"})
    assert (inside.status_code, inside.json()["detail"]) == (422, "不能发往内网或本机地址。")
    unknown = await admin.post(HOOKS, json={**PLAN, "events": ["holiday"]})
    assert unknown.status_code == 422
    assert "answer" in (await admin.get(f"{HOOKS}/events")).json()
    assert (await admin.post(f"{HOOKS}/deliveries/1/retry")).status_code == 404
    assert (await admin.get(f"{HOOKS}/deliveries", params={"status": "failed"})).json() == []


async def test_a_robot_is_given_and_taken_away(gateway: Gateway, admin: httpx.AsyncClient) -> None:
    (first, *_) = (await admin.get("/api/v1/robots")).json()
    assert first["kind"] is None
    path = f"/api/v1/robots/{first['party_id']}"
    robot = {
        "kind": "dingtalk",
        "url": "https://robot.example/send?access_token=t",
        "secret": "SEC",
    }
    given = await admin.put(path, json=robot)
    assert given.json() | {"party": ""} == {
        "party_id": first["party_id"], "party": "", "kind": "dingtalk",
        "host": "robot.example", "signed": True,
    }  # fmt: skip
    inside = await admin.put(path, json={**robot, "url": "http://127.0.0.1/"})
    assert inside.status_code == 422
    assert (await admin.delete(path)).json()["kind"] is None
    assert (await admin.put("/api/v1/robots/9999", json=robot)).status_code == 404


async def test_only_administrators_may(
    staff: httpx.AsyncClient, secretary: httpx.AsyncClient
) -> None:
    for client in (staff, secretary):
        assert (await client.get(HOOKS)).status_code == 403
        assert (await client.post(HOOKS, json=PLAN)).status_code == 403
        assert (await client.get("/api/v1/robots")).status_code == 403
