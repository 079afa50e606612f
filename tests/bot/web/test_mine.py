"""我的诉求 in a real browser, as a phone sees it: a time line, and what a resident can do there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.life import AppealStatus
from tests.bot.web.mine_house import MineHouse
from tests.bot.web.test_page import photo_file, say

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[MineHouse]:
    house = MineHouse(tmp_path)
    house.open()
    yield house
    house.tear_down()


@pytest.fixture
def me(house: MineHouse, page: Page) -> int:
    """The resident whose phone it is: they have written once."""
    say(page, "电梯坏了")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    return house.latest_resident()


def look(page: Page, house: MineHouse, appeal: Appeal | None = None) -> None:
    page.goto(f"{house.url}/mine" + (f"/{appeal.number}" if appeal else ""))
    expect(page.locator(".loading")).to_have_count(0)


def answered(house: MineHouse, appeal: Appeal, **answer: object) -> None:
    house.does(appeal, deeds.Start(), house.master)
    done = deeds.Answer.model_validate({"answer": "换了接触器", **answer})
    house.does(appeal, done, house.master)


def status(house: MineHouse, appeal: Appeal) -> Appeal:
    return house.call(house.appeals.get(appeal.id))


def test_the_chat_leads_to_my_appeals_and_back(house: MineHouse, page: Page, me: int) -> None:
    appeal = house.filed(me)
    page.click("#mine")
    card = page.locator(".card")
    expect(card).to_contain_text("3栋2单元电梯坏了")
    expect(card).to_contain_text("转给了江城雅苑物业，等对方签收，预计")
    card.click()
    expect(page).to_have_url(re.compile(f"/mine/{appeal.number}$"))
    expect(page.locator(".stages [aria-current=step]")).to_contain_text("派单")
    page.click("text=全部诉求")
    page.click("text=回到对话")
    expect(page.locator("#state")).to_be_visible()


def test_the_time_line_tells_who_did_what_with_photos(
    house: MineHouse, page: Page, me: int
) -> None:
    appeal = house.filed(me, photos=[house.photo()])
    house.does(appeal, deeds.Note(note="这户情绪激动"))
    answered(house, appeal, photos=[house.photo("#a86a4a")])
    look(page, house, appeal)
    expect(page.locator(".line .did")).to_have_text(
        [
            "江城雅苑物业 张师傅 办好了",
            "江城雅苑物业 张师傅 开始办理",
            "转给江城雅苑物业处理",
            "我登记",
        ]
    )
    expect(page.locator(".line time").first).to_contain_text("今天")
    expect(page.locator(".photos img")).to_have_count(2)
    for image in page.locator(".photos img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 640)
    expect(page.locator("body")).not_to_contain_text("情绪激动")


def test_urging_is_kept_and_too_much_of_it_refused_kindly(
    house: MineHouse, page: Page, me: int
) -> None:
    appeal, urged = house.filed(me), house.filed(me, "路灯不亮")
    look(page, house, appeal)
    page.click("text=催一催")
    expect(page.locator("#news")).to_have_text("已经催了，办的人能看到。")
    expect(page.locator(".line .did").first).to_have_text("我催办")
    assert house.events(appeal)[-1] == ("urge", "")
    house.does(urged, deeds.Urge(note="在对话里催过"), house.themselves(me))
    look(page, house, urged)
    page.click("text=催一催")
    expect(page.locator("#news.wrong")).to_contain_text("4 小时内不用再催")
    assert [kind for kind, _ in house.events(urged)].count("urge") == 1


def test_words_and_a_photo_are_added(house: MineHouse, page: Page, me: int, tmp_path: Path) -> None:
    appeal = house.filed(me)
    look(page, house, appeal)
    page.click("text=补充情况")
    page.click("text=提交补充")
    expect(page.locator("#news.wrong")).to_have_text("请写几个字，或者选一张照片。")
    page.fill("textarea", "四楼也按不了")
    page.set_input_files("input[type=file]", photo_file(tmp_path))
    expect(page.locator(".add-photo img")).to_be_visible()
    page.click("text=提交补充")
    expect(page.locator("#news")).to_have_text("补充好了，办的人能看到。")
    expect(page.locator(".line li").first).to_contain_text("四楼也按不了")
    expect(page.locator(".line img")).to_have_js_property("naturalWidth", 1600)
    assert len(status(house, appeal).photos) == 1


def test_solved_and_content_on_five_levels(house: MineHouse, page: Page, me: int) -> None:
    appeal = house.filed(me)
    answered(house, appeal)
    look(page, house, appeal)
    page.click("text='解决了'")
    expect(page.locator(".levels label")).to_have_text(
        ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    )
    page.get_by_label("基本满意").check()
    page.fill("textarea", "慢了点")
    page.click("text=提交评价")
    expect(page.locator("#news")).to_have_text("谢谢您的评价。")
    rated = status(house, appeal)
    assert (rated.status, rated.satisfaction, rated.solved) == (AppealStatus.CALLED_BACK, 3, True)
    expect(page.locator(".said")).to_contain_text("您的评价：基本满意")


def test_not_solved_opens_it_again_with_words(house: MineHouse, page: Page, me: int) -> None:
    appeal = house.filed(me)
    answered(house, appeal)
    look(page, house, appeal)
    page.click("text='没解决'")
    page.click("text=请接着办")
    expect(page.locator("#news.wrong")).to_have_text("请写一句哪里没解决。")
    page.fill("textarea", "又停在五楼")
    page.click("text=请接着办")
    expect(page.locator(".status")).to_have_text("已派单")
    again = status(house, appeal)
    assert (again.reopened, again.call_back_result) == (1, "unsolved")
    assert house.events(appeal)[-1] == ("call_back", "又停在五楼")


def test_withdrawing_asks_first(house: MineHouse, page: Page, me: int) -> None:
    appeal = house.filed(me)
    look(page, house, appeal)
    page.click("text='撤回'")
    expect(page.locator(".ask")).to_contain_text("确定要撤回吗")
    page.click("text=先不用")
    assert status(house, appeal).status is AppealStatus.DISPATCHED
    page.click("text='撤回'")
    page.click("text=确定撤回")
    expect(page.locator(".status")).to_have_text("已撤回")


def test_who_joined_sees_progress_but_nothing_private_and_speaks_for_their_home(
    house: MineHouse, page: Page, me: int
) -> None:
    other = house.resident("web", "0" * 32)
    appeal = house.filed(other, "我家停水，老人独居", photos=[house.photo()], phone="13800000000")
    house.joins(appeal, me)
    answered(house, appeal, photos=[house.photo()])
    look(page, house, appeal)
    expect(page.locator(".head h2")).to_have_text("江城雅苑3栋电梯")
    expect(page.locator(".facts")).to_contain_text("共 2 户反映")
    expect(page.locator("body")).not_to_contain_text("独居")
    expect(page.locator(".photos img")).to_have_count(1)
    page.click("text=我家没解决")
    expect(page.locator(".said")).to_have_text("您说过：我家没解决。")
    (follower,) = house.call(house.joining.followers(appeal.id))
    assert follower.solved is False
    assert status(house, appeal).status is AppealStatus.DONE


def test_what_staff_do_appears_while_one_looks_but_not_over_ones_writing(
    house: MineHouse, page: Page, me: int
) -> None:
    appeal = house.filed(me)
    look(page, house, appeal)
    page.click("text=补充情况")
    page.fill("textarea", "写到一半")
    house.does(appeal, deeds.Sign(), house.master)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(400)
    expect(page.locator("textarea")).to_have_value("写到一半")
    page.click("text=先不用")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".status")).to_have_text("已签收")


def test_strangers_are_told_how_to_get_there(house: MineHouse, phone: BrowserContext) -> None:
    page = phone.new_page()
    appeal = house.filed(house.resident("web", "0" * 32))
    for path in ("/mine", f"/mine/{appeal.number}"):
        page.goto(house.url + path)
        expect(page.locator(".nothing h2")).to_have_text("还不知道您是谁")
    page.click("text=打开对话页面")
    expect(page.locator("#state")).to_be_visible()
    page.goto(f"{house.url}/mine/{appeal.number}")
    expect(page.locator(".nothing h2")).to_have_text("没有找到这条诉求")
    page.goto(f"{house.url}/mine")
    expect(page.locator(".nothing h2")).to_have_text("还没有登记过诉求")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(house: MineHouse, page: Page, me: int, scheme: str) -> None:
    """No finding of axe, nothing wider than the phone, nothing too small to tap; in large type too."""
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    own, done = house.filed(me, photos=[house.photo()]), house.filed(me, "楼道灯不亮")
    answered(house, done, photos=[house.photo()])
    house.does(own, deeds.Start(note="下午三点上门"), house.master)
    for _ in range(2):
        for appeal, opens in ((None, ""), (own, "补充情况"), (done, "解决了")):
            look(page, house, appeal)
            if opens:
                page.click(f"text='{opens}'")
            found = Axe().run(page, options={"runOnly": WCAG["runOnly"]})
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            assert page.evaluate("document.getElementById('scroll').scrollWidth") <= 360
            for target in page.locator("button:visible, .card, .back, .photos a").all():
                box = target.bounding_box()
                assert box and min(box["width"], box["height"]) > 43.9, target.inner_html()
        page.click("#type")


def test_it_is_light(house: MineHouse, page: Page, me: int) -> None:
    appeal = house.filed(me)
    look(page, house, appeal)
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".map((entry) => [entry.name, entry.decodedBodySize])"
    )
    assert all(name.startswith(house.url) for name, _ in sizes if not name.startswith("data:"))
    assert 10_000 < sum(size for _, size in sizes) < 70_000
