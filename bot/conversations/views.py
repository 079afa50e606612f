"""Conversations as the desk shows them: cards, lines, the time left to write."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversations.owners import Owner
from bot.conversations.tables import ConversationRow, HandoffRow, MessageRow, ResidentRow
from bot.staff.tables import StaffRow


@dataclass(frozen=True, slots=True)
class QueueCard:
    """A conversation as a card of the desk: who, why, since when, who holds it."""

    conversation_id: int
    resident_id: int
    resident_name: str
    channel: str
    owner: Owner
    staff_id: int | None
    staff_name: str
    reason: str
    detail: str
    priority: int
    asked_at: datetime | None
    claimed_at: datetime | None
    last_at: datetime
    last_text: str
    last_author: str
    last_kind: str


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """A message as staff see it, with what the bot understood and how delivery went."""

    id: int
    direction: str
    author: str
    staff_name: str
    kind: str
    text: str
    buttons: tuple[str, ...]
    media_id: int | None
    understanding: dict[str, object]
    delivery: str
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WriteWindow:
    """How long and how often staff may still write; None where the channel sets no limit."""

    until: datetime
    left: int


def card_of(
    conversation: ConversationRow,
    resident: ResidentRow,
    handoff: HandoffRow | None,
    staff: StaffRow | None,
    last: MessageRow | None,
) -> QueueCard:
    return QueueCard(
        conversation_id=conversation.id,
        resident_id=resident.id,
        resident_name=resident.name or f"居民{resident.id}",
        channel=resident.channel,
        owner=Owner(conversation.owner),
        staff_id=conversation.staff_id,
        staff_name=staff.name if staff else "",
        reason=handoff.reason if handoff else "",
        detail=handoff.detail if handoff else "",
        priority=handoff.priority if handoff else 0,
        asked_at=handoff.asked_at if handoff else None,
        claimed_at=handoff.claimed_at if handoff else None,
        last_at=conversation.last_at,
        last_text=last.text if last else "",
        last_author=last.author if last else "",
        last_kind=last.kind if last else "",
    )


def line_of(message: MessageRow, staff_name: str) -> TranscriptLine:
    return TranscriptLine(
        id=message.id,
        direction=message.direction,
        author=message.author,
        staff_name=staff_name,
        kind=message.kind,
        text=message.text,
        buttons=tuple(b["title"] for b in message.buttons),
        media_id=message.media_id,
        understanding=message.understanding,
        delivery=message.delivery,
        error=message.error,
        at=message.created_at,
    )
