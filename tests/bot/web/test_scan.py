"""The web link of a place's QR code: /?c=CODE is told once, and greeted."""

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from bot.channels.web.visitors import COOKIE
from bot.channels.web.words import load_words
from tests.bot.web.house import House
from tests.bot.web.test_door import dial, tell, until

CODE = "K7M2PQ9A"


def test_the_page_that_a_code_opens_greets_with_its_place(
    house: House, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{house.url}/?c={CODE}")
    expect(page.locator(".bot .bubble")).to_have_text(f"您扫的是{CODE}的码。")
    assert house.gate.inbounds[0].kind == "event"
    assert house.gate.inbounds[0].details == {"event": "SCAN", "scene": CODE}
    # The scan itself is no message of the resident's.
    expect(page.locator(".mine .bubble")).to_have_count(0)
    assert page.url == f"{house.url}/"
    page.reload()
    expect(page.locator(".bot .bubble")).to_have_count(1)
    assert len(house.gate.inbounds) == 1


def test_a_second_scan_is_told_too(house: House, phone: BrowserContext) -> None:
    page = phone.new_page()
    for count, code in enumerate((CODE, "AAAA2222"), start=1):
        page.goto(f"{house.url}/?c={code}")
        expect(page.locator(".bot .bubble")).to_have_count(count)
    assert [each.details["scene"] for each in house.gate.inbounds] == [CODE, "AAAA2222"]


def test_a_scan_that_could_not_be_kept_is_told_again(house: House, phone: BrowserContext) -> None:
    house.gate.fail_after_storing = 1
    page = phone.new_page()
    page.goto(f"{house.url}/?c={CODE}")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    assert len({each.dedup_key for each in house.gate.inbounds}) == 1
    assert len(house.gate.inbounds) == 2
    assert page.locator("#note").is_hidden()


@pytest.mark.parametrize("query", ["?c=", "?c=<script>", "?x=1", f"?c={'A' * 17}"])
def test_what_is_no_code_is_not_told(house: House, phone: BrowserContext, query: str) -> None:
    page = phone.new_page()
    page.goto(f"{house.url}/{query}")
    page.locator("#state[data-state=connected]").wait_for()
    page.fill("#text", "楼道灯不亮")
    page.press("#text", "Enter")
    expect(page.locator(".bot .bubble")).to_have_count(1)
    assert [each.kind for each in house.gate.inbounds] == ["text"]


@pytest.mark.parametrize("code", ["", "A" * 17, None])
def test_a_malformed_scan_frame_is_refused(house: House, code: str | None) -> None:
    with httpx.Client(base_url=house.url) as visit:
        visit.get("/").raise_for_status()
        with dial(house, visit.cookies[COOKIE]) as line:
            tell(line, type="scan", id="12345678", code=code)
            assert until(line, "error")["text"] == load_words().answers.bad_frame
    assert house.gate.inbounds == []
