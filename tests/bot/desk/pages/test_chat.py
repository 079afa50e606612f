"""Two people at two desks, one resident: a real gateway, a real browser."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page, expect

from bot.conversations.contract import Window
from bot.conversations.tables import ConversationRow
from bot.staff.member import Role, StaffMember
from tests.bot.desk.pages.browsing import at_desk, serious
from tests.bot.desk.world import World, a_photo


def utc_now() -> datetime:
    return datetime.now(UTC)


async def test_strangers_are_sent_to_sign_in(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(f"{address}/desk/appeals")
    assert "/signin?next=/desk/appeals" in page.url


async def test_two_staff_and_one_resident(
    world: World, wang: StaffMember, li: StaffMember, browser: Browser, address: str
) -> None:
    by_wang = await at_desk(browser, address, wang)
    by_li = await at_desk(browser, address, li)

    # A resident begins to wait: a card appears at both desks, and the tab counts.
    waiting = await world.waits("he", "电梯坏了，有人吗", name="何师傅")
    await expect(by_wang.locator(".queue-waiting .desk-card")).to_contain_text("电梯坏了")
    await expect(by_wang).to_have_title("(1) 工作台")
    ticking = by_li.locator(".card-wait")
    before = await ticking.inner_text()
    await expect(ticking).not_to_have_text(before)

    # Danger comes later and stands first, and nothing else was drawn anew.
    await by_wang.evaluate("document.querySelector('.desk-card').dataset.kept = 'yes'")
    await world.waits("gas", "好大的煤气味", name="周阿姨", reason="danger", priority=2)
    await expect(by_wang.locator(".queue-waiting .desk-card").first).to_contain_text("危险")
    assert await by_wang.locator(".desk-card[data-kept=yes]").count() == 1

    # Both look; Wang claims, Li is too late and hears so.
    await by_li.locator(".desk-card", has_text="何师傅").click()
    await expect(by_li.locator(".chat-bar")).to_contain_text("接待之后才能回复")
    await by_wang.locator(".desk-card", has_text="何师傅").locator(".card-claim").click()
    await expect(by_wang.locator(".write-box")).to_be_enabled()
    await expect(by_li.locator(".chat-bar")).to_contain_text("王芳正在接待")
    await expect(by_li.locator(".write-box")).to_be_hidden()
    await expect(by_li.locator(".queue-held .desk-card")).to_contain_text("王芳接待中")

    # Words both ways, in order, sent once.
    box = by_wang.locator(".write-box")
    await box.fill("您好，我是社区的王芳")
    await box.press("Enter")
    await box.press("Enter")
    await expect(by_wang.locator(".line-staff")).to_contain_text("您好，我是社区的王芳")
    await expect(box).to_have_value("")
    seen = {"intent": "inform", "confidence": 1, "entities": {"building": "3栋"}}
    heard = await world.says("he", "3栋的电梯", understanding=seen)
    for page in (by_wang, by_li):
        await expect(page.locator(".line-resident").last).to_contain_text("3栋的电梯")
        await expect(page.locator(".line-resident").last).to_contain_text("补充信息")
    lines = await world.handoffs.transcript(waiting.conversation_id)
    assert [line.author for line in lines] == ["resident", "system", "staff", "resident"]

    # A photo, as from the clerk's folder.
    async with by_wang.expect_file_chooser() as chooser:
        await by_wang.get_by_role("button", name="照片").click()
    photo = {"name": "map.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    await (await chooser.value).set_files(photo)
    await expect(by_wang.locator(".line-staff .bubble-photo img")).to_be_visible()

    # What the resident said becomes an appeal.
    await by_wang.locator(".line-resident").last.hover()
    await by_wang.locator(f"[data-file='{heard.message_id}']").click()
    dialog = by_wang.locator(".mh-dialog", has_text="记一条诉求")
    await dialog.get_by_label("类别").click()
    await by_wang.locator(".q-menu").get_by_text("电梯", exact=True).click()
    await dialog.get_by_role("button", name="登记并告知居民").click()
    await expect(by_wang.locator(".side .mini")).to_contain_text("3栋的电梯")
    await expect(by_wang.locator(".line-bot").last).to_contain_text("已替您登记“3栋的电梯”")

    # Back to the assistant, with a note that it gets.
    await by_wang.get_by_role("button", name="交还助手").click()
    returning = by_wang.locator(".mh-dialog", has_text="处理结果")
    await expect(returning.get_by_role("button", name="交还助手")).to_be_disabled()
    await returning.locator("textarea").fill("已报修")
    await returning.get_by_role("button", name="交还助手").click()
    await expect(by_wang.locator(".chat-bar")).to_contain_text("助手正在接待")
    await expect(by_wang.locator(".queue-held .desk-card")).to_have_count(0)
    async with world.database.read() as session:
        conversation = await session.get_one(ConversationRow, waiting.conversation_id)
    assert conversation.memory["staff_note"] == "已报修"
    assert conversation.memory["told_facts"] == {"building": "3栋", "photos": []}


async def test_a_secretary_takes_over_and_gives_the_resident_a_name(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    waiting = await world.waits("he", "电梯坏了，有人吗")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    zhou = await world.member("zhou", "周书记", Role.SECRETARY)
    li = await world.member("li", "李强")
    by_wang = await at_desk(browser, address, wang)
    by_li = await at_desk(browser, address, li)
    by_zhou = await at_desk(browser, address, zhou)
    for page in (by_wang, by_li, by_zhou):
        await page.locator(".desk-card").click()
    await expect(by_li.locator(".chat-bar")).to_contain_text("王芳正在接待")
    await expect(by_li.get_by_role("button", name="接手")).to_be_hidden()
    await expect(by_wang.locator(".write-box")).to_be_enabled()

    # First the question, and who says no has changed nothing.
    await by_zhou.get_by_role("button", name="接手").click()
    asked = by_zhou.get_by_role("dialog", name="接手")
    await expect(asked).to_contain_text("王芳只能查看")
    await by_zhou.wait_for_timeout(400)
    assert await serious(by_zhou) == []
    await asked.get_by_role("button", name="取消").click()
    await expect(asked).to_be_hidden()
    await expect(by_zhou.locator(".write-box")).to_be_hidden()
    await by_zhou.get_by_role("button", name="接手").click()
    await by_zhou.get_by_role("dialog").get_by_role("button", name="接手").click()
    await expect(by_zhou.locator(".write-box")).to_be_enabled()
    await expect(by_wang.locator(".write-box")).to_be_hidden()
    await expect(by_wang.locator(".chat-bar")).to_contain_text("周书记正在接待")
    await expect(by_wang.locator(".line-system").last).to_contain_text("周书记已为您接通")

    # A name for 居民N, seen on every desk.
    nameless = f"居民{waiting.resident_id}"
    await expect(by_li.locator(".card-name")).to_have_text(nameless)
    await by_zhou.get_by_role("button", name="改姓名").click()
    box = by_zhou.get_by_label("姓名", exact=True)
    await expect(box).to_have_value("")
    await box.fill("何" * 25)
    await expect(box).to_have_value("何" * 20)
    await box.fill("何师傅")
    await box.press("Enter")
    for page in (by_zhou, by_li):
        await expect(page.locator(".card-name")).to_have_text("何师傅")
        await expect(page.locator(".chat-name")).to_have_text("何师傅")
        await expect(page.locator(".side .facts")).to_contain_text("何师傅")


async def test_who_waits_gets_the_room_that_conversations_in_hand_leave(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    for number in range(5):
        await world.waits(f"w{number}", "停车位被占了，没人管", priority=min(number, 2))
    page = await at_desk(browser, address, wang)
    cards = page.locator(".queue-waiting .desk-card")
    await expect(cards).to_have_count(5)
    assert await overflow(page, ".queue-waiting") <= 0
    await expect(page.get_by_text("还没有接待中的会话。")).to_be_in_viewport()
    await expect(page.get_by_role("link", name="诉求")).to_have_count(1)

    # With many on both sides the lower list keeps its part, and each scrolls for itself.
    for number in range(9):
        waiting = await world.waits(f"h{number}")
        await world.handoffs.claim(waiting.conversation_id, wang.id)
    for number in range(5):
        await world.waits(f"x{number}")
    await expect(cards).to_have_count(10)
    await expect(page.locator(".queue-held .desk-card")).to_have_count(9)
    heights = await page.evaluate(
        "['.queue', '.queue-waiting', '.queue-held']"
        ".map((name) => document.querySelector(name).clientHeight)"
    )
    assert heights[1] > heights[0] * 0.45
    assert heights[2] > heights[0] * 0.4
    assert await overflow(page, ".queue-waiting") > 0


async def overflow(page: Page, selector: str) -> float:
    hidden = "(whole) => whole.scrollHeight - whole.clientHeight"
    return float(await page.locator(selector).evaluate(hidden))


async def test_wechat_shows_its_window_and_closes_the_box(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    window = Window(utc_now() + timedelta(hours=46, minutes=30), 3)
    photo = await world.services.media.save(a_photo(), "image/jpeg")
    waiting = await world.waits("he", name="何师傅", channel="wechat", window=window)
    await world.says("he", "", channel="wechat", kind="image", media_id=photo, window=window)
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    page = await at_desk(browser, address, wang)
    await page.locator(".desk-card", has_text="何师傅").click()
    shown = page.locator(".write-window")
    await expect(shown).to_have_text("还可回复 46 小时 · 2 条")
    await expect(page.locator(".sent").last).to_have_text("发送中")
    picture = page.locator(".bubble-photo img")
    await expect(picture).to_have_js_property("naturalWidth", 640)

    await page.locator(".write-box").fill("还没写完的话")
    await world.says("he", "", channel="wechat", kind="event", window=Window(utc_now(), 0))
    await world.tell(waiting.conversation_id)
    await expect(shown).to_contain_text("超过 48 小时")
    await expect(page.locator(".write-box")).to_be_disabled()

    # A reload, or a new window, finds the draft where it was.
    window = Window(utc_now() + timedelta(hours=48), 5)
    await world.says("he", "我又来了", channel="wechat", window=window)
    await page.reload()
    await expect(page.locator(".write-box")).to_have_value("还没写完的话")
    await expect(page.locator(".line-resident").last).to_contain_text("我又来了")


async def test_a_long_history_opens_at_its_end_and_goes_back_on_demand(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    for number in range(70):
        written = await world.says("he", f"第{number}句", name="何师傅")
    await world.asks_for_person(written)
    page = await at_desk(browser, address, wang)
    await page.locator(".desk-card", has_text="何师傅").click()
    lines = page.locator(".line")
    await expect(lines).to_have_count(50)
    await expect(lines.last).to_be_in_viewport()
    await page.locator(".chat-log").evaluate("log => log.scrollTop = 0")
    await page.get_by_role("button", name="查看更早的消息").click()
    await expect(lines).to_have_count(70)
    await expect(lines.first).to_contain_text("第0句")
    await expect(page.locator(".line", has_text="第20句")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="查看更早的消息")).to_be_hidden()


async def test_an_input_method_chooses_words_with_enter_and_sends_nothing(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    waiting = await world.waits("he", name="何师傅")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    page = await at_desk(browser, address, wang)
    await page.locator(".desk-card", has_text="何师傅").click()
    box = page.locator(".write-box")
    await box.fill("ni hao")
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await box.press("Shift+Enter")
    await page.wait_for_timeout(300)
    await expect(box).to_have_value("ni hao\n")
    assert await page.locator(".line-staff").count() == 0
    await page.get_by_role("button", name="常用语").click()
    await page.locator(".q-menu >> text=师傅正在路上").click()
    await expect(box).to_have_value(re.compile("已经联系物业，师傅正在路上"))


async def test_redis_away_costs_a_moment_not_a_message(
    world: World, wang: StaffMember, browser: Browser, address: str
) -> None:
    page = await at_desk(browser, address, wang)
    # What this process tells does not leave it any more.
    world.services.live.connected = False
    await world.waits("he", "有人吗", name="何师傅")
    await expect(page.locator(".desk-card", has_text="何师傅")).to_be_visible(timeout=8000)
    await page.locator(".desk-card", has_text="何师傅").click()
    await world.says("he", "还在吗")
    await expect(page.locator(".line-resident").last).to_contain_text("还在吗", timeout=8000)
