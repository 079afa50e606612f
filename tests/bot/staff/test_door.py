"""The door of the gateway: cookies, CSRF, origins, roles and where signing in leads."""

import httpx
import pytest

from bot.staff.accounts import StaffAccounts
from bot.staff.member import Role
from bot.staff.routes import START, local_path
from bot.staff.sessions import COOKIE, Sessions
from tests.bot.staff.conftest import PASSWORD, Clock, csrf_of, sign_in


async def test_signing_in_sets_a_guarded_cookie_and_leads_on(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, "li", next_path="/office?status=draft")
    assert response.status_code == 303
    assert response.headers["location"] == "/office?status=draft"
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    me = (await browser.get("/api/v1/me")).json()
    assert (me["name"], me["role"]) == ("李书记", "secretary")


async def test_a_wrong_password_keeps_the_name_and_says_so(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, 'li"><script>', "a wrong password")
    assert response.status_code == 401
    assert "用户名或密码不对" in response.text
    assert "<script>" not in response.text
    assert COOKIE not in browser.cookies


async def test_a_locked_account_hears_for_how_long(browser: httpx.AsyncClient) -> None:
    for _ in range(5):
        await sign_in(browser, "li", "a wrong password")
    response = await sign_in(browser, "li")
    assert response.status_code == 429
    assert "15 分钟后再试" in response.text


async def test_a_sign_in_form_from_elsewhere_is_refused(browser: httpx.AsyncClient) -> None:
    form = {"username": "li", "password": PASSWORD, "csrf": "invented"}
    assert (await browser.post("/signin", data=form)).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["https://evil.test", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:x", "", "a"],
)
def test_signing_in_never_leads_to_another_site(path: str) -> None:
    assert local_path(path) == START


async def test_a_forged_or_old_cookie_is_nobody(
    accounts: StaffAccounts, sessions: Sessions, clock: Clock
) -> None:
    member = await accounts.authenticate("wang", PASSWORD)
    cookie = sessions.issue(member)
    assert await sessions.read(cookie) == member
    admin = (await accounts.list())[0]
    assert await sessions.read(cookie.replace(f"{member.id}.", f"{admin.id}.", 1)) is None
    assert await sessions.read(cookie[:-1]) is None
    assert await sessions.read("nonsense") is None
    assert await Sessions(accounts, "another secret", clock).read(cookie) is None
    clock.pass_minutes(12 * 60)
    assert await sessions.read(cookie) == member
    clock.pass_minutes(1)
    assert await sessions.read(cookie) is None


async def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    browser: httpx.AsyncClient, accounts: StaffAccounts, sessions: Sessions
) -> None:
    elsewhere = sessions.issue(await accounts.authenticate("li", PASSWORD))
    await sign_in(browser, "li")
    change = {"old": PASSWORD, "new": "a new password"}
    response = await browser.put("/api/v1/me/password", json=change, headers=await csrf_of(browser))
    assert response.status_code == 204
    assert (await browser.get("/api/v1/me")).json()["name"] == "李书记"
    assert await sessions.read(elsewhere) is None


async def test_a_change_needs_the_token_of_this_very_session(
    browser: httpx.AsyncClient, accounts: StaffAccounts, sessions: Sessions
) -> None:
    await sign_in(browser, "li")
    other = sessions.csrf_token(sessions.issue(await accounts.authenticate("li", PASSWORD)))
    assert (await browser.post("/publish")).status_code == 403
    assert (await browser.post("/publish", headers={"X-CSRF-Token": other})).status_code == 403
    assert (await browser.post("/publish", data={"csrf": "字"})).status_code == 403
    token = await csrf_of(browser)
    assert (await browser.post("/publish", headers=token)).json() == "李书记"
    as_field = {"csrf": token["X-CSRF-Token"]}
    assert (await browser.post("/publish", data=as_field)).json() == "李书记"


