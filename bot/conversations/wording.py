"""How a stored message is put to Rasa: typed words, a tapped button, a photo, a place."""

import functools
import json
import re
import unicodedata
from typing import Any

import opencc

from bot.conversations.tables import MessageRow

_NUMBER = re.compile(r"^[第选]?\s*([1-9１-９一二三])\s*[个号.。、]?$")
_DIGITS = str.maketrans("１２３４５６７８９一二三", "123456789123")
# A letter of ten thousand characters says what it is about at its head or at its end.
_HEAD, _TAIL = 4000, 1000
_WECHAT_FACES = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]|/:[:@|,~\w()*<>\-]{1,6}")
# What a face alone stands for where it answers something; the others are small talk.
_FACES = (
    ("好的", re.compile(r"👍|👌|🆗|✅|💪|\[(?:强|OK|好的|赞)\]")),
    ("谢谢", re.compile(r"🙏|🌹|❤|\[(?:合十|玫瑰|爱心|抱拳)\]")),
    ("不对", re.compile(r"👎|❌|\[弱\]")),
)
# Control characters, private use, unassigned; joiners stay out of words too.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_HAN = re.compile(r"[\u3400-\u9fff]")
_FOREIGN = re.compile(r"(?:\b[A-Za-z]{2,}\b.*?){3}", re.DOTALL)


def for_rasa(message: MessageRow, memory: dict[str, Any]) -> str:
    """The words that Rasa gets; empty where there is nothing to understand.

    They are simplified characters without control characters, at most 5,000. Faces alone become
    what they stand for, and another language a payload of its own: nobody here reads it.

    Only a payload that was offered just before counts as one: a resident who types `/restart`
    has typed a text.
    """
    if button := _chosen(message, memory):
        return button["payload"]
    if message.kind == "image" and not message.text:
        return "/send_photo"
    if message.kind == "location":
        return "/inform" + json.dumps({"place": message.text}, ensure_ascii=False)
    return _typed(message.text)


def _typed(written: str) -> str:
    text = "".join(c for c in written if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    text = text.strip()
    if text and not any(c.isalnum() or c in "?？" for c in _WECHAT_FACES.sub("", text)):
        return _face(text)
    if _FOREIGN.search(text) and not _HAN.search(text):
        return "/out_of_scope"
    text = str(_simplifier().convert(text))
    if len(text) > _HEAD + _TAIL:
        text = text[:_HEAD] + text[-_TAIL:]
    return "／" + text[1:] if text.startswith("/") else text


def _face(text: str) -> str:
    """What a message of nothing but faces and marks says."""
    return next((said for said, face in _FACES if face.search(text)), "/chitchat")


@functools.cache
def _simplifier() -> opencc.OpenCC:
    """Traditional characters to simplified ones; its dictionaries are read once."""
    return opencc.OpenCC("t2s")


def as_meant(message: MessageRow, memory: dict[str, Any]) -> str:
    """The words as a person reads them: the title of a button that was chosen by its number."""
    button = _chosen(message, memory)
    return button["title"] if button else message.text


def _chosen(message: MessageRow, memory: dict[str, Any]) -> dict[str, str] | None:
    offered: list[dict[str, str]] = memory.get("buttons", [])
    tapped = message.details.get("payload") or message.text
    # Some choices share a payload: only with their titles are they told apart.
    for button in (*(b for b in offered if b["title"] == message.text), *offered):
        if tapped in (button["payload"], button["title"]):
            return button
    number = _NUMBER.match(message.text.strip())
    position = int(number.group(1).translate(_DIGITS)) - 1 if number else len(offered)
    return offered[position] if position < len(offered) else None
