"""What is written once a message was thought about: replies, memory, owner, hand-off — at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.scanned import still_there
from actions.turn import HandoffAsk, Outcome, TurnNote
from bot.conversations import deliveries, store, texts
from bot.conversations.contract import Button, Carry, Outgoing
from bot.conversations.owners import Move, Owner
from bot.conversations.tables import HandoffRow, MessageRow

DANGER = 2


@dataclass(slots=True)
class Plan:
    """What is to be written after a message was thought about."""

    texts: list[tuple[str, tuple[Button, ...]]] = field(default_factory=list)
    understanding: dict[str, Any] = field(default_factory=dict)
    handoff: HandoffAsk | None = None
    note: TurnNote | None = None
    queued_ack: bool = False


def session_of(matter: store.Matter, idle: timedelta) -> int:
    """Rasa's session of this message: the next one where the last words are long ago."""
    conversation = matter.conversation
    silent = matter.message.created_at - conversation.last_at > idle
    return conversation.session + 1 if silent else conversation.session


@dataclass(frozen=True, slots=True)
class Record:
    """Writes a plan down; `carry` says which replies the channel's own response takes."""

    now: datetime
    idle: timedelta
    carry: Carry | None

    def write(self, session: Session, message_id: int, plan: Plan) -> tuple[list[Outgoing], bool]:
        """(the replies as stored, whether the conversation has just been handed off)."""
        matter = store.load_matter(session, message_id, lock=True)
        message, conversation = matter.message, matter.conversation
        if message.delivery == store.HANDLED:
            # With Redis away another process may have been faster: its replies count.
            return deliveries.replies_to(session, message_id), False
        message.delivery = store.HANDLED
        message.understanding = plan.understanding
        conversation.session = session_of(matter, self.idle)
        if plan.note:
            _remember_turn(matter, plan.note, plan.texts)
        conversation.last_at = self.now
        handed_off = False
        if plan.handoff:
            handed_off = _hand_off(session, matter, plan.handoff, self.now)
        said = list(plan.texts)
        if handed_off or (plan.queued_ack and matter.ownership.owner is Owner.QUEUE):
            session.flush()
            ahead = store.queue_place(session, conversation.id)
            urgent = plan.handoff is not None and plan.handoff.priority == DANGER
            said.append((_queue_text(ahead, handed_off, urgent), ()))
        waited = deliveries.take_waiting(session, message) if _has_time(message, plan) else []
        rows = [*waited, *self._rows(message, plan, said)]
        if self.carry is not None:
            for row in rows[: self.carry([deliveries.outgoing(row) for row in rows])]:
                row.delivery = deliveries.PASSIVE
        session.add_all(rows)
        session.flush()
        return [deliveries.outgoing(row) for row in rows], handed_off

    def _rows(
        self,
        message: MessageRow,
        plan: Plan,
        said: Sequence[tuple[str, tuple[Button, ...]]],
    ) -> list[MessageRow]:
        return [
            deliveries.new_outgoing(
                message.conversation_id,
                message.channel,
                text,
                self.now,
                buttons=buttons,
                delivery=deliveries.HELD,
                reply_to=message.id,
                understanding=plan.understanding if position == 0 else None,
            )
            for position, (text, buttons) in enumerate(said)
        ]


def _has_time(message: MessageRow, plan: Plan) -> bool:
    """Whether the resident hears what waited for them: nothing comes before a danger's answer."""
    if message.channel == "web" or message.details.get("event") == "unsubscribe":
        return False
    return plan.handoff is None or plan.handoff.priority < DANGER


def _queue_text(ahead: int, first: bool, urgent: bool) -> str:
    if urgent:
        return texts.URGENT
    if first:
        return texts.QUEUED.format(ahead=ahead) if ahead else texts.QUEUED_FIRST
    return texts.STILL_QUEUED.format(ahead=ahead) if ahead else texts.STILL_QUEUED_NEXT


def _remember_turn(
    matter: store.Matter, note: TurnNote, said: list[tuple[str, tuple[Button, ...]]]
) -> None:
    conversation = matter.conversation
    if not note.open_matter:
        conversation.session += 1
    conversation.misses = conversation.misses + 1 if note.outcome is Outcome.UNKNOWN else 0
    offered = [{"title": b.title, "payload": b.payload} for _, buttons in said for b in buttons]
    memory = {**matter.memory, **note.remember, "buttons": offered}
    known = {key: value for key, value in memory.items() if value is not None}
    conversation.memory = still_there(known, matter.message.created_at, note.entities)
    if note.phone:
        matter.resident.phone = note.phone
    if note.home:
        matter.resident.home = {**matter.resident.home, **note.home}


def _hand_off(session: Session, matter: store.Matter, asked: HandoffAsk, now: datetime) -> bool:
    """Put the conversation into the queue, or raise the priority of the one that waits already."""
    conversation = matter.conversation
    waiting = store.open_handoff(session, conversation.id)
    if waiting is not None:
        if asked.priority > waiting.priority:
            waiting.priority, waiting.reason = asked.priority, asked.reason
            waiting.detail = asked.detail
        return False
    session.add(
        HandoffRow(
            conversation_id=conversation.id,
            reason=asked.reason,
            detail=asked.detail,
            priority=asked.priority,
            asked_at=now,
            note="",
        )
    )
    conversation.owner = matter.ownership.move(Move.HAND_OFF).owner
    conversation.version += 1
    return True
