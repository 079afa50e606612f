"""A small gate in memory and a real HTTP server, for the channel's tests."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.routes import wechat_routes
from bot.channels.wechat.sender import WeChatSender
from bot.conversations.contract import Accepted, Carry, Inbound, Outgoing, Recipient
from tests.simulators.wechat import WeChatPlatform

Handler = Callable[[Inbound], Awaitable[list[Outgoing]]]


async def one_photo(_media_id: int) -> tuple[bytes, str]:
    return b"\x89PNG", "image/png"


async def echo(inbound: Inbound) -> list[Outgoing]:
    return [Outgoing(1, "bot", f"收到：{inbound.text}")]


class MemoryGate:
    """Keeps the contract of `ConversationGate` in dictionaries."""

    def __init__(self, handler: Handler = echo) -> None:
        self.handler = handler
        self.inbounds: list[Inbound] = []
        self.media: dict[int, tuple[bytes, str]] = {}
        self.asked = 0
        self.passive: list[int] = []
        self.sender: WeChatSender | None = None
        self.sent: list[int] = []
        self._work: dict[int, asyncio.Task[list[Outgoing]]] = {}
        self._held: set[int] = set()
        self._outbox: set[asyncio.Task[None]] = set()

    async def accept(self, inbound: Inbound) -> Accepted:
        keys = [known.dedup_key for known in self.inbounds]
        if inbound.dedup_key in keys:
            return Accepted(keys.index(inbound.dedup_key) + 1, 1, 1, is_new=False)
        self.inbounds.append(inbound)
        return Accepted(len(self.inbounds), 1, 1, is_new=True)

    async def replies_to(self, accepted: Accepted, carry: Carry | None = None) -> list[Outgoing]:
        self.asked += 1
        if accepted.message_id not in self._work:
            work = asyncio.ensure_future(self._handle(accepted.message_id))
            self._work[accepted.message_id] = work
        return await asyncio.shield(self._work[accepted.message_id])

    async def take_passive(self, message_ids: list[int]) -> bool:
        await asyncio.sleep(0)
        if not self._held.issuperset(message_ids):
            return False
        self._held.difference_update(message_ids)
        self.passive.extend(message_ids)
        return True

    async def release(self, accepted: Accepted) -> None:
        task = asyncio.ensure_future(self._send(accepted.message_id))
        self._outbox.add(task)

    async def attach_media(self, message_id: int, data: bytes, mime: str) -> int:
        self.media[message_id] = (data, mime)
        return message_id

    async def outbox_done(self) -> None:
        await asyncio.gather(*self._outbox)

    async def _handle(self, message_id: int) -> list[Outgoing]:
        replies = await self.handler(self.inbounds[message_id - 1])
        self._held.update(reply.message_id for reply in replies)
        return replies

    async def _send(self, message_id: int) -> None:
        inbound = self.inbounds[message_id - 1]
        assert self.sender and inbound.window
        for reply in await self._work[message_id]:
            if reply.message_id in self._held:
                self._held.discard(reply.message_id)
                left = inbound.window.left
                to = Recipient(1, inbound.channel_user, inbound.window.until, left)
                await self.sender.send(to, reply)
                self.sent.append(reply.message_id)


@dataclass
class Connected:
    """A gateway and a platform that know each other."""

    platform: WeChatPlatform
    gate: MemoryGate
    api: WeChatApi
    channel: WeChatChannel
    config: WeChatConfig
    memory: SharedMemory = field(default_factory=SharedMemory)


class _QuietServer(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app behind a real uvicorn on a free port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = _QuietServer(
        uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    )
    task = asyncio.ensure_future(server.serve(sockets=[listening]))
    port = listening.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def connected(
    handler: Handler = echo, *, deadline: float = 2.0, **platform_options: Any
) -> AsyncIterator[Connected]:
    """A platform, a gateway for it in the platform's mode, and the gate between them."""
    gate, memory = MemoryGate(handler), SharedMemory()
    async with WeChatPlatform(**platform_options) as platform:
        config = config_for(platform, deadline)
        api = WeChatApi(config, memory)
        gate.sender = WeChatSender(api, one_photo, memory)
        channel = WeChatChannel(gate, config, api, memory, media_pause=0.01)
        app = FastAPI()
        app.router.routes.extend(wechat_routes(channel))
        async with served(app) as address:
            platform.gateway_url = f"{address}/wechat"
            yield Connected(platform, gate, api, channel, config, memory)
        await channel.aclose()
        await api.aclose()


def config_for(platform: WeChatPlatform, deadline: float = 2.0) -> WeChatConfig:
    return WeChatConfig(
        token=platform.token,
        app_id=platform.app_id,
        app_secret=platform.app_secret,
        aes_key="" if platform.mode == "plain" else platform.aes_key,
        passive_deadline=deadline,
        api_base=platform.api_base,
        original_id=platform.original_id,
    )


def recipient(openid: str = "resident", left: int = 5, hours: float = 48) -> Recipient:
    until = datetime.fromtimestamp(datetime.now(UTC).timestamp() + hours * 3600, UTC)
    return Recipient(1, openid, until, left)
