"""The desk over REST: roles, CSRF, named errors as HTTP, the same deeds as on the page."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from actions.appeals.appeal import Filing
from bot.conversations.contract import Accepted, Window
from bot.staff.guard import CSRF_HEADER
from bot.staff.member import Role, StaffMember
from bot.staff.sessions import COOKIE
from tests.bot.desk.server import gateway
from tests.bot.desk.world import World, a_photo
from tests.databases import Clock


def as_member(world: World, member: StaffMember | None) -> httpx.AsyncClient:
    """A client with this member's session, and the token of its pages."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(gateway(world)), base_url="http://desk.test"
    )
    if member:
        sessions = world.services.guard.sessions
        cookie = sessions.issue(member)
        client.cookies.set(COOKIE, cookie)
        client.headers[CSRF_HEADER] = sessions.csrf_token(cookie)
    return client


@pytest.fixture
async def by_wang(world: World, wang: StaffMember) -> AsyncIterator[httpx.AsyncClient]:
    async with as_member(world, wang) as client:
        yield client


@pytest.fixture
async def by_li(world: World, li: StaffMember) -> AsyncIterator[httpx.AsyncClient]:
    async with as_member(world, li) as client:
        yield client


@pytest.fixture
async def waiting(world: World) -> Accepted:
    return await world.waits("he", "屋里漏水", name="何师傅")


def path_of(waiting: Accepted) -> str:
    return f"/api/v1/conversations/{waiting.conversation_id}"


async def test_strangers_and_forgers_are_kept_out(
    world: World, by_wang: httpx.AsyncClient, waiting: Accepted
) -> None:
    async with as_member(world, None) as stranger:
        for path in ("/api/v1/conversations", "/api/v1/appeals", "/desk/media/1"):
            assert (await stranger.get(path)).status_code == 401
    del by_wang.headers[CSRF_HEADER]
    assert (await by_wang.post(f"{path_of(waiting)}/claim")).status_code == 403


async def test_a_conversation_from_queue_to_return(
    by_wang: httpx.AsyncClient, by_li: httpx.AsyncClient, waiting: Accepted
) -> None:
    path = path_of(waiting)
    (card,) = (await by_wang.get("/api/v1/conversations", params={"owner": "queue"})).json()
    assert (card["resident_name"], card["last_text"]) == ("何师傅", "屋里漏水")

    assert (await by_wang.post(f"{path}/claim")).status_code == 204
    late = await by_li.post(f"{path}/claim")
    assert (late.status_code, late.json()["detail"]) == (409, "这位居民已由其他同事接待。")
    not_theirs = await by_li.post(f"{path}/messages", json={"text": "我也来"})
    assert not_theirs.status_code == 403
    assert "不在您手上" in not_theirs.json()["detail"]

    said = await by_wang.post(f"{path}/messages", json={"text": "马上来"})
    assert (said.status_code, said.json()["text"]) == (201, "马上来")
    assert (await by_wang.post(f"{path}/messages", json={"text": "  "})).status_code == 422
    lines = (await by_wang.get(f"{path}/messages")).json()
    assert [line["author"] for line in lines] == ["resident", "system", "staff"]
    shown = (await by_wang.get(path)).json()
    assert (shown["resident"]["staff_name"], shown["window"]) == ("王芳", None)

    assert (await by_wang.post(f"{path}/return", json={"note": ""})).status_code == 422
    assert (await by_wang.post(f"{path}/return", json={"note": "无"})).status_code == 204
    again = await by_wang.post(f"{path}/requeue")
    assert again.status_code == 403


async def test_put_back_it_waits_again(by_wang: httpx.AsyncClient, waiting: Accepted) -> None:
    await by_wang.post(f"{path_of(waiting)}/claim")
    assert (await by_wang.post(f"{path_of(waiting)}/requeue")).status_code == 204
    (card,) = (await by_wang.get("/api/v1/conversations")).json()
    assert card["owner"] == "queue"


