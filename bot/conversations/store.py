"""SQL of conversations: one function a step, each within a session that the caller opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations.contract import Accepted, Button, Inbound, Outgoing, Window
from bot.conversations.owners import Owner, Ownership
from bot.conversations.tables import ConversationRow, HandoffRow, MediaRow, MessageRow, ResidentRow

RECEIVED, HANDLED = "received", "handled"
HELD, PASSIVE, PENDING, SENDING, SENT, FAILED = (
    "held",
    "passive",
    "pending",
    "sending",
    "sent",
    "failed",
)


FORGET_AFTER = timedelta(days=1)
_IN_PASSING = frozenset({"told_facts", "staff_note", "asked", "topic", "buttons"})


@dataclass(slots=True)
class Matter:
    """A message with the conversation and the resident it belongs to."""

    message: MessageRow
    conversation: ConversationRow
    resident: ResidentRow

    @property
    def memory(self) -> dict[str, Any]:
        """What the bot remembers; what was said in passing is forgotten after a day of silence."""
        silence = self.message.created_at - self.conversation.last_at
        kept = self.conversation.memory
        if silence <= FORGET_AFTER:
            return kept
        return {key: value for key, value in kept.items() if key not in _IN_PASSING}

    @property
    def ownership(self) -> Ownership:
        return Ownership(Owner(self.conversation.owner), self.conversation.staff_id)


def _insert(session: AsyncSession, table: type[Any]) -> Any:
    dialect = session.get_bind().dialect.name
    return sqlite_insert(table) if dialect == "sqlite" else postgres_insert(table)


# Built once: a table's own insert, unlike a mapped class's, costs nothing to prepare anew.
_MESSAGES = MessageRow.metadata.tables[MessageRow.__tablename__]
_ADD_INBOUND = {
    "sqlite": sqlite_insert(_MESSAGES).on_conflict_do_nothing().returning(_MESSAGES.c.id),
    "postgresql": postgres_insert(_MESSAGES).on_conflict_do_nothing().returning(_MESSAGES.c.id),
}


_MATTERS = (
    select(MessageRow, ConversationRow, ResidentRow)
    .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
)


async def known_resident(
    session: AsyncSession, channel: str, channel_user: str
) -> tuple[int, int] | None:
    """(resident id, conversation id) of somebody who wrote before."""
    row = (
        await session.execute(
            select(ResidentRow.id, ConversationRow.id)
            .join(ConversationRow, ConversationRow.resident_id == ResidentRow.id)
            .where(ResidentRow.channel == channel, ResidentRow.channel_user == channel_user)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


async def enrol(
    session: AsyncSession, channel: str, channel_user: str, now: datetime
) -> tuple[int, int]:
    """Make resident and conversation, or find those that another process made meanwhile."""
    await session.execute(
        _insert(session, ResidentRow)
        .values(
            channel=channel,
            channel_user=channel_user,
            name="",
            phone="",
            home={},
            subscribed=True,
            window_left=0,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    resident_id = await session.scalar(
        select(ResidentRow.id).where(
            ResidentRow.channel == channel, ResidentRow.channel_user == channel_user
        )
    )
    assert resident_id is not None
    await session.execute(
        _insert(session, ConversationRow)
        .values(
            resident_id=resident_id,
            owner=Owner.BOT,
            session=1,
            misses=0,
            memory={},
            version=1,
            created_at=now,
            last_at=now,
        )
        .on_conflict_do_nothing()
    )
    conversation_id = await session.scalar(
        select(ConversationRow.id).where(ConversationRow.resident_id == resident_id)
    )
    assert conversation_id is not None
    return resident_id, conversation_id


async def add_inbound(
    session: AsyncSession, inbound: Inbound, resident_id: int, conversation_id: int, now: datetime
) -> Accepted:
    """Store a message once; a retry finds the one stored before."""
    message_id = await session.scalar(
        _ADD_INBOUND[session.get_bind().dialect.name],
        {
            "conversation_id": conversation_id,
            "channel": inbound.channel,
            "direction": "in",
            "author": "resident",
            "kind": inbound.kind,
            "text": _storable(inbound.text),
            "buttons": [],
            "media_id": inbound.media_id,
            "dedup_key": inbound.dedup_key,
            "understanding": {},
            "details": inbound.details,
            "delivery": RECEIVED,
            "tries": 0,
            "error": "",
            "created_at": now,
        },
    )
    if message_id is None:
        row = (
            await session.execute(
                select(MessageRow.id, MessageRow.conversation_id).where(
                    MessageRow.channel == inbound.channel,
                    MessageRow.dedup_key == inbound.dedup_key,
                )
            )
        ).one()
        return Accepted(row[0], row[1], resident_id, is_new=False)
    changes: dict[str, Any] = {}
    if inbound.window and (inbound.kind != "event" or not inbound.window.left):
        changes = {"window_until": inbound.window.until, "window_left": inbound.window.left}
    elif inbound.window:
        await _widen_window(session, resident_id, inbound.window)
    if inbound.kind == "event" and inbound.details.get("event") in ("subscribe", "unsubscribe"):
        changes["subscribed"] = inbound.details["event"] == "subscribe"
    if changes:
        await session.execute(
            update(ResidentRow).where(ResidentRow.id == resident_id).values(**changes)
        )
    return Accepted(message_id, conversation_id, resident_id, is_new=True)


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and half characters, which UTF-8 does not know."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


async def first_unhandled(
    session: AsyncSession, conversation_id: int, after: int, up_to: int
) -> Matter | None:
    """The earliest message of a conversation that still waits, within a range of ids."""
    row = (
        await session.execute(
            _MATTERS.where(
                MessageRow.conversation_id == conversation_id,
                MessageRow.id > after,
                MessageRow.id <= up_to,
                MessageRow.delivery == RECEIVED,
            )
            .order_by(MessageRow.id)
            .limit(1)
        )
    ).one_or_none()
    return Matter(row[0], row[1], row[2]) if row else None


async def expect_media(session: AsyncSession, message_id: int, reserved: MediaRow) -> None:
    """Tie a message to the photo or sound that the channel is still fetching."""
    session.add(reserved)
    await session.flush()
    await session.execute(
        update(MessageRow).where(MessageRow.id == message_id).values(media_id=reserved.id)
    )


async def _widen_window(session: AsyncSession, resident_id: int, window: Window) -> None:
    """A tap on the menu grants a minute: it must not shorten 48 hours that are open already."""
    await session.execute(
        update(ResidentRow)
        .where(
            ResidentRow.id == resident_id,
            ResidentRow.window_until.is_(None)
            | (ResidentRow.window_until < window.until)
            | (ResidentRow.window_left == 0),
        )
        .values(window_until=window.until, window_left=window.left)
    )


async def load_matter(session: AsyncSession, message_id: int, *, lock: bool = False) -> Matter:
    """A message and all it belongs to; `lock` keeps others from the conversation until the end."""
    query = _MATTERS.where(MessageRow.id == message_id)
    if lock:
        # The message too: after a wait, only locked rows are read as they are by then.
        query = query.with_for_update(of=(ConversationRow, MessageRow))
    row = (await session.execute(query)).one()
    return Matter(row[0], row[1], row[2])


async def replies_to(session: AsyncSession, message_id: int) -> list[Outgoing]:
    rows = await session.scalars(
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


async def move_delivery(
    session: AsyncSession, message_ids: list[int], expected: str, target: str
) -> bool:
    """Move all of these messages from one delivery state to another, or none of them."""
    result = await session.execute(
        update(MessageRow)
        .where(MessageRow.id.in_(message_ids), MessageRow.delivery == expected)
        .values(delivery=target)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount == len(message_ids):
        return True
    await session.rollback()
    return False


async def release_held(session: AsyncSession, message_id: int) -> None:
    """Give those replies to a message that nobody claimed to the outbox."""
    await session.execute(
        update(MessageRow)
        .where(MessageRow.reply_to == message_id, MessageRow.delivery == HELD)
        .values(delivery=PENDING)
    )


async def queue_place(session: AsyncSession, conversation_id: int) -> int:
    """How many waiting hand-offs come before this conversation's (0: it is next)."""
    own = await open_handoff(session, conversation_id)
    if own is None:
        return 0
    ahead = await session.scalar(
        select(func.count())
        .select_from(HandoffRow)
        .where(
            HandoffRow.ended_at.is_(None),
            HandoffRow.claimed_at.is_(None),
            HandoffRow.id != own.id,
            (HandoffRow.priority > own.priority)
            | ((HandoffRow.priority == own.priority) & (HandoffRow.id < own.id)),
        )
    )
    return int(ahead or 0)


