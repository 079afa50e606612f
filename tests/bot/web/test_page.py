"""The resident's page in a real browser, as a phone sees it."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.bot.web.house import House


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def photo_file(folder: Path) -> Path:
    file = folder / "lift.jpg"
    Image.new("RGB", (3000, 2000), "#557799").save(file)
    return file


def test_fits_a_narrow_phone_in_both_sizes(page: Page) -> None:
    say(page, "长" * 300 + "https://example.org/" + "a" * 200)
    expect(page.locator(".bot .bubble")).to_have_count(1)
    for _ in range(2):
        width = page.evaluate("document.documentElement.scrollWidth")
        inner = page.evaluate("document.getElementById('scroll').scrollWidth")
        assert (width, inner <= 360) == (360, True)
        page.click("#type")


def test_everything_to_tap_is_big_enough(house: House, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.click("text=高龄津贴怎么办")
    page.locator(".choices button").first.wait_for()
    talk = house.latest_conversation()
    house.call(house.gate.say(talk, "bot", "火情 119、报警 110、急救 120，社区 12345。"))
    expect(page.locator(".bubble a")).to_have_count(5)
    page.click("#photo")
    for target in page.locator("button:visible, textarea, footer a, .bubble a").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 43.9, (box, target.inner_html())


def test_is_light(house: House, page: Page) -> None:
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".map((entry) => [entry.name, entry.decodedBodySize])"
    )
    assert all(name.startswith(house.url) for name, _ in sizes if not name.startswith("data:"))
    assert 10_000 < sum(size for _, size in sizes) < 60_000


def test_a_message_is_answered_and_is_there_after_a_reload(page: Page) -> None:
    say(page, "楼道灯不亮")
    expect(page.locator(".bot .bubble")).to_have_text("您说的是“楼道灯不亮”，我记下了。")
    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text(["楼道灯不亮"])
    expect(page.locator(".bot .bubble")).to_have_count(1)


def test_a_long_answer_is_read_from_its_start(house: House, page: Page) -> None:
    def stands() -> tuple[float, float]:
        """Where the last bubble begins and ends, in parts of the view's height."""
        start, end = page.locator(".message").last.evaluate(
            "(node) => { const view = document.getElementById('scroll').getBoundingClientRect();"
            " const box = node.getBoundingClientRect();"
            " return [box.top, box.bottom].map((edge) => (edge - view.top) / view.height); }"
        )
        return start, end

    page.emulate_media(reduced_motion="reduce")
    say(page, "高龄津贴怎么办")
    page.locator(".choices button").first.wait_for()
    assert stands()[1] <= 1
    talk = house.latest_conversation()
    house.call(house.gate.say(talk, "bot", "第一句。\n" + "很长的一段说明。\n" * 40 + "最后一句。"))
    expect(page.locator(".bot .bubble")).to_have_count(2)
    start, end = stands()
    assert 0 <= start < 0.1 and end > 1.5
    # The keyboard opens: one goes on reading where one was; news only announce themselves.
    page.set_viewport_size({"width": 360, "height": 560})
    page.wait_for_timeout(200)
    assert 0 <= stands()[0] < 0.1
    house.call(house.gate.say(talk, "staff", "还有一句", staff_id=1))
    expect(page.locator("#below")).to_be_visible()
    page.click("#below")
    expect(page.locator("#below")).to_be_hidden()
    expect(page.locator(".staff .bubble")).to_be_in_viewport()
    say(page, "好")
    expect(page.locator(".bot .bubble")).to_have_count(3)
    assert 0 < stands()[0] < stands()[1] <= 1


def test_a_quick_reply_shows_its_title_and_sends_its_payload(house: House, page: Page) -> None:
    page.click("text=高龄津贴怎么办")
    page.click("text=在哪里办")
    expect(page.locator(".mine .bubble")).to_have_text(["高龄津贴怎么办", "在哪里办"])
    expect(page.locator(".bot .bubble").last).to_contain_text('{"topic": "地点"}')
    expect(page.locator(".choices")).to_be_hidden()
    assert house.gate.inbounds[-1].text == "在哪里办"


def test_staff_and_system_are_told_apart(page: Page) -> None:
    page.click("text=转人工")
    expect(page.locator(".system .bubble")).to_have_text("已为您转接社区工作人员。")
    expect(page.locator(".staff .who")).to_have_text("社区工作人员 王芳")


