"""The board: the process's one view of queue and held conversations, shared by all open pages."""

import logging
from collections.abc import Callable

from bot.background import Background
from bot.conversations.handoffs import Handoffs
from bot.conversations.live import DESK, Live
from bot.conversations.views import QueueCard

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
# Events that come close together are answered by one look.
GATHER_SECONDS, GATHER_AT_MOST = 0.03, 10

Watcher = Callable[[list[QueueCard]], None]


class Board(Background):
    """Reads the cards once for everybody: on each event, and every five seconds anyway."""

    name = "desk-board"

    def __init__(self, handoffs: Handoffs, live: Live) -> None:
        self._handoffs = handoffs
        self._live = live
        self._watchers: set[Watcher] = set()
        self.cards: list[QueueCard] = []

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` with all cards whenever they changed; returns how to end it."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)

    async def look(self) -> None:
        """Read the cards, and tell the watchers if something changed."""
        cards = await self._handoffs.cards()
        if cards == self.cards:
            return
        self.cards = cards
        for watcher in list(self._watchers):
            try:
                watcher(cards)
            except Exception:
                # One broken page must not keep the queue from the others.
                log.exception("a desk page could not take the cards")

    async def _run(self) -> None:
        async with self._live.subscribe(DESK) as events:
            while True:
                if self._watchers:
                    try:
                        await self.look()
                    except Exception:
                        # The board must outlive a database that is away for a while.
                        log.exception("the desk's cards could not be read, trying again")
                await events.next(POLL_SECONDS)
                for _ in range(GATHER_AT_MOST):
                    if await events.next(GATHER_SECONDS) is None:
                        break
