"""Lets the watch over due dates (时限看守) go its round, again and again."""

import logging

from actions.clock.watch import Watch
from bot.background import Rounds

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0


class Watching(Rounds):
    """Several gateways may watch at once, each alarm is raised once."""

    name = "appeals-watch"

    def __init__(self, watch: Watch, every_seconds: float = EVERY_SECONDS) -> None:
        self._watch = watch
        self.every_seconds = every_seconds

    async def _round(self) -> None:
        done = await self._watch.sweep()
        if done:
            log.info("due dates: %d reminders, alarms or escalations raised", done)