def test_a_name_that_says_who_it_is_stands_alone(house: House, page: Page) -> None:
    say(page, "你好")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    house.call(house.gate.say(house.latest_conversation(), "staff", "我在。", staff_id=2))
    expect(page.locator(".staff .who")).to_have_text("社区管理员")


def test_typing_shows_while_the_reply_is_made(house: House, page: Page) -> None:
    house.gate.slowness = 1.0
    say(page, "你好")
    expect(page.locator("#typing")).to_have_text("正在回复…")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    expect(page.locator("#typing")).to_have_text("")


def test_a_photo_is_made_small_sent_and_shown(house: House, page: Page, tmp_path: Path) -> None:
    page.click("#photo")
    page.set_input_files("#album", photo_file(tmp_path))
    page.fill("#text", "电梯停了")
    page.click("#send")
    expect(page.locator(".bot .bubble")).to_have_text("照片收到了，请问是哪一栋楼？")
    image = page.locator(".mine img")
    expect(image).to_have_attribute("src", re.compile(r"^/web/media/[0-9a-f]{32}$"))
    expect(image).to_have_js_property("naturalWidth", 1600)
    assert (house.gate.inbounds[-1].kind, house.gate.inbounds[-1].text) == ("image", "电梯停了")
    page.reload()
    expect(image).to_have_js_property("naturalWidth", 1600)


