"""SQL of what is said to residents: each reply's way from stored to sent (the outbox's rows)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.conversations.contract import UNREACHABLE, Button, Outgoing
from bot.conversations.tables import MessageRow

HELD, PASSIVE, PENDING, SENDING, SENT, FAILED, WAITING = (
    "held",
    "passive",
    "pending",
    "sending",
    "sent",
    "failed",
    # A notice that the channel did not let through: told when the resident writes again.
    "waiting",
)
# So many go with one reply; the others go with the next one.
_WAITING_AT_ONCE = 3
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
_WAITING = (
    select(MessageRow)
    .where(
        MessageRow.conversation_id == bindparam("conversation"),
        # Found by the conversation: thousands may wait whose residents never write again.
        func.coalesce(MessageRow.delivery, "") == WAITING,
    )
    .order_by(MessageRow.id)
    .limit(_WAITING_AT_ONCE)
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
        notice=row.details.get("notice", {}),
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
    dedup_key: str | None = None,
    notice: dict[str, str] | None = None,
) -> MessageRow:
    """A message to a resident, ready to be added to a session; `dedup_key` lets it exist once."""
    if channel == "web":
        # A web page fetches its messages itself: stored is delivered.
        delivery = SENT
    elif channel in UNREACHABLE:
        delivery = WAITING
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
        dedup_key=dedup_key,
        reply_to=reply_to,
        understanding=understanding or {},
        details={"notice": notice} if notice else {},
        delivery=delivery,
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


def take_waiting(session: Session, message: MessageRow) -> list[MessageRow]:
    """The notices that waited for this message: from now on they are replies to it.

    They come before the reply, whose numbered choices are then the only ones.
    """
    waited = session.scalars(_WAITING, {"conversation": message.conversation_id}).all()
    for row in waited:
        row.delivery, row.reply_to, row.buttons, row.error = HELD, message.id, [], ""
        # Nobody has tried it since the window opened again.
        row.tries = 0
    return list(waited)


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
