"""我的任务 in a real browser, 360 px wide: what a repairman does with one thumb."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, async_playwright, expect

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.life import AppealStatus
from bot.party.words import NOT_YOURS, PAGE
from bot.staff.member import StaffMember
from tests.bot.party.yard import PASSWORD, Yard, a_photo, open_yard
from tests.browser import CHROMIUM, FLAGS
from tests.databases import Clock, SqliteFiles

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHOTO = {"name": "lock.jpg", "mimeType": "image/jpeg", "buffer": a_photo("#4a7d70")}


@pytest.fixture
async def yard(sqlite_files: SqliteFiles, tmp_path: Path, clock: Clock) -> AsyncIterator[Yard]:
    """On one kind of database: here it is the page that is examined."""
    async with sqlite_files.new() as url, open_yard(url, tmp_path / "media", clock) as yard:
        yield yard


@pytest.fixture
async def page(yard: Yard, zhang: StaffMember) -> AsyncIterator[Page]:
    """A phone on which Zhang has signed in."""
    expect.set_options(timeout=15_000)
    async with yard.served() as url, async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
            base_url=url,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto("/work")
        await page.fill("#username", zhang.username)
        await page.fill("#password", PASSWORD)
        await page.click("button[type=submit]")
        await expect(page.locator(".tabs")).to_be_visible()
        yield page
        await browser.close()
        assert errors == []


async def look(page: Page, appeal: Appeal) -> None:
    await page.goto(f"/work/{appeal.number}")
    await expect(page.locator(".sheet")).to_be_visible()


async def press(page: Page, move: str) -> None:
    await page.locator(f"#bar [data-move={move}], .moves [data-move={move}]").click()


async def submit(page: Page) -> None:
    await page.locator(".rising button[type=submit]").click()


async def is_accessible(page: Page) -> None:
    found = await Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 360
    small = await page.evaluate(
        """Array.from(document.querySelectorAll('button, a, input:not(.unseen):not([type=radio])'))
           .filter(node => node.offsetParent && !node.closest('[inert]'))
           .map(node => [node.textContent, node.getBoundingClientRect()])
           .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    )
    assert small == []


async def test_a_task_is_done_with_one_thumb_and_photos(yard: Yard, page: Page) -> None:
    appeal = await yard.filed(photos=[await yard.photo()])
    await page.reload()
    await page.locator(".cards a").click()
    await expect(page.locator(".call")).to_have_attribute("href", "tel:13800138000")
    await press(page, "sign")
    await expect(page.locator("#news")).to_have_text(PAGE["done_sign"])
    await press(page, "photos")
    await expect(page.locator(".rising [value=before]")).to_be_checked()
    await page.set_input_files(".rising input[capture]", files=[PHOTO])
    await submit(page)
    await expect(page.locator(".proof .before img")).to_have_count(1)
    await press(page, "start")
    await press(page, "answer")
    await submit(page)
    await expect(page.locator(".rising .problem").last).to_have_text(PAGE["need_words"])
    await page.fill(".rising textarea", "换了新锁，试过三次")
    await page.set_input_files(".rising input[multiple]", files=[PHOTO, PHOTO])
    await expect(page.locator(".thumb")).to_have_count(2)
    await page.locator(".thumb").last.click()
    await submit(page)
    await expect(page.locator("#news")).to_have_text(PAGE["done_answer"])
    await expect(page.locator(".proof .after img")).to_have_count(1)
    seen = await page.locator(".proof .after img").evaluate("image => image.decode().then(() => 1)")
    assert seen == 1
    done = await yard.appeals.get(appeal.id)
    assert (done.status, done.answer) == (AppealStatus.DONE, "换了新锁，试过三次")


async def test_list_task_and_forms_are_accessible_at_360_px_in_both_sizes(
    yard: Yard, page: Page, clock: Clock
) -> None:
    await yard.filed("2栋电梯困人，快来", urgency="urgent", category="电梯")
    clock.forward(timedelta(hours=3))
    appeal = await yard.filed(
        "楼道" + "堆" * 60, photos=[await yard.photo()], weak=["elderly_alone"]
    )
    for _ in range(2):
        await page.goto("/work")
        await expect(page.locator(".late-count")).to_be_visible()
        await is_accessible(page)
        await look(page, appeal)
        await is_accessible(page)
        for move in ("return", "extend", "photos"):
            await press(page, move)
            await is_accessible(page)
            await page.keyboard.press("Escape")
            await expect(page.locator(f"[data-move={move}]")).to_be_focused()
        await page.goto("/work/account")
        await expect(page.locator(".password")).to_be_visible()
        await is_accessible(page)
        await page.click("#type")


async def test_without_a_network_the_button_says_so_and_nothing_typed_is_lost(
    yard: Yard, page: Page
) -> None:
    appeal = await yard.filed()
    await yard.does(appeal, deeds.Start())
    await look(page, appeal)
    await press(page, "answer")
    await page.fill(".rising textarea", "换了新锁")
    await page.set_input_files(".rising input[capture]", files=[PHOTO])
    await expect(page.locator(".thumb")).to_have_count(1)
    await page.context.set_offline(True)
    await submit(page)
    send = page.locator(".rising button[type=submit]")
    await expect(send).to_have_text(PAGE["again"])
    await expect(page.locator(".rising .problem").last).to_have_text(PAGE["offline"])
    await expect(page.locator(".rising textarea")).to_have_value("换了新锁")
    await expect(page.locator(".thumb")).to_have_count(1)
    await page.context.set_offline(False)
    await send.click()
    await expect(page.locator("#news")).to_have_text(PAGE["done_answer"])
    assert (await yard.appeals.get(appeal.id)).answer == "换了新锁"