def test_a_file_that_is_no_photo_is_refused_kindly(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "note.jpg"
    file.write_text("not a picture")
    page.click("#photo")
    page.set_input_files("#album", file)
    expect(page.locator("#note p")).to_contain_text("这张照片打不开")
    expect(page.locator("#preview")).to_be_hidden()


def test_a_photo_that_the_network_loses_stays_for_a_second_try(
    page: Page, phone: BrowserContext, tmp_path: Path
) -> None:
    page.set_input_files("#album", photo_file(tmp_path))
    phone.set_offline(True)
    page.click("#send")
    expect(page.locator("#note p")).to_contain_text("照片没有传上去")
    phone.set_offline(False)
    page.click("#send")
    expect(page.locator(".mine img")).to_have_count(1)
    expect(page.locator(".bot .bubble")).to_have_count(1)


def test_nothing_is_lost_or_doubled_when_the_phone_goes_offline(
    house: House, page: Page, phone: BrowserContext
) -> None:
    say(page, "一")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    phone.set_offline(True)
    expect(page.locator("#state")).to_have_text("网络断开，重连中")
    say(page, "二")
    say(page, "三")
    expect(page.locator(".mine .fate").last).to_have_text("等待联网…")
    house.call(house.gate.say(house.latest_conversation(), "staff", "还在吗？", staff_id=1))
    phone.set_offline(False)
    expect(page.locator(".staff .bubble")).to_have_text("还在吗？")
    expect(page.locator(".bot .bubble")).to_have_count(3)
    expect(page.locator(".mine .bubble")).to_have_text(["一", "二", "三"])
    assert (house.count("in"), house.count("out")) == (3, 4)


def test_the_outbox_outlives_the_page_and_the_server(
    house: House, page: Page, phone: BrowserContext
) -> None:
    house.close()
    expect(page.locator("#state")).not_to_have_text("已连接")
    say(page, "停水了")
    page.close()
    house.open()
    page = phone.new_page()
    page.goto(house.url)
    expect(page.locator(".mine .bubble")).to_have_text(["停水了"])
    expect(page.locator(".bot .bubble")).to_have_count(1)
    assert page.evaluate("localStorage.getItem('minhu.outbox')") == "[]"
    assert house.count("in") == 1


def test_a_message_whose_ack_was_lost_is_stored_once(house: House, page: Page) -> None:
    house.gate.fail_after_storing = 1
    say(page, "电梯坏了")
    expect(page.locator("#note p")).to_contain_text("马上会自动再发")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    expect(page.locator(".mine .bubble")).to_have_text(["电梯坏了"])
    ids = {inbound.dedup_key for inbound in house.gate.inbounds}
    assert (len(house.gate.inbounds), len(ids), house.count("in")) == (2, 1, 1)


def test_news_come_without_live_events(house: House, page: Page) -> None:
    say(page, "你好")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    house.gate.publishes = False
    house.call(house.gate.say(house.latest_conversation(), "staff", "水已经来了。", staff_id=1))
    expect(page.locator(".staff .bubble")).to_have_text("水已经来了。", timeout=5_000)


def test_two_windows_of_one_visitor_show_the_same(
    house: House, page: Page, phone: BrowserContext
) -> None:
    second = phone.new_page()
    second.goto(house.url)
    second.locator("#state[data-state=connected]").wait_for()
    say(page, "你好")
    expect(second.locator(".mine .bubble")).to_have_text(["你好"])
    expect(second.locator(".bot .bubble")).to_have_count(1)


def test_too_long_a_message_stays_in_the_input(house: House, page: Page) -> None:
    page.fill("#text", "长" * 2001)
    page.click("#send")
    expect(page.locator("#note p")).to_contain_text("现在有 2001 个字")
    assert len(page.input_value("#text")) == 2001
    page.fill("#text", "😀" * 2000)
    page.click("#send")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    assert len(house.gate.inbounds) == 1


def test_enter_sends_but_not_while_composing_nor_with_shift(page: Page) -> None:
    page.fill("#text", "你")
    page.press("#text", "Shift+Enter")
    page.locator("#text").evaluate(
        "(box) => box.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert page.input_value("#text") == "你\n"
    page.keyboard.type("好")
    page.press("#text", "Enter")
    expect(page.locator(".mine .bubble")).to_have_text("你\n好")
    assert page.input_value("#text") == ""


def test_large_type_is_remembered_and_there_before_the_first_paint(page: Page) -> None:
    def size() -> str:
        return str(page.locator("#text").evaluate("(box) => getComputedStyle(box).fontSize"))

    assert size() == "18px"
    page.click("#type")
    assert size() == "24px"
    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    assert size() == "24px"
    page.unroute("**/*.js")
    page.reload()
    expect(page.locator("#type")).to_have_attribute("aria-label", "切换到标准字版")
    page.click("#type")
    assert size() == "18px"


def test_text_is_never_markup_and_numbers_can_be_tapped(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)> 0571-88001234 或 13800138000，编号 202411230012345678")
    bubble = page.locator(".mine .bubble")
    expect(bubble.locator("img")).to_have_count(0)
    hrefs = bubble.locator("a").evaluate_all("(links) => links.map((link) => link.href)")
    assert hrefs == ["tel:0571-88001234", "tel:13800138000"]


def test_national_numbers_can_be_tapped_and_mere_amounts_cannot(page: Page) -> None:
    say(
        page,
        "着火打119，报警打110、急救（120）或 122。热线12345、12356，停电 95598，"
        "反诈96110；补贴120元、110 平方米、第119号、1204、12.120、12345万、A120、2-110、12045。",
    )
    links = page.locator(".mine .bubble a")
    numbers = ["119", "110", "120", "122", "12345", "12356", "95598", "96110"]
    expect(links).to_have_text(numbers)
    hrefs = links.evaluate_all("(links) => links.map((link) => link.href)")
    assert hrefs == [f"tel:{number}" for number in numbers]


def test_an_expired_cookie_is_explained(page: Page, phone: BrowserContext) -> None:
    phone.clear_cookies()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#note p")).to_have_text("页面放得太久了，请刷新后继续。")
    page.click("#note button")
    expect(page.locator("#state")).to_have_text("已连接")


def test_works_by_keyboard_alone(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.say") == "转人工":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".staff .bubble")).to_have_count(1)


def serious(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    bad = [one for one in found if one["impact"] in ("serious", "critical")]
    return [(one["id"], one["nodes"][0]["html"]) for one in bad]


def test_an_answer_can_be_read_while_it_still_moves_in(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Animation.enable")
    session.send("Animation.setPlaybackRate", {"playbackRate": 0.01})
    say(page, "高龄津贴怎么办")
    page.locator(".choices button").first.wait_for()
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, tmp_path: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.click("text=转人工")
    expect(page.locator(".staff .bubble")).to_have_count(1)
    page.set_input_files("#album", photo_file(tmp_path))
    page.click("#send")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    page.click("[data-say=高龄津贴怎么办]")
    page.locator(".choices button").first.wait_for()
    page.set_input_files("#album", photo_file(tmp_path))
    page.click("#photo")
    page.fill("#text", "长" * 2001)
    page.press("#text", "Enter")
    for _ in range(2):
        assert serious(page) == []
        page.click("#type")
