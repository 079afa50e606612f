"""From pushed XML to what conversations take in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.fields import MAX_DEPTH, MalformedMessage
from bot.channels.wechat.inbound import to_inbound
from bot.channels.wechat.messages import parse_message
from bot.conversations.contract import Inbound
from tests.simulators.wechat import pushes

CREATED = 1_700_000_000
MOMENT = datetime.fromtimestamp(CREATED, UTC)


def xml(fields: pushes.Fields, msg_id: int | None = 77) -> bytes:
    head: pushes.Fields = {"ToUserName": "gh_1", "FromUserName": "resident", "CreateTime": CREATED}
    tail: pushes.Fields = {} if fields["MsgType"] == "event" or not msg_id else {"MsgId": msg_id}
    return f"<xml>{pushes.elements(head | fields | tail)}</xml>".encode()


def inbound(fields: pushes.Fields) -> Inbound:
    result = to_inbound(parse_message(xml(fields)))
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("fields", "kind", "text", "details"),
    [
        (pushes.text(" 你好]]>😀 "), "text", " 你好]]>😀 ", {}),
        (pushes.text("满意", menu_id="5"), "text", "满意", {"menu_id": "5"}),
        (pushes.voice("v1"), "voice", "", {"wechat_media_id": "v1", "format": "amr"}),
        (pushes.voice("v1", "停水了"), "voice", "停水了", {"wechat_media_id": "v1"}),
        (pushes.image("p1"), "image", "", {"wechat_media_id": "p1"}),
        (pushes.video("m1"), "event", "", {"event": "video", "wechat_media_id": "m1"}),
        (pushes.video("m1", short=True), "event", "", {"event": "video"}),
        (pushes.location(39.9, 116.4, "幸福里"), "location", "幸福里", {"latitude": 39.9}),
        (pushes.link("通知", "停水", "https://x.cn"), "link", "通知", {"url": "https://x.cn"}),
        (pushes.event("CLICK", "办事指南"), "event", "办事指南", {"event": "CLICK"}),
        (pushes.event("subscribe"), "event", "", {"event": "subscribe", "scene": ""}),
        (pushes.event("subscribe", "qrscene_9"), "event", "", {"scene": "9"}),
        (pushes.event("SCAN", "9"), "event", "", {"event": "SCAN", "scene": "9"}),
        (pushes.event("scan", "9"), "event", "", {"event": "SCAN"}),
        (pushes.event("unsubscribe", ""), "event", "", {"event": "unsubscribe"}),
        ({"MsgType": "hologram"}, "event", "", {"event": "hologram"}),
    ],
)
def test_each_type_becomes_its_inbound(
    fields: pushes.Fields, kind: str, text: str, details: dict[str, Any]
) -> None:
    result = inbound(fields)
    assert (result.channel, result.channel_user) == ("wechat", "resident")
    assert (result.kind, result.text) == (kind, text)
    assert result.details.items() >= details.items()


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "brand_new"])
def test_events_that_say_nothing_are_left_out(name: str) -> None:
    assert to_inbound(parse_message(xml(pushes.event(name, "key")))) is None


@pytest.mark.parametrize(
    ("fields", "lasts", "left"),
    [
        (pushes.text("你好"), timedelta(hours=48), 5),
        (pushes.video("m1"), timedelta(hours=48), 5),
        (pushes.text("满意", menu_id="5"), timedelta(minutes=1), 3),
        (pushes.event("CLICK", "k"), timedelta(minutes=1), 3),
        (pushes.event("subscribe"), timedelta(minutes=1), 3),
        (pushes.event("SCAN", "9"), timedelta(minutes=1), 3),
        (pushes.event("unsubscribe"), timedelta(0), 0),
    ],
)
def test_the_window_is_what_wechat_allows(
    fields: pushes.Fields, lasts: timedelta, left: int
) -> None:
    window = inbound(fields).window
    assert window is not None
    assert (window.until, window.left) == (MOMENT + lasts, left)


def test_messages_are_told_apart_by_their_id_and_events_by_person_time_and_event() -> None:
    assert inbound(pushes.text("你好")).dedup_key == "77"
    assert inbound(pushes.event("subscribe")).dedup_key == f"resident:{CREATED}:subscribe"
    assert inbound(pushes.event("CLICK", "k")).dedup_key == f"resident:{CREATED}:CLICK:k"


def test_a_very_long_event_key_still_gives_a_key_that_fits() -> None:
    keys = {inbound(pushes.event("CLICK", "k" * 500 + end)).dedup_key for end in "ab"}
    assert len(keys) == 2 and all(len(key) <= 160 for key in keys)


def nested(levels: int) -> bytes:
    return b"<xml>" + b"<a>" * levels + b"</a>" * levels + b"</xml>"


BOMB = b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>'
OUTSIDE = (
    b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\x00\xff",
        b"<xml>",
        b"<xml></xml>",
        b"<html></html>",
        b'<?xml version="1.0" encoding="utf-99"?><xml/>',
        b'<?xml version="1.0" encoding="gb18030"?><xml/>',
        BOMB,
        OUTSIDE,
        b"<!DOCTYPE xml>" + xml(pushes.text("a")),
        xml(pushes.text("a")).replace(b"</xml>", nested(MAX_DEPTH - 1) + b"</xml>"),
        nested(200_000),
        xml(pushes.text("a")).replace(b"</xml>", b"<Content>b</Content></xml>"),
        xml(pushes.text("a")).replace(b"FromUserName", b"Nobody"),
        xml(pushes.text("a")).replace(b"resident", b"a b\n"),
        xml(pushes.text("a")).replace(str(CREATED).encode(), b"soon"),
        xml(pushes.text("a")).replace(str(CREATED).encode(), b"9" * 30),
        xml(pushes.text("a"), msg_id=None),
        xml(pushes.text("a")).replace(b">77<", b">x<"),
        xml({"MsgType": "text"}),
        xml({"MsgType": "image"}),
        xml({"MsgType": "event"}),
        xml({"MsgType": ""}),
        xml(pushes.location(39.9, 116.4, "x")).replace(b"39.9", b"nan"),
        xml(pushes.location(39.9, 116.4, "x")).replace(b"39.9", b"91"),
    ],
)
def test_malformed_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse_message(body)


@given(
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: f"<xml>{t}".encode()))
)
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse_message(body)


def test_deeper_fields_of_real_events_do_no_harm() -> None:
    deep = "<SendPicsInfo><PicList><item><PicMd5Sum>1</PicMd5Sum></item></PicList></SendPicsInfo>"
    body = xml(pushes.event("pic_weixin", "k")).replace(b"</xml>", f"{deep}</xml>".encode())
    assert parse_message(body).event == "pic_weixin"
