"""A WeChat message's way: stored, answered within five seconds or later (被动回复, 客服消息).

Source: developers.weixin.qq.com, 公众号 → 接收普通消息: without an answer within five seconds WeChat
hangs up and sends the same message again, at most three times.
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.envelope import Envelope
from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.inbound import to_inbound
from bot.channels.wechat.media import attach_when_fetched
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.messages import WeChatMessage
from bot.channels.wechat.replies import carried
from bot.channels.wechat.tasks import OwnedTasks
from bot.conversations.contract import (
    Accepted,
    ConversationGate,
    Inbound,
    Outgoing,
    Undeliverable,
)

log = logging.getLogger(__name__)

_RELEASED = "released"
_OUTCOME_KEPT_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What WeChat is answered now (an empty text: `success`), and what is done right after."""

    text: str = ""
    afterwards: Callable[[], Awaitable[None]] | None = None


class WeChatChannel:
    """One official account between WeChat and the conversations; close it with `aclose`."""

    def __init__(
        self,
        gate: ConversationGate,
        config: WeChatConfig,
        api: WeChatApi,
        memory: SharedMemory,
        media_pause: float = 1.0,
    ) -> None:
        """`media_pause` is in seconds, between tries. Raises `InvalidSecret` for a wrong key."""
        self.is_connected = bool(config.token)
        self.envelope = Envelope(config)
        self.deadline = config.passive_deadline
        self._gate = gate
        self._api = api
        self._memory = memory
        self._media_pause = media_pause
        self._tasks = OwnedTasks()

    async def aclose(self) -> None:
        """Ends what runs in the background; the API client has its own `aclose`."""
        await self._tasks.aclose()

    async def take(self, message: WeChatMessage, until: float) -> Answer:
        """Store a message and answer it before `until` (the event loop's time).

        Raises what `gate.accept` raises: then nothing is stored and WeChat shall send it again.
        """
        inbound = to_inbound(message)
        if inbound is None:
            return Answer()
        accepted = await self._gate.accept(inbound)
        if accepted.is_new:
            self._fetch_media(inbound, accepted)
        elif await self._was_released(accepted):
            return Answer()
        try:
            async with asyncio.timeout_at(until):
                replies = await self._gate.replies_to(accepted, carry=_carry)
        except TimeoutError:
            return Answer(afterwards=functools.partial(self._answer_later, accepted, inbound))
        except Exception:
            log.exception("message %s: handling failed, left to the outbox", accepted.message_id)
            return Answer(afterwards=functools.partial(self._release, accepted))
        return await self._passive(accepted, replies)

    async def _passive(self, accepted: Accepted, replies: list[Outgoing]) -> Answer:
        if not replies:
            return Answer()
        taken, text = carried(replies)
        if not taken:
            return Answer(afterwards=functools.partial(self._release, accepted))
        claimed = all(reply.carried for reply in taken) or await self._gate.take_passive(
            [reply.message_id for reply in taken]
        )
        # An attempt whose line WeChat has cut may have claimed them: its retry says the same.
        if not claimed and (accepted.is_new or await self._was_released(accepted)):
            return Answer()
        if len(taken) == len(replies):
            return Answer(text)
        # What did not fit must not overtake the passive reply, so it starts after that.
        return Answer(text, functools.partial(self._gate.release, accepted))

    async def _release(self, accepted: Accepted) -> None:
        # Noted first: a retry must not say again what the outbox is about to send.
        await self._memory.put(_outcome_key(accepted), _RELEASED, _OUTCOME_KEPT_S)
        await self._gate.release(accepted)

    async def _answer_later(self, accepted: Accepted, inbound: Inbound) -> None:
        self._tasks.start(self._show_typing(inbound.channel_user), "wechat-typing")
        await self._release(accepted)

    async def _was_released(self, accepted: Accepted) -> bool:
        return await self._memory.get(_outcome_key(accepted)) == _RELEASED

    async def _show_typing(self, openid: str) -> None:
        try:
            await self._api.show_typing(openid)
        except (WeChatError, Undeliverable) as error:
            log.info("no typing sign: %s", error)

    def _fetch_media(self, inbound: Inbound, accepted: Accepted) -> None:
        if inbound.kind not in ("image", "voice"):
            return
        media_id = str(inbound.details["wechat_media_id"])
        work = attach_when_fetched(
            self._gate, self._api, accepted.message_id, media_id, self._media_pause
        )
        self._tasks.start(work, f"wechat-media-{accepted.message_id}")


def _carry(replies: Sequence[Outgoing]) -> int:
    return len(carried(replies)[0])


def _outcome_key(accepted: Accepted) -> str:
    return f"wechat:outcome:{accepted.message_id}"
