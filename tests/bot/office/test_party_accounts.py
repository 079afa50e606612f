"""The administrator makes accounts for responsible parties (责任主体) in the office."""

import httpx
from playwright.async_api import Locator, expect

from bot.office import words
from tests.bot.office.conftest import Visitor, sign_in

FIRM = "江城雅苑物业服务中心"
OWNERS = "江城雅苑业主委员会"


async def choose(visitor: Visitor, within: Locator, party: str) -> None:
    select = within.get_by_label(words.PARTY, exact=True)
    await select.click()
    await select.fill(party)
    await visitor.page.get_by_role("option", name=party).first.click()


async def test_an_administrator_makes_a_repairmans_account_and_moves_it(
    visitor: Visitor, program: httpx.AsyncClient
) -> None:
    await visitor.sign_in("chen", path="/office/staff")
    await visitor.press(words.NEW_STAFF)
    dialog = visitor.page.get_by_role("dialog")
    await visitor.write(words.NAME, "张师傅")
    await visitor.write(words.USERNAME, "zhang")
    await expect(dialog.get_by_label(words.PARTY, exact=True)).to_be_hidden()
    await dialog.get_by_text("责任主体：").click()
    await visitor.press(words.CREATE)
    await visitor.reads("请选择这个账号属于哪个责任主体")
    await choose(visitor, dialog, FIRM)
    await visitor.press(words.CREATE)
    row = visitor.page.locator(".of-person", has_text="张师傅")
    await expect(row).to_contain_text(FIRM)

    async def role_to(label: str) -> None:
        await row.get_by_label(words.ROLE).click()
        await visitor.page.get_by_role("option", name=label, exact=True).click()

    await role_to("工作人员")
    await visitor.reads(words.ROLE_CHANGED)
    await expect(row).not_to_contain_text(FIRM)
    await role_to("责任主体")
    asked = visitor.page.get_by_role("dialog")
    await choose(visitor, asked, OWNERS)
    await visitor.press(words.PARTY_CHOOSE)
    await expect(row).to_contain_text(OWNERS)
    program.cookies.clear()
    await sign_in(program, "chen")
    stored = (await program.get("/api/v1/staff")).json()
    zhang = next(member for member in stored if member["username"] == "zhang")
    assert (zhang["role"], zhang["party_id"] is not None) == ("party", True)


async def test_who_chooses_no_party_changes_nothing(visitor: Visitor) -> None:
    await visitor.sign_in("chen", path="/office/staff")
    row = visitor.page.locator(".of-person", has_text="王晓")
    await row.get_by_label(words.ROLE).click()
    await visitor.page.get_by_role("option", name="责任主体", exact=True).click()
    await visitor.press(words.CANCEL)
    await expect(row.get_by_label(words.ROLE)).to_have_value("工作人员")
