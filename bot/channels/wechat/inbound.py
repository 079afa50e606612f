"""Turns a WeChat message into what conversations take in, with its reply window (回复时限).

Source: developers.weixin.qq.com, 公众号 → 客服消息 (48 hours and five messages after a message; one
minute and three messages after a menu click, a follow or a QR scan).
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.wechat.messages import WeChatMessage, scene_of
from bot.conversations.contract import Inbound, MessageKind, Window

CHANNEL = "wechat"

# By lower case: WeChat spells some events in both ways.
_EVENTS = {"subscribe": "subscribe", "unsubscribe": "unsubscribe", "scan": "SCAN", "click": "CLICK"}
_LONG = (timedelta(hours=48), 5)
_BRIEF = (timedelta(minutes=1), 3)
_CLOSED = (timedelta(0), 0)
_LONGEST_KEY = 160


def to_inbound(message: WeChatMessage) -> Inbound | None:
    """The message for the inbox; None for an event that says nothing to us (VIEW, LOCATION, …)."""
    told = _event(message) if message.type == "event" else _ordinary(message)
    if told is None:
        return None
    kind, text, details = told
    return Inbound(
        channel=CHANNEL,
        channel_user=message.from_user,
        dedup_key=_dedup_key(message),
        kind=kind,
        text=text,
        details=details,
        window=_window(message, details),
    )


def _ordinary(message: WeChatMessage) -> tuple[MessageKind, str, dict[str, Any]]:
    media = {"wechat_media_id": message.media_id}
    match message.type:
        case "text":
            menu = {"menu_id": message.menu_id} if message.menu_id else {}
            return "text", message.content, menu
        case "voice":
            return "voice", message.recognition, media | {"format": message.format}
        case "image":
            return "image", "", media | {"pic_url": message.pic_url}
        case "location":
            place = {"latitude": message.latitude, "longitude": message.longitude}
            return "location", message.label, place
        case "link":
            details = {"url": message.url, "description": message.description}
            return "link", message.title, details
        case "video" | "shortvideo":
            return "event", "", media | {"event": "video"}
        case other:
            # A kind WeChat added later: kept, so that the resident gets some answer.
            return "event", "", {"event": other}


def _event(message: WeChatMessage) -> tuple[MessageKind, str, dict[str, Any]] | None:
    name = _EVENTS.get(message.event.lower())
    if name is None:
        return None
    if name == "CLICK":
        return "event", message.event_key, {"event": name}
    if name == "unsubscribe":
        return "event", "", {"event": name}
    return "event", "", {"event": name, "scene": scene_of(message)}


def _window(message: WeChatMessage, details: dict[str, Any]) -> Window:
    if details.get("event") == "unsubscribe":
        lasts, left = _CLOSED
    elif message.type == "event" or message.menu_id:
        lasts, left = _BRIEF
    else:
        lasts, left = _LONG
    return Window(datetime.fromtimestamp(message.created, UTC) + lasts, left)


def _dedup_key(message: WeChatMessage) -> str:
    if message.msg_id:
        return message.msg_id
    parts = [message.from_user, str(message.created), message.event, message.event_key]
    key = ":".join(part for part in parts if part)
    if len(key) <= _LONGEST_KEY:
        return key
    return hashlib.sha256(key.encode()).hexdigest()