async def test_a_secretary_takes_over_from_a_colleague_and_staff_do_not(
    world: World, by_wang: httpx.AsyncClient, by_li: httpx.AsyncClient, waiting: Accepted
) -> None:
    path = path_of(waiting)
    await by_wang.post(f"{path}/claim")
    refused = await by_li.post(f"{path}/take-over")
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "这项操作需要“书记”权限，请联系管理员。",
    )
    secretary = await world.member("zhou", "周书记", Role.SECRETARY)
    async with as_member(world, secretary) as by_zhou:
        assert (await by_zhou.post(f"{path}/take-over")).status_code == 204
        (card,) = (await by_zhou.get("/api/v1/conversations")).json()
        assert card["staff_name"] == "周书记"
        await by_zhou.post(f"{path}/requeue")
        assert (await by_zhou.post(f"{path}/take-over")).status_code == 409
    lines = (await by_li.get(f"{path}/messages")).json()
    assert lines[-1]["text"] == "社区工作人员周书记已为您接通，请讲。"


async def test_an_administrator_closes_an_account_and_its_residents_wait_again(
    world: World, by_wang: httpx.AsyncClient, wang: StaffMember, waiting: Accepted
) -> None:
    await by_wang.post(f"{path_of(waiting)}/claim")
    async with as_member(world, await world.member("chen", "陈", Role.ADMIN)) as by_chen:
        closed = await by_chen.patch(f"/api/v1/staff/{wang.id}", json={"active": False})
        assert closed.json()["active"] is False
        (card,) = (await by_chen.get("/api/v1/conversations")).json()
    assert (card["owner"], card["staff_id"]) == ("queue", None)


async def test_staff_give_a_resident_a_name(world: World, by_wang: httpx.AsyncClient) -> None:
    waiting = await world.waits("she")
    path = f"{path_of(waiting)}/resident"
    nameless = f"居民{waiting.resident_id}"
    assert (await by_wang.get(path_of(waiting))).json()["resident"]["name"] == nameless
    named = await by_wang.patch(path, json={"name": " 周  阿姨 "})
    assert (named.json()["name"], named.json()["named"]) == ("周 阿姨", True)
    (card,) = (await by_wang.get("/api/v1/conversations")).json()
    assert card["resident_name"] == "周 阿姨"
    assert (await by_wang.patch(path, json={"name": "周" * 21})).status_code == 422
    assert (await by_wang.patch(path, json={"name": ""})).json()["name"] == nameless
    missing = await by_wang.patch("/api/v1/conversations/404/resident", json={"name": "周"})
    assert missing.status_code == 404


