"""Owns work that outlives a request, so that nothing is left running at shutdown."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class OwnedTasks:
    """A set of running tasks; a failure is logged, never lost."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def aclose(self, patience: float = 5.0) -> None:
        """Waits for what is running, then cancels what is still not done."""
        if not self._running:
            return
        _, late = await asyncio.wait(tuple(self._running), timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            log.warning("%s cancelled at shutdown", task.get_name())
        elif error := task.exception():
            log.error("%s failed", task.get_name(), exc_info=error)
