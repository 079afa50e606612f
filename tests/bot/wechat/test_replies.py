"""What a resident sees: texts, pieces, and safe XML."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.messages import WeChatMessage
from bot.channels.wechat.replies import MAX_BYTES, carried, render, split, text_reply
from bot.conversations.contract import Button, Outgoing

ASKED = WeChatMessage.model_validate(
    {"ToUserName": "gh_1", "FromUserName": "resident", "CreateTime": 1, "MsgType": "text"}
)
NASTY = st.lists(st.sampled_from(["]]>", "]", ">", "😀", "<![CDATA[", "&lt;", "中", "\n", "a"]))


def shown(text: str) -> str:
    root = ElementTree.fromstring(text_reply(ASKED, text, 1))
    assert [child.tag for child in root] == [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
    ]
    return root.findtext("Content") or ""


@given(NASTY.map("".join))
def test_no_text_can_leave_its_place_in_the_xml(text: str) -> None:
    assert shown(text) == text


@given(st.text())
def test_characters_that_xml_does_not_know_are_dropped(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert shown(text) == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", lines)


def test_an_injected_element_stays_text() -> None:
    attack = "]]></Content><Content><![CDATA[假消息"
    assert shown(attack) == attack


def test_buttons_become_numbered_lines() -> None:
    buttons = (Button("报修", "/repair"), Button("转人工", "/human"))
    reply = Outgoing(1, "bot", "您要办什么？", buttons)
    assert render(reply) == "您要办什么？\n\n回复数字选择：\n1. 报修\n2. 转人工"


@given(st.lists(st.sampled_from(["你好。", "x" * 2500, "😀" * 700, "\n", "ok! ", "长" * 40])))
def test_pieces_are_small_and_nothing_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    pieces = split(text)
    assert all(0 < len(piece.encode()) <= MAX_BYTES for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_pieces_end_with_a_sentence() -> None:
    pieces = split("这是一句比较长的话，用来测试分段。" * 100)
    assert len(pieces) > 1
    assert all(piece.endswith("。") for piece in pieces)


def test_a_passive_reply_carries_what_fits_in_order() -> None:
    short, long = Outgoing(1, "bot", "一"), Outgoing(2, "bot", "长" * 620)
    last = Outgoing(3, "bot", "三" * 20)
    taken, text = carried([short, long, last])
    assert [reply.message_id for reply in taken] == [1, 2]
    assert text.startswith("一\n\n长")


def test_a_picture_ends_what_is_carried() -> None:
    taken, text = carried(
        [Outgoing(1, "bot", "看图"), Outgoing(2, "bot", "", media_id=5), Outgoing(3, "bot", "三")]
    )
    assert ([reply.message_id for reply in taken], text) == ([1], "看图")