async def open_handoff(session: AsyncSession, conversation_id: int) -> HandoffRow | None:
    row: HandoffRow | None = await session.scalar(
        select(HandoffRow)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.ended_at.is_(None))
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )
    return row


async def unhandled_before(session: AsyncSession, moment: datetime, limit: int = 50) -> list[int]:
    """Incoming messages that a dead process left without handling."""
    rows = await session.scalars(
        select(MessageRow.id)
        .where(MessageRow.delivery == RECEIVED, MessageRow.created_at < moment)
        .order_by(MessageRow.id)
        .limit(limit)
    )
    return list(rows)


async def rescue_held(session: AsyncSession, held_before: datetime, now: datetime) -> int:
    """Give replies that nobody claimed, and sendings whose lease ended, back to the outbox."""
    held = await session.execute(
        update(MessageRow)
        .where(MessageRow.delivery == HELD, MessageRow.created_at < held_before)
        .values(delivery=PENDING, next_try_at=now)
    )
    lost = await session.execute(
        update(MessageRow)
        .where(MessageRow.delivery == SENDING, MessageRow.next_try_at < now)
        .values(delivery=PENDING)
    )
    assert isinstance(held, CursorResult)
    assert isinstance(lost, CursorResult)
    return held.rowcount + lost.rowcount


LEASE = timedelta(seconds=60)
