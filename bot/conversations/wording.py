"""How a stored message is put to Rasa: typed words, a tapped button, a photo, a place."""

import json
import re
from typing import Any

from bot.conversations.tables import MessageRow

_NUMBER = re.compile(r"^[第选]?\s*([1-9１-９一二三])\s*[个号.。、]?$")
_DIGITS = str.maketrans("１２３４５６７８９一二三", "123456789123")


def for_rasa(message: MessageRow, memory: dict[str, Any]) -> str:
    """The words that Rasa gets; empty where there is nothing to understand.

    Only a payload that was offered just before counts as one: a resident who types `/restart`
    has typed a text.
    """
    if button := _chosen(message, memory):
        return button["payload"]
    if message.kind == "image" and not message.text:
        return "/send_photo"
    if message.kind == "location":
        return "/inform" + json.dumps({"place": message.text}, ensure_ascii=False)
    text = message.text.strip()
    return "／" + text[1:] if text.startswith("/") else text


def as_meant(message: MessageRow, memory: dict[str, Any]) -> str:
    """The words as a person reads them: the title of a button that was chosen by its number."""
    button = _chosen(message, memory)
    return button["title"] if button else message.text


def _chosen(message: MessageRow, memory: dict[str, Any]) -> dict[str, str] | None:
    offered: list[dict[str, str]] = memory.get("buttons", [])
    tapped = message.details.get("payload") or message.text
    for button in offered:
        if tapped in (button["payload"], button["title"]):
            return button
    number = _NUMBER.match(message.text.strip())
    position = int(number.group(1).translate(_DIGITS)) - 1 if number else len(offered)
    return offered[position] if position < len(offered) else None
