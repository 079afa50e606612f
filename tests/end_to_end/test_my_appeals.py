"""From a chat to 我的诉求: filed by chat, worked on by staff, told in the chat, seen on the page."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.staff import Staff
from tests.end_to_end.test_browser import browser, phone, say
from tests.product import Product

__all__ = ["browser", "phone"]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_filed_by_chat_worked_on_by_staff_seen_and_rated(
    phone: Page, product: Product, admin: Staff
) -> None:
    await say(phone, "江城雅苑2栋1单元楼道灯坏了")
    await phone.click(".choices >> text=确认登记")
    filed = phone.locator(".bot .bubble", has_text="登记好了")
    await expect(filed).to_contain_text("上面的“我的诉求”里随时能看")
    found = re.search(r"SQ\d{12}", await filed.inner_text())
    assert found
    appeal = (await admin.get("/appeals", q=found.group()))["items"][0]

    await admin.post(f"/appeals/{appeal['id']}/deeds", deed={"move": "start", "note": "在路上"})
    told = phone.locator(".bot .bubble", has_text="已经有人在办了")
    await expect(told).to_contain_text("说明：在路上")

    await phone.click("#mine")
    await phone.click(".card")
    await expect(phone.locator(".status")).to_have_text("办理中")
    await expect(phone.locator(".line li").first).to_contain_text("在路上")

    await admin.post(f"/appeals/{appeal['id']}/deeds", deed={"move": "answer", "answer": "换好了"})
    await phone.click("text=回到对话")
    answered = phone.locator(".message", has_text="换好了")
    await expect(answered).to_contain_text("问题解决了吗？")
    await answered.locator("text='没解决'").click()
    await expect(phone.locator(".bot .bubble").last).to_contain_text("已经重新办理")
    file = await admin.get(f"/appeals/{appeal['id']}")
    assert (file["appeal"]["status"], file["appeal"]["reopened"]) == ("dispatched", 1)

    for deed in ({"move": "start"}, {"move": "answer", "answer": "又换了开关"}):
        await admin.post(f"/appeals/{appeal['id']}/deeds", deed=deed)
    await phone.goto(f"{product.url}/mine/{found.group()}")
    await phone.click("text='解决了'")
    await phone.get_by_label("非常满意", exact=True).check()
    await phone.click("text=提交评价")
    await expect(phone.locator("#news")).to_have_text("谢谢您的评价。")
    rated = (await admin.get(f"/appeals/{appeal['id']}"))["appeal"]
    assert (rated["status"], rated["satisfaction"], rated["solved"]) == ("called_back", 5, True)
