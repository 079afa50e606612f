"""Volunteers as staff see them, in a real browser and over REST."""

import httpx
import pytest
from playwright.async_api import expect

from tests.bot.office.conftest import Visitor

PATH, PEOPLE, HELP = "/office/volunteers", "/api/v1/volunteers", "/api/v1/help-requests"


@pytest.fixture
async def staff(visitor: Visitor) -> Visitor:
    await visitor.sign_in("wang", path=PATH)
    return visitor


async def volunteer(program: httpx.AsyncClient, skill: str) -> dict[str, object]:
    found = (await program.get(PEOPLE, params={"skill": skill})).json()
    assert len(found) == 1, found
    return dict(found[0])


async def ask(program: httpx.AsyncClient, **more: object) -> int:
    wanted = {"skill": "水电维修", "text": "换个灯泡", "wanted_at": "周六上午", **more}
    asked = await program.post(HELP, json=wanted)
    assert asked.status_code == 201, asked.text
    return int(asked.json()["id"])


async def test_staff_find_a_volunteer_and_thank_them(staff: Visitor) -> None:
    page = staff.page
    await staff.reads("刘国强")
    await staff.press("新建求助")
    await page.get_by_role("dialog").get_by_label("本事", exact=True).first.click()
    await page.get_by_role("option", name="水电维修").click()
    await staff.press("建好")
    await staff.reads("请选本事，写清帮什么忙。")
    await staff.write("帮什么忙", "张奶奶家水龙头滴水")
    await staff.write("什么时候", "周六上午")
    await staff.press("建好")
    request = page.locator(".of-help", has_text="张奶奶家水龙头滴水")
    await expect(request).to_contain_text("等人来帮")
    await request.get_by_role("button", name="找人").click()
    await staff.reads("时间合适")
    await staff.press("邀请")
    await request.get_by_role("button", name="答应了").click()
    await expect(request).to_contain_text("有人去帮")
    await request.get_by_role("button", name="帮好了").click()
    await expect(request).to_have_count(0)
    await page.get_by_text("也看办完的").click()
    await request.get_by_role("button", name="道谢").click()
    await staff.write("谢谢他", "水龙头不滴了，手艺真好")
    await page.get_by_role("dialog").get_by_role("button", name="道谢").click()
    await expect(request).to_contain_text("已道谢")
    await expect(request).to_contain_text("水龙头不滴了，手艺真好")
    await expect(page.locator("aside")).to_contain_text("帮过 1 次")


async def test_people_are_listed_by_skill(staff: Visitor) -> None:
    people = staff.page.locator("aside")
    await expect(people).to_contain_text("周芳")
    await staff.page.get_by_label("本事", exact=True).click()
    await staff.page.get_by_role("option", name="理发").click()
    await expect(people).not_to_contain_text("刘国强")
    await expect(people).to_contain_text("工作日、上午")


async def test_a_request_lives_its_whole_life_over_rest(program: httpx.AsyncClient) -> None:
    liu = await volunteer(program, "水电")
    request_id = await ask(program)
    path = f"{HELP}/{request_id}"
    fit = (await program.get(f"{path}/proposals")).json()
    assert [each["volunteer"]["id"] for each in fit] == [liu["id"]]
    for _ in range(2):
        asked = await program.post(f"{path}/invitations", json={"volunteer_id": liu["id"]})
        assert [each["status"] for each in asked.json()["matches"]] == ["proposed"]
    assert (await program.get(f"{path}/proposals")).json() == []
    match = f"/api/v1/help-matches/{asked.json()['matches'][0]['id']}"
    early = await program.post(f"{match}/thanks", json={"text": "谢谢"})
    assert (early.status_code, early.json()["detail"]) == (409, "帮好以后才能致谢。")
    for status in ("accepted", "done"):
        stepped = await program.post(f"{match}/step", json={"status": status})
        assert stepped.status_code == 200, stepped.text
    assert stepped.json()["status"] == "done"
    late = await program.post(f"{match}/step", json={"status": "declined"})
    assert late.status_code == 409
    thanked = (await program.post(f"{match}/thanks", json={"text": "谢谢刘师傅"})).json()
    assert thanked["matches"][0]["thanks"] == "谢谢刘师傅"
    again = await program.post(f"{match}/thanks", json={"text": "再谢"})
    assert (again.status_code, again.json()["detail"]) == (409, "已经谢过了。")
    assert (await program.post(f"{path}/cancel")).status_code == 409


async def test_what_does_not_exist_is_said(program: httpx.AsyncClient) -> None:
    for path in (f"{HELP}/999/cancel", f"{PEOPLE}/999/withdraw"):
        assert (await program.post(path)).status_code == 404, path
    wanted = {"skill": "理发", "text": "理发", "appeal_id": 999}
    refused = await program.post(HELP, json=wanted)
    assert (refused.status_code, refused.json()["detail"]) == (404, "没有找到这条诉求。")
    assert (await program.post(HELP, json={"skill": "", "text": ""})).status_code == 422


async def test_nobody_without_an_account_sees_volunteers(office: str) -> None:
    async with httpx.AsyncClient(base_url=office) as stranger:
        assert (await stranger.get(PEOPLE)).status_code == 401
