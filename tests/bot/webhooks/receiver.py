"""A real server that receives webhooks, and answers as a test tells it to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass
class Receiver:
    """What came in, and what is answered: `statuses` one after the other, then 200."""

    url: str = ""
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: {"errcode": 0})
    # While it is cleared, nobody is answered.
    open: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def bodies(self) -> list[Any]:
        return [orjson.loads(body) for _, _, body in self.posts]

    async def has_got(self, posts: int) -> None:
        """Wait until so many posts came in."""
        async with self.came, asyncio.timeout(20):
            await self.came.wait_for(lambda: len(self.posts) >= posts)

    async def receive(self, request: web.Request) -> web.Response:
        self.posts.append((str(request.rel_url), dict(request.headers), await request.read()))
        async with self.came:
            self.came.notify_all()
        await self.open.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        headers = {"Location": "/elsewhere"} if status == 302 else {}
        return web.json_response(self.answer, status=status, headers=headers)


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.open.set()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    receiver.open.set()
    await runner.cleanup()
