"""我的诉求 inside WeChat: WeChat says who opens it, and nobody gets in by another one's way."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.bot.web.mine_house import MineHouse
from tests.bot.web.test_page import photo_file
from tests.simulators.wechat import WeChatPlatform
from tests.simulators.wechat.oauth import PHONE

IN_WECHAT = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 MicroMessenger/8.0.49"


@pytest.fixture
def platform() -> Iterator[WeChatPlatform]:
    platform = WeChatPlatform()
    platform.api.start()
    yield platform
    platform.api.stop()


@pytest.fixture
def house(tmp_path: Path, platform: WeChatPlatform) -> Iterator[MineHouse]:
    house = MineHouse(tmp_path, platform)
    platform.api.pages.domains.add(urlsplit(house.url).netloc)
    house.open()
    yield house
    house.tear_down()


class Phone:
    """WeChat's own browser on somebody's phone."""

    def __init__(self, house: MineHouse, openid: str) -> None:
        self.house = house
        headers = {"user-agent": IN_WECHAT}
        self.http = httpx.Client(headers=headers, trust_env=False, base_url=house.url)
        self.http.cookies.set(PHONE, openid, domain="127.0.0.1")

    def way_to_wechat(self, path: str = "/mine") -> str:
        response = self.http.get(path)
        assert response.status_code == 302
        return str(response.headers["location"]).partition("#")[0]

    def way_back(self, path: str = "/mine") -> str:
        response = self.http.get(self.way_to_wechat(path))
        assert response.status_code == 302, response.text
        return str(response.headers["location"])

    def appeals(self) -> httpx.Response:
        return self.http.get("/web/appeals")


def test_a_link_from_the_account_opens_ones_own_appeal(
    house: MineHouse, platform: WeChatPlatform, browser: Browser, tmp_path: Path
) -> None:
    appeal = house.filed(house.resident("wechat", "o-li"), channel="wechat")
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, user_agent=IN_WECHAT
    )
    context.add_cookies([{"name": PHONE, "value": "o-li", "url": platform.api_base}])
    page = context.new_page()
    page.goto(f"{house.url}/mine/{appeal.number}")
    expect(page.locator(".head h2")).to_have_text("3栋2单元电梯坏了")
    assert urlsplit(page.url).path == f"/mine/{appeal.number}"
    page.click("text=补充情况")
    page.set_input_files("input[type=file]", photo_file(tmp_path))
    expect(page.locator(".add-photo img")).to_be_visible()
    page.click("text=提交补充")
    expect(page.locator("#news")).to_have_text("补充好了，办的人能看到。")
    page.goto(f"{house.url}/mine")
    expect(page.locator(".card")).to_have_count(1)
    assert platform.api.pages.asked == 1
    context.close()


def test_wechat_is_asked_as_its_document_wants_it(house: MineHouse) -> None:
    way = urlsplit(Phone(house, "o-li").way_to_wechat())
    asked = parse_qs(way.query)
    assert way.path == "/connect/oauth2/authorize"
    assert list(asked) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert asked["scope"] == ["snsapi_base"]
    assert asked["redirect_uri"] == [f"{house.url}/mine/wechat"]


def test_it_is_asked_once(house: MineHouse) -> None:
    phone = Phone(house, "o-li")
    assert phone.http.get(phone.way_back()).headers["location"] == "/mine"
    assert phone.http.get("/mine").status_code == 200
    assert phone.appeals().json() == {"items": []}


def test_somebody_elses_way_lets_nobody_in(house: MineHouse) -> None:
    attacker, victim = Phone(house, "o-attacker"), Phone(house, "o-victim")
    trap = attacker.way_back()
    victim.way_to_wechat()
    assert victim.http.get(trap).status_code == 200
    assert victim.appeals().status_code == 401
    stranger = Phone(house, "o-stranger")
    assert stranger.http.get(trap).status_code == 200
    assert stranger.appeals().status_code == 401


def test_a_code_works_once(house: MineHouse) -> None:
    phone = Phone(house, "o-li")
    back = phone.way_back()
    way = phone.http.cookies["minhu_wechat_way"]
    phone.http.get(back)
    again = Phone(house, "o-li")
    again.http.cookies.set("minhu_wechat_way", way, domain="127.0.0.1")
    again.http.get(back)
    assert (phone.appeals().status_code, again.appeals().status_code) == (200, 401)


@pytest.mark.parametrize("query", ["", "?code=&state=", "?code=made-up&state=made-up"])
def test_a_made_up_way_is_no_way(house: MineHouse, query: str) -> None:
    phone = Phone(house, "o-li")
    phone.way_to_wechat()
    assert phone.http.get(f"/mine/wechat{query}").status_code == 200
    assert phone.appeals().status_code == 401


def test_a_forged_cookie_proves_nothing(house: MineHouse) -> None:
    house.filed(house.resident("wechat", "o-li"), channel="wechat")
    phone = Phone(house, "o-li")
    phone.http.cookies.set("minhu_wechat", "o-li.forged", domain="127.0.0.1")
    assert phone.appeals().status_code == 401


def test_other_browsers_are_not_sent_to_wechat(house: MineHouse) -> None:
    with httpx.Client(base_url=house.url, trust_env=False) as desktop:
        assert desktop.get("/mine").status_code == 200


def test_a_page_elsewhere_changes_nothing(house: MineHouse) -> None:
    phone = Phone(house, "o-li")
    appeal = house.filed(house.resident("wechat", "o-li"), channel="wechat")
    phone.http.get(phone.way_back())
    address, wish = f"/web/appeals/{appeal.number}", {"do": "urge"}
    evil = {"origin": "https://evil.example"}
    assert phone.http.post(address, json=wish, headers=evil).status_code == 403
    assert phone.http.post(address, json={"do": "close"}).status_code == 422
    assert phone.http.post(address, json={"do": "rate"}).status_code == 422
    assert phone.http.post(address, json={"do": "add", "photos": ["x"]}).status_code == 422
    assert phone.http.post(address, json={"do": "reopen", "note": "x"}).status_code == 409
    assert phone.http.post(address, json=wish, headers={"origin": house.url}).status_code == 200


def test_another_ones_appeal_is_not_there(house: MineHouse) -> None:
    appeal = house.filed(house.resident("wechat", "o-li"), photos=[house.photo()])
    phone = Phone(house, "o-other")
    house.resident("wechat", "o-other")
    phone.http.get(phone.way_back())
    address = f"/web/appeals/{appeal.number}"
    assert phone.http.get(address).status_code == 404
    assert phone.http.post(address, json={"do": "withdraw"}).status_code == 404
    key = house.call(house.media.key_of(appeal.photos[0]))
    assert phone.http.get(f"{address}/photos/{key}").status_code == 404
