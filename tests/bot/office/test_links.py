"""Links to other systems as an administrator sets them up, in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.bot.office.conftest import Visitor

PATH = "/office/links"
_LONG = re.compile(r"\S{32,}")


@pytest.fixture
async def admin(visitor: Visitor) -> Visitor:
    await visitor.sign_in("chen", path=PATH)
    return visitor


async def test_a_webhook_is_registered_and_its_secret_shown_once(admin: Visitor) -> None:
    await admin.press("新增地址")
    await admin.write("接收地址", "http://127.0.0.1/hook")
    await admin.press("保存")
    await admin.reads("不能发往内网或本机地址。")
    await admin.write("接收地址", "https://platform.example/hook")
    await admin.press("保存")
    secret = admin.page.locator(".of-secret")
    await expect(secret).to_have_text(_LONG)
    shown = await secret.inner_text()
    await admin.press("关闭")
    await admin.reads("https://platform.example/hook")
    await admin.open(PATH)
    await admin.reads("全部事件")
    assert shown not in await admin.page.content()
    row = admin.page.locator(".of-person", has_text="platform.example")
    await row.get_by_role("button", name="删除").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(row).to_have_count(0)


async def test_a_party_is_given_a_robot(admin: Visitor) -> None:
    row = admin.page.locator(".of-person", has_text="没有机器人").first
    party = await row.locator(".of-person-name").inner_text()
    await row.get_by_role("button", name="设置").click()
    await admin.page.get_by_text("钉钉", exact=True).click()
    await admin.write("机器人的 Webhook 地址", "https://robot.example/send?access_token=key77")
    await admin.write("加签密钥（可不填；企业微信没有）", "SEC123")
    await admin.press("保存")
    row = admin.page.locator(".of-person", has=admin.page.get_by_text(party, exact=True)).first
    await expect(row).to_contain_text("钉钉 · robot.example · 已加签")
    await admin.open(PATH)
    content = await admin.page.content()
    assert "key77" not in content and "SEC123" not in content
    await row.get_by_role("button", name="去掉").click()
    await expect(row).to_contain_text("没有机器人")


async def test_what_did_not_arrive_is_sent_again(admin: Visitor) -> None:
    row = admin.page.locator(".of-person", has_text="对方回答 500")
    await expect(row).to_contain_text("lost.example")
    await row.get_by_role("button", name="再发一次").click()
    await admin.reads("马上再发。")
    await admin.reads("都送到了。")


async def test_the_page_is_the_administrator_s(visitor: Visitor) -> None:
    await visitor.sign_in("li", path=PATH)
    await visitor.reads("对接由管理员设置。")
    assert await visitor.page.get_by_role("button", name="新增地址").count() == 0
