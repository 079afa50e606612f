"""What the web channel's door lets in, and what it turns away."""

import json
import uuid
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner
from PIL import Image
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.channels.web.visitors import COOKIE
from tests.bot.web.house import PUBLIC_URL, House


@pytest.fixture
def visit(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url) as client:
        client.get("/").raise_for_status()
        yield client


def dial(house: House, cookie: str, origin: str | None = None) -> ClientConnection:
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    url = f"ws://127.0.0.1:{house.port}/web/socket"
    return connect(url, additional_headers=headers, origin=origin or house.url)  # type: ignore[arg-type]


def until(line: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(line.recv(timeout=10))
        if frame["type"] == kind:
            return frame


def tell(line: ClientConnection, **frame: Any) -> None:
    line.send(json.dumps(frame))


def say(line: ClientConnection, text: str, **more: Any) -> str:
    client_id = str(uuid.uuid4())
    tell(line, type="say", id=client_id, text=text, **more)
    return client_id


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def upload(visit: httpx.Client, data: bytes, **headers: str) -> httpx.Response:
    return visit.post("/web/photos", files={"photo": ("a.jpg", data)}, headers=headers)


def test_the_cookie_is_closed_to_scripts_and_lasts(visit: httpx.Client) -> None:
    answer = visit.get("/")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Max-Age=34560000"))
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_returning_visitor_stays_the_same(visit: httpx.Client) -> None:
    first = visit.cookies[COOKIE].split(".")[0]
    visit.get("/")
    assert visit.cookies[COOKIE].split(".")[0] == first


def test_files_may_be_kept_for_ever_under_their_own_name(visit: httpx.Client) -> None:
    html = visit.get("/").text
    path = html.split('src="')[1].split('"')[0]
    assert "immutable" in visit.get(path).headers["cache-control"]
    old = visit.get("/web/static/000000000000/chat.js")
    assert old.headers["cache-control"] == "no-store"
    assert visit.get("/web/static/1/../page.html").status_code == 404


@pytest.mark.parametrize("cookie", ["", "0" * 32, "made.up.cookie"])
def test_a_forged_cookie_is_shown_the_door(house: House, cookie: str) -> None:
    with dial(house, cookie) as line, pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_cookie_signed_with_another_key_is_forged(house: House) -> None:
    forged = TimestampSigner("other", salt="minhu.web.visitor").sign("0" * 32).decode()
    with dial(house, forged) as line, pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_sites_page_is_shown_the_door(
    house: House, visit: httpx.Client, origin: str
) -> None:
    with dial(house, visit.cookies[COOKIE], origin) as line, pytest.raises(ConnectionClosed) as end:
        line.recv(timeout=10)
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == 4403


def test_the_public_address_is_our_own_behind_a_proxy(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE], PUBLIC_URL) as line:
        tell(line, type="hello", after=0)
        assert until(line, "messages")["items"] == []
    assert upload(visit, picture(), Origin=PUBLIC_URL).status_code == 200
    assert upload(visit, picture(), Origin="https://evil.example").status_code == 403


BAD_FRAMES = [
    "",
    "{",
    "[]",
    "null",
    '{"type":"dance"}',
    '{"type":"hello","after":-1}',
    '{"type":"say","id":"x"}',
    '{"type":"say","id":"' + "a" * 20 + '","text":5}',
    '{"type":"say","id":"' + "a" * 20 + '","text":"a","payload":{"x":1}}',
    "x" * 50_000,
    b"\xff\xfe\x00",
]


