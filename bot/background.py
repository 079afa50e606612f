"""Tasks of the gateway that run beside its requests, from start to stop."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod

log = logging.getLogger(__name__)


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it is gone."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class Background(ABC):
    """One task; `name` is what it is called in logs and traces."""

    name: str
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        if self._task:
            await ended(self._task)

    @abstractmethod
    async def _run(self) -> None:
        """Goes on until it is cancelled."""


class Rounds(Background):
    """The same round again and again, with a rest of `every_seconds` between two."""

    every_seconds: float

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
            except Exception:
                # It must outlive a database that is away for a while.
                log.exception("%s failed, trying again", self.name)
            await asyncio.sleep(self.every_seconds)

    @abstractmethod
    async def _round(self) -> None:
        """What is due now; what it raises is logged, and the next round comes all the same."""
