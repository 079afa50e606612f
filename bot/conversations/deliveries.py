"""SQL of what is said to residents: each reply's way from stored to sent (the outbox's rows)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, bindparam, select, update
from sqlalchemy.orm import Session

from bot.conversations.contract import Button, Outgoing
from bot.conversations.tables import MessageRow

HELD, PASSIVE, PENDING, SENDING, SENT, FAILED = (
    "held",
    "passive",
    "pending",
    "sending",
    "sent",
    "failed",
)
# After so long a sending that nobody finished is tried by somebody else.
LEASE = timedelta(seconds=60)

_MESSAGES = MessageRow.metadata.tables[MessageRow.__tablename__]
_MOVE_DELIVERY = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.id.in_(bindparam("ids", expanding=True)),
        _MESSAGES.c.delivery == bindparam("expected"),
    )
    .values(delivery=bindparam("target"))
)


def replies_to(session: Session, message_id: int) -> list[Outgoing]:
    rows = session.scalars(
        select(MessageRow).where(MessageRow.reply_to == message_id).order_by(MessageRow.id)
    )
    return [outgoing(row) for row in rows]


def outgoing(row: MessageRow) -> Outgoing:
    return Outgoing(
        message_id=row.id,
        author=row.author,  # type: ignore[arg-type]
        text=row.text,
        buttons=tuple(Button(b["title"], b["payload"]) for b in row.buttons),
        media_id=row.media_id,
        understanding=row.understanding,
        created_at=row.created_at,
        carried=row.delivery == PASSIVE,
    )


def new_outgoing(
    conversation_id: int,
    channel: str,
    text: str,
    now: datetime,
    *,
    author: str = "bot",
    buttons: tuple[Button, ...] = (),
    delivery: str = PENDING,
    reply_to: int | None = None,
    staff_id: int | None = None,
    media_id: int | None = None,
    understanding: dict[str, Any] | None = None,
) -> MessageRow:
    """A message to a resident, ready to be added to a session."""
    return MessageRow(
        conversation_id=conversation_id,
        channel=channel,
        direction="out",
        author=author,
        staff_id=staff_id,
        kind="image" if media_id else "text",
        text=text,
        buttons=[{"title": b.title, "payload": b.payload} for b in buttons],
        media_id=media_id,
        dedup_key=None,
        reply_to=reply_to,
        understanding=understanding or {},
        details={},
        # A web page fetches its messages itself: stored is delivered.
        delivery=SENT if channel == "web" else delivery,
        tries=0,
        next_try_at=now,
        error="",
        created_at=now,
    )


def move_delivery(session: Session, message_ids: list[int], expected: str, target: str) -> bool:
    """Move all of these messages from one delivery state to another, or none of them."""
    result = session.execute(
        _MOVE_DELIVERY, {"ids": message_ids, "expected": expected, "target": target}
    )
    assert isinstance(result, CursorResult)
    if result.rowcount == len(message_ids):
        return True
    session.rollback()
    return False


def release_held(session: Session, message_id: int) -> None:
    """Give those replies to a message that nobody claimed to the outbox."""
    session.execute(
        update(MessageRow)
        .where(MessageRow.reply_to == message_id, MessageRow.delivery == HELD)
        .values(delivery=PENDING)
    )


def hold_again(session: Session, message_id: int) -> None:
    """Hold those replies to a message that nobody carries after all."""
    session.execute(
        update(MessageRow)
        .where(MessageRow.reply_to == message_id, MessageRow.delivery == PASSIVE)
        .values(delivery=HELD)
    )


def rescue_held(session: Session, held_before: datetime, now: datetime) -> int:
    """Give replies that nobody claimed, and sendings whose lease ended, back to the outbox."""
    held = session.execute(
        update(MessageRow)
        .where(MessageRow.delivery == HELD, MessageRow.created_at < held_before)
        .values(delivery=PENDING, next_try_at=now)
    )
    lost = session.execute(
        update(MessageRow)
        .where(MessageRow.delivery == SENDING, MessageRow.next_try_at < now)
        .values(delivery=PENDING)
    )
    assert isinstance(held, CursorResult)
    assert isinstance(lost, CursorResult)
    return held.rowcount + lost.rowcount