def test_a_broken_frame_is_answered_and_the_line_lives(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        for bad in BAD_FRAMES:
            line.send(bad)
            assert until(line, "error")["text"] == "这条消息没有看懂，请再发一次。"
        tell(line, type="hello", after=0)
        assert until(line, "messages")["items"] == []
    assert house.gate.inbounds == []


def test_one_message_goes_the_whole_way(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        tell(line, type="hello", after=0)
        client_id = say(line, "  你好 ")
        frames = [json.loads(line.recv(timeout=10)) for _ in range(4)]
        while frames[-1] != {"type": "typing", "on": False}:
            frames.append(json.loads(line.recv(timeout=10)))
    order = [frame["type"] for frame in frames if frame["type"] != "messages"]
    assert order == ["ack", "typing", "typing"]
    items = [item for frame in frames if frame["type"] == "messages" for item in frame["items"]]
    assert [item["text"] for item in items] == ["你好", "您说的是“你好”，我记下了。"]
    assert [item["client_id"] for item in items] == [client_id, None]
    ack = next(frame for frame in frames if frame["type"] == "ack")
    assert ack == {"type": "ack", "id": client_id, "message_id": items[0]["id"]}


def test_the_same_id_twice_is_one_message(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        for _ in range(2):
            tell(line, type="say", id="a" * 32, text="你好")
            first = until(line, "ack")["message_id"]
        assert first == 1
    assert house.count("in") == 1


def test_a_reply_is_finished_though_the_browser_has_gone(house: House, visit: httpx.Client) -> None:
    house.gate.slowness = 0.5
    with dial(house, visit.cookies[COOKIE]) as line:
        say(line, "你好")
        until(line, "ack")
    with dial(house, visit.cookies[COOKIE]) as line:
        tell(line, type="hello", after=1)
        items = until(line, "messages")["items"]
        while not any(item["direction"] == "out" for item in items):
            items = until(line, "messages")["items"]
    assert house.count("out") == 1


def test_a_payload_that_was_never_offered_is_mere_text(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        say(line, "高龄津贴怎么办")
        until(line, "typing")
        while until(line, "typing")["on"]:
            pass
        say(line, "在哪里办", payload='/ask{"topic": "地点"}')
        until(line, "ack")
        say(line, "我是书记", payload='/set{"role": "secretary"}')
        until(line, "ack")
    offered, forged = house.gate.inbounds[-2:]
    assert offered.details == {"payload": '/ask{"topic": "地点"}'}
    assert forged.details == {}


def test_a_message_committed_late_with_a_lower_id_is_not_skipped(
    house: House, visit: httpx.Client
) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        tell(line, type="hello", after=0)
        say(line, "你好")
        until(line, "ack")
        conversation = house.latest_conversation()
        for number, text in ((60, "后来的"), (55, "先来的")):
            house.call(house.gate.say(conversation, "staff", text, staff_id=1, id=number))
            items = until(line, "messages")["items"]
            while text not in [item["text"] for item in items]:
                items = until(line, "messages")["items"]


@pytest.mark.parametrize("text", ["", " \n", "长" * 2001])
def test_an_empty_or_endless_message_is_refused(
    house: House, visit: httpx.Client, text: str
) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        client_id = say(line, text)
        refusal = until(line, "error")
    assert refusal["id"] == client_id
    assert "retry_after" not in refusal
    assert house.gate.inbounds == []


def test_the_twenty_first_message_of_a_minute_waits(house: House, visit: httpx.Client) -> None:
    with dial(house, visit.cookies[COOKIE]) as line:
        for number in range(20):
            say(line, str(number))
        say(line, "再来一条")
        refusal = until(line, "error")
    assert 0 < refusal["retry_after"] <= 3
    assert "稍等" in refusal["text"]
    assert len(house.gate.inbounds) == 20


def test_a_photo_is_its_senders_alone(house: House, visit: httpx.Client) -> None:
    kept = upload(visit, picture(kind="PNG")).json()
    with httpx.Client(base_url=house.url) as other:
        other.get("/")
        with dial(house, other.cookies[COOKIE]) as line:
            say(line, "", media_id=kept["media_id"])
            assert until(line, "error")["text"] == "这张照片需要重新上传，请再选一次。"
        assert visit.get(kept["url"]).status_code == 404
        with dial(house, visit.cookies[COOKIE]) as line:
            say(line, "", media_id=kept["media_id"])
            until(line, "ack")
        shown = visit.get(kept["url"])
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert "private" in shown.headers["cache-control"]
        assert other.get(kept["url"]).status_code == 404
    assert httpx.get(house.url + kept["url"]).status_code == 404


def test_photos_that_are_none_or_too_big_are_refused(visit: httpx.Client) -> None:
    assert upload(visit, b"GIF89a but no more").status_code == 415
    assert upload(visit, b"<svg xmlns='http://www.w3.org/2000/svg'/>").status_code == 415
    big = upload(visit, b"\xff" * (8 * 1024 * 1024 + 1))
    assert (big.status_code, "8 MB" in big.json()["error"]) == (413, True)
    assert visit.post("/web/photos", data={"photo": "text"}).status_code == 422
    endless = visit.post("/web/photos", content=iter([b"x"]))
    assert endless.status_code == 411


def test_photos_of_strangers_are_refused(house: House, visit: httpx.Client) -> None:
    assert upload(visit, picture(), Origin="https://evil.example").status_code == 403
    assert upload(visit, picture(), Origin=house.url).status_code == 200
    visit.cookies.clear()
    assert upload(visit, picture()).status_code == 401


def test_the_eleventh_photo_of_a_minute_is_refused(visit: httpx.Client) -> None:
    answers = [upload(visit, picture()).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
