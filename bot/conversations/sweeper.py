"""Looks after messages that a process stored and then died before answering."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from bot.conversations.handling import Conversations

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
OLDER_THAN = timedelta(seconds=20)


class Sweeper:
    """A task of the gateway; several gateways may sweep at once, a message is handled once."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                found = await self._conversations.handle_left_over(OLDER_THAN)
                if found:
                    log.warning("handling %d messages that were left over", found)
            except Exception:
                # The sweep must outlive a database that is away for a while.
                log.exception("sweep failed, trying again")
            await asyncio.sleep(EVERY_SECONDS)
