"""How a message is put to Rasa: only what was offered is a command."""

import json
from typing import Any

import pytest

from bot.conversations.tables import MessageRow
from bot.conversations.wording import as_meant, for_rasa
from tests.bot.conversations.gateway import Gateway
from tests.bot.conversations.rasa import Rasa, echo, said

OFFERED = {
    "buttons": [
        {"title": "确认登记", "payload": "/affirm"},
        {"title": "要修改", "payload": "/deny"},
        {"title": "带什么材料", "payload": "带什么材料"},
    ]
}


LEVELS = {
    "buttons": [
        {"title": "解决了", "payload": "/rate_appeal"},
        {"title": "没解决", "payload": "/rate_appeal"},
    ]
}


def message(text: str = "", kind: str = "text", **details: Any) -> MessageRow:
    return MessageRow(text=text, kind=kind, details=details)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/restart", "／restart"),
        ("  /slot{}", "／slot{}"),
        ("/cancel", "／cancel"),
        ("/affirm", "/affirm"),
        ("确认登记", "/affirm"),
        ("1", "/affirm"),
        ("２", "/deny"),
        ("二", "/deny"),
        ("选1", "/affirm"),
        ("第二个", "/deny"),
        ("3.", "带什么材料"),
        ("4", "4"),
        ("12", "12"),
        ("1栋", "1栋"),
        ("一", "/affirm"),
        ("电梯坏了", "电梯坏了"),
    ],
)
def test_typed_words(typed: str, told: str) -> None:
    assert for_rasa(message(typed), OFFERED) == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("請問高齡津貼怎麼辦理", "请问高龄津贴怎么办理"),
        ("电梯\u200b坏了\x07", "电梯坏了"),
        ("\u200b\x00 ", ""),
        ("👍🏻", "好的"),
        ("[强]", "好的"),
        ("🙏", "谢谢"),
        ("👎", "不对"),
        ("😀😀", "/chitchat"),
        ("/::)", "/chitchat"),
        ("……", "/chitchat"),
        ("？？", "？？"),
        ("Where can I get a permit?", "/out_of_scope"),
        ("hello", "hello"),
        ("QR code 在哪里", "QR code 在哪里"),
    ],
)
def test_odd_messages_are_put_in_words(typed: str, told: str) -> None:
    assert for_rasa(message(typed), {}) == told


def test_an_endless_letter_keeps_its_head_and_its_end() -> None:
    told = for_rasa(message("头" + "中" * 10_000 + "尾"), {})
    assert len(told) == 5000 and told.startswith("头中") and told.endswith("中尾")


def test_numbers_are_mere_words_where_nothing_was_offered() -> None:
    assert for_rasa(message("1"), {}) == "1"


def test_a_tap_says_its_payload_if_it_was_offered() -> None:
    assert for_rasa(message("要修改", payload="/deny"), OFFERED) == "/deny"
    assert for_rasa(message("重来", payload="/restart"), OFFERED) == "重来"


def test_a_chosen_number_means_the_buttons_title() -> None:
    assert as_meant(message("3"), OFFERED) == "带什么材料"
    assert as_meant(message("要修改", payload="/deny"), OFFERED) == "要修改"
    assert as_meant(message("电梯坏了"), OFFERED) == "电梯坏了"


def test_photos_and_places() -> None:
    assert for_rasa(message(kind="image"), {}) == "/send_photo"
    assert for_rasa(message("灯坏了", kind="image"), {}) == "灯坏了"
    told = for_rasa(message('江城路"12"号', kind="location"), {})
    assert json.loads(told.removeprefix("/inform")) == {"place": '江城路"12"号'}


async def test_a_number_chooses_what_was_offered_just_before(gateway: Gateway, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("哪一件？", ("高龄津贴", '/choose{"entry": "1"}'), ("医保", "/x"))
    await gateway.hears("津贴")
    rasa.reply = echo
    await gateway.hears("2")
    assert rasa.messages[-1] == "/x" and rasa.heard[-1]["metadata"]["raw_text"] == "医保"
    await gateway.hears("1")
    assert rasa.messages[-1] == "1"


async def test_nobody_types_a_command_to_rasa(gateway: Gateway, rasa: Rasa) -> None:
    for typed in ("/restart", " /session_start", "//restart", '/affirm{"a": 1}'):
        await gateway.hears(typed)
    await gateway.hears("重来", details={"payload": "/restart"})
    assert not any(told.startswith("/") for told in rasa.messages)
    assert len(rasa.messages) == 5


def test_choices_that_share_a_payload_are_told_apart_by_their_titles() -> None:
    tapped = message("没解决", payload="/rate_appeal")
    assert for_rasa(tapped, LEVELS) == "/rate_appeal"
    assert as_meant(tapped, LEVELS) == "没解决"
