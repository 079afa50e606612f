"""A resident's phone and a clerk's desk, both in a real browser, on the whole product."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser import CHROMIUM, FLAGS
from tests.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATIENCE = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, product: Product) -> Page:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(product.url)
    await page.locator("#state[data-state=connected]").wait_for()
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, product: Product) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{product.url}/desk")
    await page.fill("[name=username]", "admin")
    await page.fill("[name=password]", product.password)
    await page.press("[name=password]", "Enter")
    await expect(page.locator(".queue")).to_be_visible()
    return page


async def say(phone: Page, text: str) -> None:
    await phone.fill("#text", text)
    await phone.press("#text", "Enter")


async def test_a_question_an_appeal_and_a_person(phone: Page, desk: Page) -> None:
    log = phone.locator("#log")
    await say(phone, "高龄津贴怎么申请")
    await expect(log).to_contain_text("老年人权益保障法")
    await phone.get_by_role("button", name="带什么材料").last.click()
    await expect(log).to_contain_text("身份证")

    await say(phone, "江城雅苑4栋1单元电梯坏了")
    await phone.get_by_role("button", name="确认登记").last.click()
    await expect(log).to_contain_text(re.compile(r"编号 SQ\d{12}"))

    await say(phone, "转人工")
    await expect(log).to_contain_text("位")
    await say(phone, "浏览器测试，请接一下")
    card = desk.locator(".desk-card", has_text="浏览器测试")
    await card.locator(".card-claim").click()
    box = desk.locator(".write-box")
    await expect(box).to_be_enabled()
    await box.fill("您好，我在，请讲")
    await box.press("Enter")
    await expect(log).to_contain_text("您好，我在，请讲")
    await say(phone, "谢谢姑娘")
    await expect(desk.locator(".chat")).to_contain_text("谢谢姑娘")


async def test_nothing_is_lost_or_doubled_when_the_connection_drops(phone: Page) -> None:
    await phone.context.set_offline(True)
    await say(phone, "居住证怎么办理")
    await phone.context.set_offline(False)
    log = phone.locator("#log")
    await expect(log).to_contain_text("居住证暂行条例")
    await phone.reload()
    await expect(log).to_contain_text("居住证暂行条例")
    assert (await log.inner_text()).count("居住证怎么办理") == 1


async def test_the_page_is_accessible_with_answers_on_it(phone: Page) -> None:
    await say(phone, "高龄津贴怎么申请")
    await expect(phone.locator("#log")).to_contain_text("老年人权益保障法")
    found = (await Axe().run(phone)).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    width = await phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