async def test_a_colleagues_change_is_told_in_place_and_the_words_stay(
    yard: Yard, page: Page
) -> None:
    appeal = await yard.filed()
    await yard.does(appeal, deeds.Start())
    await look(page, appeal)
    await press(page, "answer")
    await page.fill(".rising textarea", "换了新锁")
    await yard.does(appeal, deeds.Urge(note="快一些"))
    await submit(page)
    await expect(page.locator(".rising .problem").last).to_contain_text("刚被同事更新过")
    await page.get_by_role("button", name=PAGE["cancel"]).click()
    await expect(page.locator(".line .did").first).to_have_text("社区工作人员催办")
    await press(page, "answer")
    await expect(page.locator(".rising textarea")).to_have_value("换了新锁")
    # A phone short of memory drops the page; the words are there again.
    await look(page, appeal)
    await press(page, "answer")
    await expect(page.locator(".rising textarea")).to_have_value("换了新锁")
    await submit(page)
    await expect(page.locator("#news")).to_have_text(PAGE["done_answer"])
    await expect(page.locator("#bar [data-move=answer]")).to_have_count(0)


async def test_a_tap_that_came_too_late_says_why_and_shows_what_is(yard: Yard, page: Page) -> None:
    appeal = await yard.filed()
    await look(page, appeal)
    await yard.does(appeal, deeds.Start())
    await press(page, "sign")
    await expect(page.locator("#news.wrong")).to_contain_text("刚被同事更新过")
    await expect(page.locator("#bar [data-move=answer]")).to_be_visible()
    street = yard.parties["street"]
    await yard.does(appeal, deeds.Redispatch(party_id=street, reason="归街道"))
    await page.reload()
    await expect(page.locator(".nothing")).to_contain_text(NOT_YOURS)


async def test_two_quick_taps_send_one_deed(yard: Yard, page: Page) -> None:
    appeal = await yard.filed()
    sent: list[str] = []

    async def slowly(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
        await route.continue_()

    await page.route("**/api/v1/work/**", slowly)
    await look(page, appeal)
    await page.locator("#bar [data-move=sign]").dblclick()
    await expect(page.locator("#news")).to_have_text(PAGE["done_sign"])
    assert len(sent) == 1
    kinds = [event.kind for event in await yard.appeals.history(appeal.id)]
    assert kinds.count("sign") == 1


async def test_what_is_returned_is_told_on_the_list(yard: Yard, page: Page) -> None:
    appeal = await yard.filed()
    await look(page, appeal)
    await press(page, "return")
    await page.fill(".rising [name=words]", "这段路归市政")
    await submit(page)
    await expect(page.locator(".rising .problem").last).to_have_text(PAGE["need_evidence"])
    await page.fill(".rising [name=evidence]", "移交清单第 3 条")
    await submit(page)
    await expect(page).to_have_url(re.compile("/work$"))
    await expect(page.locator("#news")).to_have_text(PAGE["done_return"])
    await expect(page.locator(".nothing h2")).to_have_text(PAGE["empty_open_title"])


async def test_an_extension_asks_for_a_day(yard: Yard, page: Page) -> None:
    appeal = await yard.filed()
    await look(page, appeal)
    await press(page, "extend")
    await page.fill(".rising textarea", "配件要从厂家发货")
    await submit(page)
    await expect(page.locator(".rising .problem").last).to_have_text(PAGE["need_day"])
    await page.fill(".rising [type=date]", "2026-12-10")
    await submit(page)
    await expect(page.locator("#news")).to_have_text(PAGE["done_extend"])
    await expect(page.locator(".task .when")).to_contain_text("12月10日")


async def test_a_helper_writes_and_calls_but_does_not_answer(yard: Yard, page: Page) -> None:
    ours = yard.parties["property"]
    appeal = await yard.filed(lead_party_id=yard.parties["street"], helper_ids=[ours])
    await page.reload()
    await expect(page.locator(".cards .helper")).to_have_text("协办")
    await look(page, appeal)
    await expect(page.locator("#bar button")).to_have_text([PAGE["photos"]])
    await expect(page.locator(".moves button")).to_have_text([PAGE["contact_move"], PAGE["note"]])
    await press(page, "note")
    await page.fill(".rising textarea", "钥匙在我们值班室")
    await submit(page)
    await expect(page.locator(".line .did").first).to_have_text("张师傅备注")


async def test_who_hides_has_no_telephone_on_the_page(yard: Yard, page: Page) -> None:
    appeal = await yard.filed("我叫赵桂兰，住501，门锁坏了", anonymous=True)
    await look(page, appeal)
    await expect(page.locator(".call")).to_have_count(0)
    whole = await page.locator("body").inner_text()
    assert [word for word in ("赵桂兰", "13800138000", "501") if word in whole] == []


async def test_the_first_password_is_changed_on_the_phone(yard: Yard, page: Page) -> None:
    await page.click("#account")
    for part, value in (("old", PASSWORD), ("new", "我的新密码1234"), ("again", "我的新密码1235")):
        await page.fill(f"[name={part}]", value)
    await page.click(".password button")
    await expect(page.locator(".password .problem")).to_have_text(PAGE["password_differ"])
    await page.fill("[name=again]", "我的新密码1234")
    await page.click(".password button")
    await expect(page.locator("#news")).to_have_text(PAGE["password_done"])
    await page.click("#account")
    await page.click(".out")
    await expect(page.locator("#username")).to_be_visible()
    assert (await yard.accounts.authenticate("zhang", "我的新密码1234")).name == "张师傅"
