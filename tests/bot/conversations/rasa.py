"""A stand-in for Rasa over real HTTP: it answers as a test tells it to, and keeps what it heard."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.turn import Outcome, TurnNote

Heard = dict[str, Any]
Items = list[dict[str, Any]]


def said(
    text: str, *buttons: tuple[str, str], outcome: Outcome = Outcome.ANSWERED, **note: Any
) -> Items:
    """What Rasa's REST channel returns for one action of ours."""
    shown = [{"title": title, "payload": payload} for title, payload in buttons]
    turn = TurnNote(outcome=outcome, **note).model_dump(mode="json")
    return [{"text": text, "buttons": shown}, {"custom": {"turn": turn}}]


def echo(heard: Heard) -> Items:
    return said(f"回：{heard['message']}")


class Rasa:
    """The server, in a thread of its own; `fresh()` between tests."""

    def __init__(self) -> None:
        self.fresh()
        app = Starlette(
            routes=[
                Route("/webhooks/rest/webhook", self._webhook, methods=["POST"]),
                Route("/model/parse", self._parse, methods=["POST"]),
                Route("/status", lambda _: JSONResponse({"model_id": "m"})),
            ]
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()

    def fresh(self) -> None:
        """Forget what was heard; answer everything by repeating it."""
        self.heard: list[Heard] = []
        self.parsed: list[str] = []
        self.reply: Callable[[Heard], Any] = echo
        self.understand: Callable[[str], dict[str, Any]] = lambda text: {"text": text}
        self.seconds = 0.0
        self.waits_for = 0
        self.most_at_once: Counter[str] = Counter()
        self.most_conversations_at_once = 0
        self._busy: Counter[str] = Counter()

    @property
    def messages(self) -> list[str]:
        return [heard["message"] for heard in self.heard]

    @property
    def senders(self) -> list[str]:
        return [heard["sender"] for heard in self.heard]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    async def _webhook(self, request: Request) -> Response:
        heard = await request.json()
        self.heard.append(heard)
        conversation = heard["sender"].partition(".")[0]
        now_busy = self._busy
        now_busy[conversation] += 1
        self.most_at_once[conversation] = max(
            self.most_at_once[conversation], now_busy[conversation]
        )
        busy = sum(1 for count in now_busy.values() if count)
        self.most_conversations_at_once = max(self.most_conversations_at_once, busy)
        try:
            await asyncio.sleep(self.seconds)
            await self._until_others_came()
            answer = self.reply(heard)
        finally:
            now_busy[conversation] -= 1
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    async def _until_others_came(self) -> None:
        """Answer only when `waits_for` conversations ask at once, or give up waiting."""
        for _ in range(500):
            if self.most_conversations_at_once >= self.waits_for:
                return
            await asyncio.sleep(0.01)

    async def _parse(self, request: Request) -> Response:
        text = (await request.json())["text"]
        self.parsed.append(text)
        await asyncio.sleep(self.seconds)
        return JSONResponse(self.understand(text))
