"""REST of dispatch rules, places and codes: the same rights and refusals as the pages."""

from typing import Any

import httpx

from actions.dispatch.versions import STARTER_FILE
from tests.bot.office.conftest import sign_in
from tests.bot.office.server import PUBLIC_URL

RULES, PLACES = "/api/v1/dispatch", "/api/v1/places"
SHIPPED = STARTER_FILE.read_text("utf-8")


async def community_id(program: httpx.AsyncClient, name: str) -> int:
    found = (await program.get(PLACES)).json()
    return next(int(each["id"]) for each in found if each["name"] == name)


async def newest(program: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await program.get(f"{RULES}/rules")).json())


async def test_rules_live_their_whole_life_over_rest(program: httpx.AsyncClient) -> None:
    before = await newest(program)
    text = before["text"] + "# 改过\n"
    edit = {"text": text, "note": "加一行", "expected": before["version"]}
    saved = (await program.put(f"{RULES}/rules", json=edit)).json()
    assert (saved["version"], saved["author"]) == (before["version"] + 1, "李书记（li）")
    late = await program.put(f"{RULES}/rules", json=edit)
    assert late.status_code == 409 and "刚被同事改过" in late.json()["detail"]
    old = f"{RULES}/rules/versions/{before['version']}"
    assert (await program.get(old)).json()["text"] == before["text"]
    step = {"expected": saved["version"]}
    restored = (await program.post(f"{old}/restore", json=step)).json()
    assert (restored["text"], restored["version"]) == (before["text"], saved["version"] + 1)
    history = (await program.get(f"{RULES}/rules/versions")).json()
    assert [each["version"] for each in history][:2] == [restored["version"], saved["version"]]
    assert (await program.get(f"{RULES}/rules/versions/9999")).status_code == 404


async def test_wrong_rules_are_told_sentence_by_sentence(program: httpx.AsyncClient) -> None:
    wrong = SHIPPED.replace("主办: 街道办事处", "主办: 街道", 1)
    told = (await program.post(f"{RULES}/rules/check", json={"text": wrong})).json()["problems"]
    assert len(told) == 1 and "“街道”不是责任主体" in told[0] and told[0].startswith("第 ")
    edit = {"text": wrong, "expected": (await newest(program))["version"]}
    refused = await program.put(f"{RULES}/rules", json=edit)
    assert (refused.status_code, refused.json()["problems"]) == (422, told)
    right = await program.post(f"{RULES}/rules/check", json={"text": SHIPPED})
    assert right.json() == {"problems": []}


async def test_who_is_responsible_is_asked_with_and_without_saving(
    program: httpx.AsyncClient,
) -> None:
    question: dict[str, Any] = {
        "community_id": await community_id(program, "江城雅苑"),
        "category": "电梯",
        "place": "3栋",
        "content": "电梯困人了",
    }
    answer = (await program.post(f"{RULES}/try", json=question)).json()
    assert answer["lead"]["name"] == "江城雅苑物业服务中心"
    assert [party["name"] for party in answer["helpers"]] == ["江城社区居委会"]
    assert (answer["grid"], answer["urgency"]) == ("江城雅苑第一网格", "紧急")
    assert answer["why"].startswith("地点是江城雅苑3号楼；公共设施和卫生由物业管")
    text = "规则: []\n兜底: {主办: 街道办事处, 理由: 都归街道管}\n"
    other = (await program.post(f"{RULES}/try", json=question | {"text": text})).json()
    assert other["lead"]["name"] == "江城街道办事处"
    assert (await program.post(f"{RULES}/try", json=question | {"text": "规则"})).status_code == 422
    unknown = await program.post(f"{RULES}/try", json=question | {"community_id": 404})
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "没有这个小区。")


async def test_codes_are_made_once_and_have_links_and_pictures(
    program: httpx.AsyncClient,
) -> None:
    path = f"{PLACES}/{await community_id(program, '青山里')}"
    place = (await program.get(path)).json()
    assert len(place["buildings"]) == 9 and place["grids"][0]["outline"]
    wanted = {"kinds": ["building", "grid"]}
    made = (await program.post(f"{path}/codes", json=wanted)).json()
    again = (await program.post(f"{path}/codes", json=wanted)).json()
    assert made == again and len(made) == 11
    first = made[0]
    assert first["label"] == "青山里第一网格"
    assert first["link"] == f"{PUBLIC_URL}/?c={first['code']}"
    picture = await program.get(f"{PLACES}/codes/{first['code']}.svg")
    assert picture.headers["content-type"] == "image/svg+xml" and b"<path" in picture.content
    assert (await program.get(f"{PLACES}/codes/NOSUCH22.svg")).status_code == 404
    gate = await program.post(f"{path}/spots", json={"label": "东门岗亭"})
    assert gate.status_code == 201 and gate.json()["label"] == "青山里东门岗亭"
    twice = await program.post(f"{path}/spots", json={"label": "东门岗亭"})
    assert (twice.status_code, twice.json()["detail"]) == (422, "“东门岗亭”已经有码了。")
    assert (await program.get(f"{PLACES}/404/codes")).status_code == 404
    assert (await program.post(f"{PLACES}/404/codes", json=wanted)).status_code == 404


async def test_staff_read_and_try_and_only_secretaries_change(office: str) -> None:
    async with httpx.AsyncClient(base_url=office) as client:
        for path in (f"{RULES}/rules", PLACES):
            assert (await client.get(path)).status_code == 401
        await sign_in(client, "wang")
        version = (await newest(client))["version"]
        edit = {"text": SHIPPED, "expected": version}
        assert (await client.put(f"{RULES}/rules", json=edit)).status_code == 403
        place = await community_id(client, "江城雅苑")
        question = {"community_id": place, "category": "漏水"}
        assert (await client.post(f"{RULES}/try", json=question)).status_code == 200
        assert (await client.post(f"{PLACES}/{place}/codes", json={})).status_code == 403


async def test_every_operation_is_documented(program: httpx.AsyncClient) -> None:
    paths = (await program.get("/openapi.json")).json()["paths"]
    operations = [
        operation
        for path, methods in paths.items()
        if path.startswith((RULES, PLACES))
        for operation in methods.values()
    ]
    assert len(operations) == 13
    assert all(operation["summary"] for operation in operations)
