"""What people do in front of a screen, and what a checker of accessibility finds there."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.staff.member import StaffMember
from tests.bot.desk.world import PASSWORD


async def at_desk(browser: Browser, address: str, member: StaffMember) -> Page:
    """A person who has signed in, in a browser of their own."""
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    await page.goto(f"{address}/desk")
    await page.fill("[name=username]", member.username)
    await page.fill("[name=password]", PASSWORD)
    await page.press("[name=password]", "Enter")
    await expect(page.locator(".queue")).to_be_visible()
    return page


async def serious(page: Page, within: str = "body") -> list[tuple[str, str]]:
    """What axe finds, but for NiceGUI's own bar of requests under way.

    `within` leaves out what lies behind a dialog, where its shade confuses the contrast.
    """
    context = {"include": [[within]], "exclude": [[".q-loading-bar"]]}
    found = await Axe().run(page, context=context)
    bad = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    return [(one["id"], node["html"]) for one in bad for node in one["nodes"]]