async def test_photos_go_out_and_are_shown_to_staff(
    by_wang: httpx.AsyncClient, waiting: Accepted
) -> None:
    path = path_of(waiting)
    await by_wang.post(f"{path}/claim")
    sent = await by_wang.post(f"{path}/photos", files={"photo": ("a.jpg", a_photo())})
    assert sent.status_code == 201
    shown = await by_wang.get(f"/desk/media/{sent.json()['media_id']}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    broken = await by_wang.post(f"{path}/photos", files={"photo": ("a.jpg", b"nothing")})
    assert (broken.status_code, broken.json()["detail"]) == (
        415,
        "这个文件不是照片，或者已经损坏，请换一张。",
    )


async def test_a_closed_window_is_a_conflict_with_its_reason(
    world: World, by_wang: httpx.AsyncClient, clock: Clock
) -> None:
    window = Window(clock() + timedelta(hours=1), 5)
    waiting = await world.waits("she", channel="wechat", window=window)
    await by_wang.post(f"{path_of(waiting)}/claim")
    assert (await by_wang.get(path_of(waiting))).json()["window"]["left"] == 4
    clock.forward(timedelta(hours=2))
    refused = await by_wang.post(f"{path_of(waiting)}/messages", json={"text": "您好"})
    assert refused.status_code == 409
    assert "48 小时" in refused.json()["detail"]


async def test_what_is_not_there_is_404(by_wang: httpx.AsyncClient) -> None:
    for answer in (
        await by_wang.get("/api/v1/conversations/404"),
        await by_wang.get("/api/v1/conversations/404/messages"),
        await by_wang.post("/api/v1/conversations/404/claim"),
        await by_wang.get("/api/v1/appeals/404"),
        await by_wang.post("/api/v1/appeals/404/deeds", json={"deed": {"move": "sign"}}),
        await by_wang.get("/desk/media/404"),
    ):
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("没有找到")


async def test_an_appeal_filed_from_the_chat_moves_on_and_the_resident_hears(
    world: World, by_wang: httpx.AsyncClient, by_li: httpx.AsyncClient, waiting: Accepted
) -> None:
    draft = {"content": "屋里漏水", "category": "漏水"}
    filed = await by_wang.post(f"{path_of(waiting)}/appeals", json=draft)
    assert filed.status_code == 201
    appeal = filed.json()["appeal"]
    strange = await by_wang.post(f"{path_of(waiting)}/appeals", json={**draft, "category": "天气"})
    assert strange.status_code == 422

    path = f"/api/v1/appeals/{appeal['id']}"
    assert "start" in (await by_wang.get(path)).json()["moves"]
    begin = {"deed": {"move": "start", "note": "师傅在路上"}, "version": appeal["version"]}
    moved = await by_wang.post(f"{path}/deeds", json=begin)
    assert moved.json()["appeal"]["status"] == "in_progress"
    stale = await by_li.post(f"{path}/deeds", json={**begin, "deed": {"move": "withdraw"}})
    assert (stale.status_code, "刚被同事更新过" in stale.json()["detail"]) == (409, True)
    for deed, status, words in (
        ({"move": "close"}, 409, "不能做“归档”"),
        ({"move": "supervise", "level": 1}, 403, "要由书记来定"),
        ({"move": "redispatch", "party_id": 404, "reason": "换"}, 422, "没有这个责任主体"),
    ):
        refused = await by_li.post(f"{path}/deeds", json={"deed": deed})
        assert (refused.status_code, words in refused.json()["detail"]) == (status, True)
    for wrong in ({"move": "fly"}, {"move": "answer"}, {"move": "return", "reason": "不归我们"}):
        assert (await by_li.post(f"{path}/deeds", json={"deed": wrong})).status_code == 422

    note = {"deed": {"move": "note", "note": "已电话核实"}}
    assert (await by_li.post(f"{path}/deeds", json=note)).status_code == 200
    kinds = [event["kind"] for event in (await by_wang.get(path)).json()["history"]]
    assert kinds == ["filed", "start", "note"]
    assert await world.herald.tell_due() == len(kinds)
    lines = (await by_wang.get(f"{path_of(waiting)}/messages")).json()
    assert [line["author"] for line in lines] == ["resident", "bot", "bot"]
    assert "师傅在路上" in lines[-1]["text"]


async def test_appeals_are_found_and_counted(world: World, by_wang: httpx.AsyncClient) -> None:
    for content in ("电梯坏了", "电梯抖", "路灯不亮"):
        filing = Filing(resident_id=1, channel="web", content=content, category="其他")
        await world.appeals.file(filing)
    found = (await by_wang.get("/api/v1/appeals", params={"q": "电梯", "limit": 1})).json()
    assert [appeal["content"] for appeal in found["items"]] == ["电梯抖"]
    assert (found["total"], found["counts"]) == (2, {"received": 2})
    none = await by_wang.get("/api/v1/appeals", params={"status": ["done", "closed"]})
    assert (none.json()["items"], none.json()["total"]) == ([], 0)


async def test_the_api_describes_itself(world: World) -> None:
    described = gateway(world).openapi()["paths"]
    assert "/api/v1/conversations/{conversation_id}/claim" in described
    assert "/api/v1/appeals/{appeal_id}/deeds" in described
    assert "/desk/media/{media_id}" not in described
