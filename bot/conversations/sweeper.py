"""Looks after messages that a process stored and then died before answering."""

import logging
from datetime import timedelta

from bot.background import Rounds
from bot.conversations.handling import Conversations

log = logging.getLogger(__name__)

OLDER_THAN = timedelta(seconds=20)


class Sweeper(Rounds):
    """Several gateways may sweep at once, a message is handled once."""

    name = "sweeper"
    every_seconds = 5.0

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def _round(self) -> None:
        found = await self._conversations.handle_left_over(OLDER_THAN)
        if found:
            log.warning("handling %d messages that were left over", found)
