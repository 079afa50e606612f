"""Brings the outbox's messages to residents: customer-service messages (客服消息), else a card."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.cards import fill, read_fields
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.replies import render, split
from bot.conversations.contract import NotNow, Outgoing, Recipient, Undeliverable

log = logging.getLogger(__name__)

# From our media id to its bytes and MIME type.
LoadMedia = Callable[[int], Awaitable[tuple[bytes, str]]]

_PROGRESS_KEPT_S = 24 * 3600
# An unknown template, one that the account may not use, fields that do not fit it.
_WRONG_CARD = frozenset({40037, 41001, 43102, 47003, 48001})


def _now() -> datetime:
    return datetime.now(UTC)


class WeChatSender:
    """The WeChat side of the outbox: splits, uploads, sends, in order."""

    def __init__(
        self,
        api: WeChatApi,
        load_media: LoadMedia,
        memory: SharedMemory,
        clock: Callable[[], datetime] = _now,
        config: WeChatConfig | None = None,
        public_url: str = "",
    ) -> None:
        """`config` tells of template messages. Raises `WrongFields` where theirs are wrong."""
        config = config or WeChatConfig()
        self._has_cards = bool(config.template_id)
        self._fields = read_fields(config.template_fields)
        self._public_url = public_url.rstrip("/")
        self._api = api
        self._load_media = load_media
        self._memory = memory
        self._clock = clock

    async def send(self, recipient: Recipient, outgoing: Outgoing) -> None:
        """Deliver one message; a second try goes on where the first one failed.

        What nobody asked for (`outgoing.notice`) becomes a template message outside WeChat's window.
        Raises `Undeliverable` where the window does not let it through, `NotNow` where a notice must
        wait, `WeChatError` where a later try may succeed, and what `load_media` raises.
        """
        try:
            await self._send(recipient, outgoing)
        except Undeliverable as reason:
            if not outgoing.notice:
                raise
            await self._send_card(recipient, outgoing, reason)

    async def _send_card(
        self, recipient: Recipient, outgoing: Outgoing, reason: Undeliverable
    ) -> None:
        if not self._has_cards:
            raise NotNow(str(reason)) from reason
        number = outgoing.notice.get("number", "")
        page = f"{self._public_url}/mine/{number}" if self._public_url and number else ""
        data, once = fill(self._fields, outgoing.notice), f"minhu-{outgoing.message_id}"
        try:
            await self._api.send_template(recipient.channel_user, data, page, once)
        except Undeliverable as refusal:
            raise NotNow(str(refusal)) from refusal
        except WeChatError as error:
            if error.code not in _WRONG_CARD:
                raise
            log.error("the template message is not set up rightly: %s", error)
            raise NotNow("模板消息没有配置好，等居民再次来信时告知。") from error

    async def _send(self, recipient: Recipient, outgoing: Outgoing) -> None:
        pieces = split(render(outgoing))
        progress = f"wechat:sent:{outgoing.message_id}"
        done = int(await self._memory.get(progress) or 0)
        has_image = outgoing.media_id is not None
        self._check_window(recipient, len(pieces) + has_image - done)
        for piece in pieces[done:]:
            await self._api.send_text(recipient.channel_user, piece)
            done += 1
            await self._memory.put(progress, str(done), _PROGRESS_KEPT_S)
        if outgoing.media_id is not None and done == len(pieces):
            data, mime = await self._load_media(outgoing.media_id)
            wechat_id = await self._api.upload_image(data, mime)
            await self._api.send_image(recipient.channel_user, wechat_id)
            await self._memory.put(progress, str(done + 1), _PROGRESS_KEPT_S)

    def _check_window(self, recipient: Recipient, needed: int) -> None:
        if recipient.window_until is None or recipient.window_until <= self._clock():
            raise Undeliverable(
                "超过 48 小时没有收到居民的新消息，微信不允许再主动发送。请改用电话联系，或等居民再次来信。"
            )
        if recipient.window_left <= 0:
            raise Undeliverable("居民上次来信后可回复的条数已用完，要等居民再次发来消息才能发送。")
        if needed > recipient.window_left:
            raise Undeliverable(
                f"这条消息要分 {needed} 条发送，但只剩 {recipient.window_left} 条可发，请缩短后再发。"
            )
