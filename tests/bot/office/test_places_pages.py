"""Dispatch rules and QR codes as the office uses them, in a real browser."""

import httpx
import pytest
from playwright.async_api import expect

from tests.bot.office.conftest import Visitor
from tests.bot.office.server import PUBLIC_URL

RULES = "/api/v1/dispatch/rules"


async def rewrite(visitor: Visitor, old: str, new: str) -> None:
    """Put other words into the editor, as somebody who pastes the whole text."""
    text = (await newest(visitor)).replace(old, new, 1)
    await visitor.page.locator(".cm-content").click()
    await visitor.page.keyboard.press("Control+A")
    await visitor.page.keyboard.insert_text(text)


async def newest(visitor: Visitor) -> str:
    answer = await visitor.page.request.get(f"{visitor.url}{RULES}")
    return str((await answer.json())["text"])


async def ask_who(visitor: Visitor, category: str, place: str) -> None:
    box = visitor.page.get_by_label("什么问题", exact=True)
    await box.fill(category)
    await visitor.page.get_by_role("option", name=f"· {category}").first.click()
    await visitor.write("地点", place)
    await visitor.press("看谁来管")


async def test_rules_are_changed_tried_saved_and_restored(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("li", path="/office/dispatch")
    result = visitor.page.locator(".of-who-result")
    await ask_who(visitor, "养犬", "3栋")
    await expect(result).to_contain_text("江城雅苑网格")
    await expect(result).to_contain_text("江城雅苑第一网格")
    await expect(result).to_contain_text("屡劝不改的由社区联系城管、派出所")
    await rewrite(visitor, "名称: 广场舞、养犬\n    类别: [噪音扰民, 养犬]\n    主办: [网格, 社区居委会]",
                  "名称: 广场舞、养犬\n    类别: [噪音扰民, 养犬]\n    主办: 街道办事处")  # fmt: skip
    # Tried before it is saved.
    await visitor.press("看谁来管")
    await expect(result).to_contain_text("江城街道办事处")
    before = (await program.get(RULES)).json()
    await visitor.press("保存为新版本")
    await visitor.write("说明（可不填，会记进历史）", "养犬归街道")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="保存为新版本").click()
    await visitor.reads(f"已保存为第 {before['version'] + 1} 版。")
    saved = (await program.get(RULES)).json()
    assert (saved["note"], saved["author"]) == ("养犬归街道", "李书记（li）")
    await expect(visitor.page.locator(".of-step").first).to_contain_text("养犬归街道")
    await visitor.page.locator(".of-step").nth(1).click()
    await visitor.press("恢复这一版")
    await visitor.reads(f"已保存为第 {before['version'] + 2} 版。")
    assert (await program.get(RULES)).json()["text"] == before["text"]


async def test_what_is_wrong_is_shown_and_not_saved(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("li", path="/office/dispatch")
    before = (await program.get(RULES)).json()["version"]
    await visitor.press("检查")
    await visitor.reads("规则写得都对。")
    await rewrite(visitor, "主办: 街道办事处", "主办: 居委会")
    await visitor.press("保存为新版本")
    problems = visitor.page.locator(".of-problems")
    await expect(problems).to_contain_text("“主办”里的“居委会”不是责任主体，可以写：社区居委会")
    assert (await program.get(RULES)).json()["version"] == before


async def test_nothing_written_is_lost_when_somebody_else_saved_first(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("chen", path="/office/dispatch")
    await rewrite(visitor, "理由: 没有专门的规则", "理由: 我改的，没有专门的规则")
    seen = (await program.get(RULES)).json()
    theirs = {"text": seen["text"] + "# 别人\n", "expected": seen["version"]}
    (await program.put(RULES, json=theirs)).raise_for_status()
    await visitor.press("保存为新版本")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="保存为新版本").click()
    await visitor.reads("规则刚被同事改过")
    await expect(visitor.page.locator(".mh-banner")).to_contain_text("您写的还在这一页")
    await visitor.press("用我写的覆盖")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="保存为新版本").click()
    await visitor.reads(f"已保存为第 {seen['version'] + 2} 版。")
    assert "我改的，没有专门的规则" in (await program.get(RULES)).json()["text"]


async def test_staff_may_look_and_try_but_not_change(visitor: Visitor) -> None:
    await visitor.sign_in("wang", path="/office/dispatch")
    await visitor.reads("您可以查看和试一试")
    await expect(visitor.page.get_by_role("button", name="保存为新版本")).to_have_count(0)
    await ask_who(visitor, "邻里纠纷", "青山里3栋")
    await expect(visitor.page.locator(".of-who-result")).to_contain_text("需要调解")
    await visitor.open("/office/codes")
    await expect(visitor.page.get_by_role("button", name="生成")).to_have_count(0)


async def test_codes_are_made_and_printed_as_posters(visitor: Visitor) -> None:
    await visitor.sign_in("li", path="/office/codes")
    await visitor.page.get_by_text("电梯", exact=True).click()
    await visitor.press("生成")
    rows = visitor.page.locator(".of-code-row")
    await expect(rows).to_have_count(15)
    await visitor.write("其他地点", "东门岗亭")
    await visitor.press("加一个码")
    await expect(rows).to_have_count(16)
    await expect(rows.last).to_contain_text("东门岗亭")
    await visitor.press("加一个码")
    await visitor.reads("请写清楚是哪个地点")
    async with visitor.page.expect_popup() as opened:
        await visitor.page.get_by_role("link", name="楼栋 12").click()
    posters = await opened.value
    cards = posters.locator("article")
    await expect(cards).to_have_count(12)
    third = cards.nth(2)
    await expect(third.locator("h1")).to_have_text("江城雅苑3号楼")
    await expect(third).to_contain_text("扫一扫，有事直接说")
    box = await third.locator("svg").bounding_box()
    assert box is not None and box["width"] > 150 and abs(box["width"] - box["height"]) < 2
    await expect(posters.locator(".bar")).to_contain_text("扫码打开网页")
    await posters.emulate_media(media="print")
    await expect(posters.locator(".bar")).to_be_hidden()


async def test_posters_are_for_members_only(office: str) -> None:
    async with httpx.AsyncClient(base_url=office) as stranger:
        answer = await stranger.get("/office/codes/1/posters")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/signin?next=/office/codes/1/posters"


async def test_posters_of_no_community_are_not_found(program: httpx.AsyncClient) -> None:
    answer = await program.get("/office/codes/404/posters")
    assert (answer.status_code, answer.text) == (404, "没有这个小区。")
    assert (await program.get("/office/codes/1/posters?kind=tree")).status_code == 422


@pytest.mark.parametrize("path", ["/office/dispatch", "/office/codes", "/office/codes/1/posters"])
async def test_a_telephone_shows_them_without_scrolling_sideways(
    visitor: Visitor, path: str
) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await visitor.sign_in("chen")
    await visitor.open(path)
    await visitor.page.wait_for_load_state("networkidle")
    width = await visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert PUBLIC_URL not in await visitor.page.content()
