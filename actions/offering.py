"""Offers a resident who files to join others with the same problem; never in the way of filing."""

import asyncio
import logging

from actions.appeals.appeal import Appeal
from actions.appeals.desk import AppealDesk
from actions.appeals.draft import Draft
from actions.appeals.life import AppealError
from actions.likeness.assembly import Neighbours
from actions.likeness.finder import Alike
from actions.likeness.joining import Household, Joined
from actions.turn import TurnContext

log = logging.getLogger(__name__)

# Nobody waits longer than that to have a problem read back.
PATIENCE_S = 0.5


class Offering:
    """What goes wrong here is logged, and the appeal is filed as if nobody else had told of it."""

    def __init__(
        self, desk: AppealDesk, neighbours: Neighbours, patience_s: float = PATIENCE_S
    ) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._neighbours = neighbours
        self._late: set[asyncio.Task[Alike | None]] = set()

    async def find(self, draft: Draft, context: TurnContext) -> Alike | None:
        """The open appeal that likely tells of the same, found in time; None otherwise."""
        looking = asyncio.create_task(self._look(draft, context))
        done, _ = await asyncio.wait({looking}, timeout=self._patience_s)
        if done:
            return looking.result()
        log.warning("looking for the same problem took too long; the filing goes on without")
        # It ends by itself: a query that is broken off would cost its connection.
        self._late.add(looking)
        looking.add_done_callback(self._late.discard)
        return None

    async def join(self, draft: Draft, context: TurnContext) -> Joined | None:
        """Join what was offered; None where that failed, so that the appeal is filed instead."""
        household = Household(
            resident_id=context.resident_id,
            conversation_id=context.conversation_id,
            place_text=draft.where or draft.facts.where,
            note=draft.what or "",
            photos=tuple(draft.facts.photos),
        )
        try:
            joined = await self._neighbours.joining.join(draft.facts.offered, household)
        except AppealError as refusal:
            log.info("appeal %s cannot be joined: %r", draft.facts.offered, refusal)
            return None
        except Exception:
            log.exception("joining appeal %s failed; it is filed instead", draft.facts.offered)
            return None
        await self.watch(joined.appeal)
        return joined

    async def watch(self, appeal: Appeal) -> None:
        """See whether this household completes a burst (突发)."""
        try:
            await self._neighbours.bursts.check(appeal)
        except Exception:
            log.exception("looking for a burst around appeal %s failed", appeal.number)

    async def _look(self, draft: Draft, context: TurnContext) -> Alike | None:
        try:
            filing = await self._desk.completed(draft, context)
            found = await self._neighbours.finder.candidates(filing, 1, to_resident=True)
        except Exception:
            log.exception("looking for the same problem failed; the filing goes on without")
            return None
        return found[0] if found else None
