"""Knowledge alone answers while Rasa is away; what it does not know goes to a person."""

import logging

from actions.answering import Answering, Reply
from actions.danger import first_line, plain_danger
from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnNote
from bot.conversations import texts
from bot.conversations.brain import Turn

log = logging.getLogger(__name__)


class KnowledgeFallback:
    """`handling.Fallback` on the gateway's own knowledge search."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def answer(self, text: str) -> Turn:
        """A sure answer, or a hand-off: with no understanding, choices would lead nowhere."""
        if danger := plain_danger(text):
            asked = HandoffAsk(reason=HandoffReason.DANGER, detail=text, priority=2)
            note = TurnNote(outcome=Outcome.HANDED_OFF, danger=danger, handoff=asked)
            return Turn(texts=[(first_line(danger), ())], note=note)
        reply = await self._known(text) if text else None
        if reply and reply.note.outcome is Outcome.ANSWERED:
            # A filing that Rasa has under way goes on when it is back.
            note = reply.note.model_copy(update={"open_matter": True})
            # Buttons need Rasa to be understood.
            return Turn(texts=[(reply.text, ())], note=note)
        asked = HandoffAsk(reason=HandoffReason.SYSTEM, detail=text)
        note = TurnNote(outcome=Outcome.HANDED_OFF, handoff=asked)
        return Turn(texts=[(texts.KEPT_FOR_STAFF, ())], note=note)

    async def _known(self, text: str) -> Reply | None:
        try:
            return await self._answering.answer(text, can_tap=False)
        except Exception:
            # Whatever is wrong with knowledge, a person can still answer.
            log.exception("knowledge failed too, kept for staff")
            return None
