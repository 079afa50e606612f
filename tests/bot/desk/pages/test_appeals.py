"""A clerk and a secretary work through the appeals: a real gateway, a real browser."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Locator, Page, expect

from actions.appeals import deeds
from actions.appeals.appeal import Appeal, Urgency, Weakness
from actions.appeals.life import Actor, AppealStatus, By
from bot.staff.member import Role, StaffMember
from tests.bot.desk import caseload
from tests.bot.desk.caseload import ESTATE, LI
from tests.bot.desk.pages.browsing import at_desk, serious
from tests.bot.desk.world import World, a_photo

RESIDENT = Actor(By.RESIDENT, "resident")
FAR = datetime.now(UTC) + timedelta(days=40)


async def at_list(browser: Browser, address: str, member: StaffMember) -> Page:
    page = await at_desk(browser, address, member)
    await page.goto(f"{address}/desk/appeals")
    await expect(page.locator(".tab-all")).to_be_visible()
    return page


async def opened(page: Page, appeal: Appeal, tab: str = "all") -> Locator:
    await page.locator(f".tab-{tab}").click()
    await page.locator("button.ledger-row", has_text=appeal.number).click()
    sheet = page.locator(".sheet")
    await expect(sheet.locator(".sheet-number")).to_have_text(appeal.number)
    return sheet


def deed(sheet: Locator, name: str) -> Locator:
    return sheet.locator(".targets").get_by_role("button", name=name, exact=True)


def confirm(sheet: Locator, name: str) -> Locator:
    return sheet.get_by_role("button", name=f"确认{name}", exact=True)


async def test_the_list_shows_who_holds_what_until_when(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    await caseload.places(world)
    lift = await caseload.an_appeal(
        world,
        "lin",
        "3号楼电梯坏了，老人下不了楼",
        f"{ESTATE}3号楼",
        category="电梯",
        urgency=Urgency.RAISED,
        weak=[Weakness.ELDERLY_ALONE],
    )
    neighbour = await world.says("wu", "我家也是")
    await caseload.done(world, lift, (deeds.Join(resident_id=neighbour.resident_id), RESIDENT))
    lost = await caseload.an_appeal(world, "he", "噪音太大", "不知道哪里", category="噪音扰民")
    page = await at_list(browser, address, wang)

    # What waits to be dispatched stands first.
    await expect(page.locator(".tab-to_dispatch")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".tab-to_dispatch b")).to_have_text("1")
    await expect(page.locator("button.ledger-row")).to_have_count(1)
    await expect(page.locator("button.ledger-row")).to_contain_text("未派单")
    await page.locator(".tab-in_hand").click()
    row = page.locator("button.ledger-row")
    for text in (lift.number, "3号楼电梯坏了", "江城雅苑物业服务中心", "已派单", "加急", "2 户"):
        await expect(row).to_contain_text(text)
    await expect(row.get_by_title("独居老人")).to_have_text("弱")
    await expect(row.locator(".due")).to_have_text(re.compile("前$"))
    await page.wait_for_timeout(400)
    assert await serious(page) == []

    # Filters narrow the list, the counts and the table that goes out.
    await page.locator(".tab-all").click()
    await page.get_by_label("小区").click()
    await page.locator(".q-menu").get_by_text(ESTATE, exact=True).click()
    await expect(page.locator("button.ledger-row")).to_have_count(1)
    await expect(page.locator(".tab-to_dispatch b")).to_have_text("0")
    export = page.get_by_role("link", name="导出 Excel")
    await expect(export).to_have_attribute("href", re.compile(r"export\.xlsx\?community_id=\d+$"))
    async with page.expect_download() as download:
        await export.click()
    assert (await download.value).suggested_filename == "appeals.xlsx"
    await page.get_by_label("按编号、内容、地点、电话查找").fill(lost.number)
    await expect(page.locator(".mh-nothing")).to_be_visible()


async def test_a_clerk_dispatches_as_the_rules_suggest_and_the_resident_is_told(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    await caseload.places(world)
    unclear = await caseload.an_appeal(world, "he", "路灯不亮", "老地方", category="路灯路面")
    assert unclear.status is AppealStatus.RECEIVED
    page = await at_list(browser, address, wang)
    sheet = await opened(page, unclear, "to_dispatch")
    await deed(sheet, "派单").click()
    await expect(sheet.locator(".deed-hint")).to_contain_text("没有对上已登记的小区")

    # Nobody chosen: the form says what is missing and stays.
    await sheet.get_by_label("给承办单位的话").fill("大门口那一盏")
    await confirm(sheet, "派单").click()
    await expect(sheet.get_by_role("alert")).to_have_text("请填写“主办单位”。")
    await sheet.get_by_label("主办单位").click()
    await page.locator(".q-menu").get_by_text("江城雅苑 · 江城雅苑物业服务中心").click()
    preview = sheet.locator(".preview")
    await expect(preview).to_contain_text("已经转给江城雅苑 · 江城雅苑物业服务中心处理，预计")
    await confirm(sheet, "派单").scroll_into_view_if_needed()
    await page.wait_for_timeout(400)
    assert await serious(page) == []
    await confirm(sheet, "派单").click()
    await expect(sheet.locator(".stand")).to_contain_text("江城雅苑物业服务中心")
    step = sheet.locator(".step").first
    await expect(step).to_contain_text("已受理 → 已派单")
    await expect(step).to_contain_text("大门口那一盏")
    await expect(step).to_contain_text("王芳（wang）")
    await sheet.get_by_role("button", name="打开会话").click()
    await expect(page.locator(".line-bot")).to_contain_text("已经转给江城雅苑物业服务中心")


async def test_a_return_needs_its_reason_and_evidence(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    await caseload.places(world)
    appeal = await caseload.an_appeal(
        world, "he", "墙皮掉了", f"{ESTATE}3号楼", category="房屋安全"
    )
    assert appeal.status is AppealStatus.DISPATCHED
    page = await at_list(browser, address, wang)
    sheet = await opened(page, appeal)
    await deed(sheet, "退单").click()
    await confirm(sheet, "退单").click()
    await expect(sheet.get_by_role("alert")).to_have_text("请填写“为什么不归这个单位”。")
    await sheet.get_by_label("为什么不归这个单位").fill("外墙在保修期内")
    await confirm(sheet, "退单").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("依据或附上照片")
    async with page.expect_file_chooser() as chooser:
        await sheet.get_by_role("button", name="添加照片").click()
    photo = {"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    await (await chooser.value).set_files(photo)
    await expect(sheet.get_by_alt_text("照片 1", exact=True)).to_be_visible()
    await confirm(sheet, "退单").click()
    step = sheet.locator(".step").first
    await expect(step).to_contain_text("外墙在保修期内")
    await expect(step).to_contain_text("第 1 次")
    await expect(step.locator("img")).to_have_js_property("naturalWidth", 640)
    await expect(sheet.locator(".stand")).to_contain_text("未派单")


async def test_a_stale_sheet_says_who_was_faster_and_loses_no_words(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    appeal = await caseload.an_appeal(world, "he", "楼道漏水", category="漏水")
    page = await at_list(browser, address, wang)
    sheet = await opened(page, appeal)
    await deed(sheet, "开始办理").click()
    await sheet.get_by_label("说明").fill("师傅下午三点到")
    await expect(sheet.locator(".preview")).to_contain_text("师傅下午三点到")

    await caseload.done(world, appeal, (deeds.Urge(note="居民来电催了"), LI))
    await confirm(sheet, "开始办理").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("李强（li）刚做了“催办”")
    await expect(sheet.locator(".step").first).to_contain_text("居民来电催了")
    await expect(sheet.get_by_label("说明")).to_have_value("师傅下午三点到")
    await confirm(sheet, "开始办理").click()
    await expect(sheet.locator(".sheet-title")).to_contain_text("办理中")
    await expect(page.locator(".tab-in_hand b")).to_have_text("1")

    # Now a colleague ends it: the deed is gone, the words are not.
    await deed(sheet, "办结").click()
    await sheet.get_by_label("答复").fill("修好了")
    await expect(sheet.locator(".preview")).to_contain_text("修好了")
    await caseload.done(world, appeal, (deeds.Answer(answer="换了水管"), LI))
    await confirm(sheet, "办结").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("现在不能做“办结”了")
    await expect(sheet.get_by_label("答复")).to_have_value("修好了")


async def test_a_call_back_asks_only_what_can_be_known(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    appeal = await caseload.an_appeal(world, "he", "路灯不亮", category="路灯路面")
    answered = (deeds.Start(), LI), (deeds.Answer(answer="灯泡换了"), LI)
    appeal = await caseload.done(world, appeal, *answered)
    page = await at_list(browser, address, wang)
    sheet = await opened(page, appeal, "to_call_back")
    await deed(sheet, "归档").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("还没有回访到居民，不能归档")
    await deed(sheet, "回访").click()
    await expect(sheet.get_by_text("满意度")).to_be_hidden()
    await sheet.get_by_role("radio", name="没联系上").click()
    await expect(sheet.locator(".preview")).to_contain_text("没有联系上您")
    await sheet.get_by_role("radio", name="联系上了", exact=True).click()
    await confirm(sheet, "回访").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("请记下问题解决了没有")
    await sheet.get_by_role("radio", name="解决了", exact=True).click()
    await sheet.get_by_role("radio", name="非常满意").click()
    await confirm(sheet, "回访").scroll_into_view_if_needed()
    await page.wait_for_timeout(400)
    assert await serious(page) == []
    await confirm(sheet, "回访").click()
    await expect(sheet.locator(".sheet-title")).to_contain_text("已回访")
    await expect(sheet.locator(".step").first).to_contain_text("非常满意")
    await expect(page.locator(".tab-to_close b")).to_have_text("1")


async def test_what_came_back_three_times_is_the_secretarys_to_decide(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    await caseload.places(world)
    appeal = await caseload.an_appeal(
        world, "he", "物业费收据没给", f"{ESTATE}8号楼", category="物业服务"
    )
    appeal = await caseload.returned(world, appeal, 3)
    by_wang = await at_list(browser, address, wang)
    sheet = await opened(by_wang, appeal, "secretary")
    await expect(sheet.locator(".sheet-note-seal")).to_contain_text("请报给书记")
    await expect(deed(sheet, "督办")).to_have_count(0)
    await deed(sheet, "派单").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("派给谁要由书记来定")
    await confirm(sheet, "派单").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("派给谁要由书记来定")

    zhou = await world.member("zhou", "周书记", Role.SECRETARY)
    by_zhou = await at_list(browser, address, zhou)
    sheet = await opened(by_zhou, appeal, "secretary")
    await deed(sheet, "督办").click()
    await sheet.get_by_role("radio", name="1 级 社区大党委").click()
    await expect(sheet.locator(".preview")).to_contain_text("社区书记已经在督办")
    await confirm(sheet, "督办").click()
    await deed(sheet, "派单").click()
    await expect(sheet.locator(".deed-hint")).to_contain_text("建议派给江城雅苑业主委员会")
    await confirm(sheet, "派单").click()
    await expect(sheet.locator(".sheet-title")).to_contain_text("已派单")
    await expect(sheet.locator(".stand")).to_contain_text("江城雅苑业主委员会")


async def test_what_many_report_is_told_once_and_duplicates_are_merged_after_a_question(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    await caseload.places(world)
    said = ("3号楼停水了", "3号楼没有水", "3号楼突然停水", "3号楼停水", "3号楼停水了没水用")
    place = f"{ESTATE}3号楼"
    appeals = [
        await caseload.an_appeal(
            world, f"w{number}", text, place, category="停水停电", building="3号楼"
        )
        for number, text in enumerate(said)
    ]
    assert await world.cases.neighbours.bursts.check(appeals[-1])
    page = await at_list(browser, address, wang)
    banner = page.locator(".burst")
    await expect(banner).to_contain_text("5 户反映")

    # One by hand first: a question, then everything about both in one place.
    sheet = await opened(page, appeals[1])
    proposal = sheet.locator(".alike", has_text=appeals[0].number)
    await expect(proposal).to_contain_text("能")
    await page.wait_for_timeout(400)
    assert await serious(page, within=".sheet") == []
    await proposal.get_by_role("button", name="并入").click()
    asked = page.get_by_role("dialog", name="并入")
    await expect(asked).to_contain_text(f"会并入 {appeals[0].number}")
    await asked.get_by_role("button", name="并入").click()
    await expect(sheet.locator(".sheet-number")).to_have_text(appeals[0].number)
    await expect(sheet.locator(".step").first).to_contain_text(appeals[1].number)
    await expect(page.locator("button.ledger-row", has_text="已并案")).to_have_count(1)
    await sheet.get_by_role("button", name="关闭").click()
    await expect(sheet).to_be_hidden()
    await opened(page, appeals[1])
    await expect(sheet.locator(".sheet-note").first).to_contain_text(appeals[0].number)
    await sheet.get_by_role("button", name="关闭").click()

    await banner.get_by_role("button", name="一次告知所有住户").click()
    notice = page.get_by_role("dialog", name="一次告知所有住户")
    await expect(notice).to_contain_text("5 户")
    await notice.get_by_label("告诉住户的话").fill("水厂抢修，晚上八点恢复供水。")
    await notice.get_by_role("button", name="发送").click()
    await expect(page.locator("button.ledger-row", has_text="已并案")).to_have_count(4)
    for each in appeals:
        await page.goto(f"{address}/desk?c={each.conversation_id}")
        await expect(page.locator(".line-bot").last).to_contain_text("晚上八点恢复供水")
