"""Fetches the photo or sound behind a message while the conversation goes on (素材下载)."""

import asyncio
import logging
from typing import Protocol

from bot.channels.wechat.errors import MediaUnavailable, WeChatError
from bot.conversations.contract import ConversationGate, Undeliverable

log = logging.getLogger(__name__)

TRIES = 3


class MediaSource(Protocol):
    """Where media come from; `WeChatApi` is one."""

    async def fetch_media(self, wechat_media_id: str) -> tuple[bytes, str]: ...


async def attach_when_fetched(
    gate: ConversationGate,
    source: MediaSource,
    message_id: int,
    wechat_media_id: str,
    pause: float,
) -> None:
    """Tries three times, with a pause (seconds) that doubles; gives up with a log line.

    Raises only what `gate.attach_media` raises.
    """
    for attempt in range(1, TRIES + 1):
        try:
            data, mime = await source.fetch_media(wechat_media_id)
        except (MediaUnavailable, Undeliverable) as error:
            log.error("media of message %s cannot be had: %s", message_id, error)
            return
        except WeChatError as error:
            log.warning("media of message %s, try %s: %s", message_id, attempt, error)
            if attempt < TRIES:
                await asyncio.sleep(pause * 2 ** (attempt - 1))
        else:
            await gate.attach_media(message_id, data, mime)
            return
    log.error("media of message %s given up; WeChat keeps it for three days", message_id)
