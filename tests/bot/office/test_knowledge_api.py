"""The REST door does what the pages do, with the same rights and refusals."""

from typing import Any

import httpx

from tests.bot.office.conftest import sign_in

ROOT = "/api/v1/knowledge"
CONTENT = {
    "title": "借轮椅",
    "topic": "便民服务",
    "questions": ["社区能借轮椅吗"],
    "answer": "带身份证到社区服务站登记即可。",
    "checked_on": "2026-11-01",
}


async def test_an_entry_lives_its_whole_life_over_rest(program: httpx.AsyncClient) -> None:
    made = (await program.post(f"{ROOT}/entries", json={"content": CONTENT})).json()
    path = f"{ROOT}/entries/{made['id']}"
    assert made["status"] == "draft"
    step = {"note": "核对过", "expected": made["updated_at"]}
    published = await program.post(f"{path}/publish", json=step)
    assert published.json()["status"] == "published"
    assert (await program.post(f"{path}/publish", json=step)).status_code == 409
    stale = {"content": CONTENT, "expected": made["updated_at"]}
    refused = await program.put(f"{path}/draft", json=stale)
    assert refused.status_code == 409
    assert "修改过这条知识" in refused.json()["detail"]
    fresh = {"content": CONTENT | {"title": "借拐杖"}, "expected": published.json()["updated_at"]}
    assert (await program.put(f"{path}/draft", json=fresh)).status_code == 200
    assert (await program.post(f"{path}/retire", json={})).json()["status"] == "retired"
    restored = await program.post(f"{path}/versions/1/restore", json={})
    assert restored.json()["draft"]["title"] == "借轮椅"
    history = (await program.get(f"{path}/versions")).json()
    assert [(each["version"], each["action"]) for each in history] == [
        (2, "retire"),
        (1, "publish"),
    ]


async def test_a_publication_that_leads_an_exam_astray_is_held_back(
    program: httpx.AsyncClient,
) -> None:
    exam = {"find": ["拐杖要去哪里领新的"], "avoid": []}
    owner = CONTENT | {"title": "领拐杖", "questions": ["拐杖去哪里领"], "exam": exam}
    made = (await program.post(f"{ROOT}/entries", json={"content": owner})).json()
    assert (await program.post(f"{ROOT}/entries/{made['id']}/publish", json={})).is_success
    thief = CONTENT | {"title": "拐杖要去哪里领新的", "questions": exam["find"]}
    rival = (await program.post(f"{ROOT}/entries", json={"content": thief})).json()
    path = f"{ROOT}/entries/{rival['id']}"
    held = await program.post(f"{path}/publish", json={})
    assert held.status_code == 422
    found = {each["question"]: each for each in held.json()["astray"]}
    assert held.json()["detail"] == f"这样发布，有 {len(found)} 道考题会找错答案。"
    astray = found[exam["find"][0]]
    assert astray["entry_id"] == made["id"]
    assert (astray["must_find"], astray["found"]) == (True, thief["title"])
    assert (await program.get(path)).json()["status"] == "draft"
    forced = await program.post(f"{path}/publish", json={"forced": True})
    assert forced.json()["status"] == "published"
    for number in (rival["id"], made["id"]):
        await program.post(f"{ROOT}/entries/{number}/retire", json={})


async def offered(program: httpx.AsyncClient) -> dict[str, Any]:
    found = (await program.get(f"{ROOT}/misses", params={"kind": "offered"})).json()
    return {miss["text"]: miss for miss in found}


async def test_a_question_with_choices_is_taken_in_by_an_entry(program: httpx.AsyncClient) -> None:
    miss = (await offered(program))["食堂几点开饭"]
    [(entry_id, taps)] = miss["taps"].items()
    assert (taps, miss["times"], miss["offered"][0]) == (2, 2, int(entry_id))
    path = f"{ROOT}/misses/{miss['id']}/add"
    assert (await program.post(path, json={"entry_id": 99999})).status_code == 404
    added = await program.post(path, json={"entry_id": int(entry_id)})
    assert added.json()["draft"]["questions"][-1] == "食堂几点开饭"
    assert "食堂几点开饭" not in await offered(program)


async def test_an_edit_settles_the_question_it_was_made_for(program: httpx.AsyncClient) -> None:
    miss = (await offered(program))["帮老人送饭吗"]
    made = (await program.post(f"{ROOT}/entries", json={"content": CONTENT})).json()
    path = f"{ROOT}/entries/{made['id']}/draft"
    edit = {"content": CONTENT | {"questions": [miss["text"]]}, "expected": made["updated_at"]}
    unknown = await program.put(path, json=edit | {"miss_id": 99999})
    assert unknown.status_code == 404
    assert (await program.get(f"{ROOT}/entries/{made['id']}")).json() == made, "nothing was stored"
    assert "帮老人送饭吗" in await offered(program)
    assert (await program.put(path, json=edit | {"miss_id": miss["id"]})).is_success
    assert "帮老人送饭吗" not in await offered(program)


async def test_what_is_not_there_is_said_in_chinese(program: httpx.AsyncClient) -> None:
    for path in ("entries/99999", "entries/99999/versions"):
        response = await program.get(f"{ROOT}/{path}")
        assert response.status_code == 404
        assert "没有这条知识" in response.json()["detail"]
    assert (await program.post(f"{ROOT}/misses/99999/resolve")).status_code == 404
    wrong = {"content": CONTENT | {"title": "短"}}
    assert (await program.post(f"{ROOT}/entries", json=wrong)).status_code == 422


async def test_a_question_can_be_tried_and_topics_counted(program: httpx.AsyncClient) -> None:
    tried = (await program.post(f"{ROOT}/try", json={"text": "着火了打什么电话"})).json()
    assert tried["kind"] == "answer"
    assert tried["hits"][0]["matched"] == "着火了打什么电话"
    topics = (await program.get(f"{ROOT}/topics")).json()
    counts = (await program.get(f"{ROOT}/counts")).json()
    assert sum(topics.values()) == counts["draft"] + counts["published"] + counts["retired"]


async def test_staff_read_strangers_do_not_and_nobody_writes_without_token(office: str) -> None:
    async with httpx.AsyncClient(base_url=office) as client:
        assert (await client.get(f"{ROOT}/entries")).status_code == 401
        await sign_in(client, "wang")
        assert (await client.get(f"{ROOT}/entries")).status_code == 200
        new = {"content": CONTENT}
        assert (await client.post(f"{ROOT}/entries", json=new)).status_code == 403
        await client.post("/signout")
        await sign_in(client, "li")
        del client.headers["X-CSRF-Token"]
        assert (await client.post(f"{ROOT}/entries", json=new)).status_code == 403


async def test_every_operation_is_documented(program: httpx.AsyncClient) -> None:
    paths = (await program.get("/openapi.json")).json()["paths"]
    operations = [
        operation
        for path, methods in paths.items()
        if path.startswith(ROOT)
        for operation in methods.values()
    ]
    assert len(operations) == 14
    assert all(operation["summary"] for operation in operations)
