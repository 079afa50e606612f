"""Lets the watch over due dates (时限看守) go its round, again and again."""

import asyncio
import contextlib
import logging

from actions.clock.watch import Watch

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


class Watching:
    """A task of the gateway; several gateways may watch at once, each alarm is raised once."""

    def __init__(self, watch: Watch, every_seconds: float = EVERY_SECONDS) -> None:
        self._watch = watch
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="appeals-watch")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                done = await self._watch.sweep()
                if done:
                    log.info("due dates: %d reminders, alarms or escalations raised", done)
            except Exception:
                # The watch must outlive a database that is away for a while.
                log.exception("the watch over due dates failed, trying again")
            await asyncio.sleep(self._every_seconds)