async def test_roles_open_what_they_reach_and_no_more(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/publish")).status_code == 401
    await sign_in(browser, "wang")
    response = await browser.post("/publish", headers=await csrf_of(browser))
    assert response.status_code == 403
    assert "权限" in response.json()["detail"]
    assert (await browser.get("/api/v1/staff")).status_code == 403


async def test_an_administrator_manages_accounts(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "chen")
    token = await csrf_of(browser)
    new = {"username": "zhao", "name": "赵网格", "role": "staff", "password": PASSWORD}
    made = await browser.post("/api/v1/staff", json=new, headers=token)
    assert made.status_code == 201
    path = f"/api/v1/staff/{made.json()['id']}"
    assert (await browser.post("/api/v1/staff", json=new, headers=token)).status_code == 409
    changed = await browser.patch(path, json={"role": "secretary"}, headers=token)
    assert changed.json()["role"] == "secretary"
    reset = await browser.post(f"{path}/reset-password", headers=token)
    assert len(reset.json()["password"]) >= 8
    missing = await browser.patch("/api/v1/staff/999", json={"active": False}, headers=token)
    assert (missing.status_code, missing.json()["detail"][:4]) == (404, "没有这个")


async def test_signing_out_needs_the_token_and_ends_the_session(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser, "li")
    assert (await browser.post("/signout")).status_code == 403
    token = await csrf_of(browser)
    response = await browser.post("/signout", data={"csrf": token["X-CSRF-Token"]})
    assert response.status_code == 303
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_a_page_of_another_site_changes_nothing(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "li")
    token = await csrf_of(browser)
    evil = {"Origin": "https://evil.test", **token}
    assert (await browser.post("/publish", headers=evil)).status_code == 403
    own = {"Origin": "http://desk.test", **token}
    assert (await browser.post("/publish", headers=own)).status_code == 200
    assert (await browser.post("/wechat", headers=evil)).status_code == 200
    polling = await browser.get("/_nicegui_ws/socket.io", headers={"Origin": "null"})
    assert polling.status_code == 403


async def test_a_partys_person_is_made_and_moved_by_programs_too(
    browser: httpx.AsyncClient, parties: list[int]
) -> None:
    await sign_in(browser, "chen")
    headers = await csrf_of(browser)
    new = {"username": "zhang", "name": "张师傅", "role": "party", "password": PASSWORD}
    refused = await browser.post("/api/v1/staff", json=new, headers=headers)
    assert (refused.status_code, "责任主体" in refused.json()["detail"]) == (422, True)
    made = await browser.post(
        "/api/v1/staff", json={**new, "party_id": parties[0]}, headers=headers
    )
    assert made.json()["party_id"] == parties[0]
    address = f"/api/v1/staff/{made.json()['id']}"
    moved = await browser.patch(
        address, json={"role": "party", "party_id": parties[1]}, headers=headers
    )
    assert moved.json()["party_id"] == parties[1]
    back = await browser.patch(address, json={"role": "staff"}, headers=headers)
    assert (back.json()["role"], back.json()["party_id"]) == ("staff", None)


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/desk", "/work"), ("/office/staff", "/work"), ("/workshop", "/work"),
     ("/work/SQ202611240001", "/work/SQ202611240001"), ("/work?a=b", "/work?a=b")],
)  # fmt: skip
async def test_a_partys_person_is_led_to_their_tasks_alone(
    browser: httpx.AsyncClient,
    accounts: StaffAccounts,
    parties: list[int],
    asked: str,
    led: str,
) -> None:
    await accounts.create("zhang", "张师傅", Role.PARTY, PASSWORD, parties[0])
    response = await sign_in(browser, "zhang", next_path=asked)
    assert response.headers["location"] == led
    again = await browser.get("/signin", params={"next": asked})
    assert again.headers["location"] == led
    me = (await browser.get("/api/v1/me")).json()
    assert (me["role"], me["party_id"]) == ("party", parties[0])
    assert (await browser.get("/api/v1/staff")).status_code == 403
    out = await browser.post("/signout", headers=await csrf_of(browser))
    assert out.headers["location"] == "/signin"
    assert COOKIE not in browser.cookies


async def test_staff_are_not_led_to_a_partys_page(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, "wang", next_path="/work/SQ202611240001")
    assert response.headers["location"] == START
