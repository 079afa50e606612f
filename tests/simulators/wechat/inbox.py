"""What each resident's phone has received, in order, from any thread; and waiting for more."""

import asyncio
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Received:
    """One thing on a resident's screen."""

    kind: Literal["text", "image", "card", "notice"]
    via: Literal["passive", "custom", "template", "platform"]
    text: str = ""
    media_id: str = ""
    at: float = field(default_factory=time.monotonic)


class Inbox:
    """Thread-safe: the API server writes from its own thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: dict[str, list[Received]] = defaultdict(list)
        self._waiting: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = (
            defaultdict(list)
        )

    def put(self, openid: str, received: Received) -> None:
        with self._lock:
            self._received[openid].append(received)
            waiting = list(self._waiting.get(openid, ()))
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def of(self, openid: str) -> list[Received]:
        with self._lock:
            return list(self._received[openid])

    def count(self, openid: str) -> int:
        with self._lock:
            return len(self._received[openid])

    async def reaches(self, openid: str, count: int, timeout: float) -> bool:
        """Waits until so many things have been received; false if the time runs out."""
        event = asyncio.Event()
        entry = (asyncio.get_running_loop(), event)
        with self._lock:
            self._waiting[openid].append(entry)
        try:
            async with asyncio.timeout(timeout):
                while self.count(openid) < count:
                    await event.wait()
                    event.clear()
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting[openid].remove(entry)
        return True
