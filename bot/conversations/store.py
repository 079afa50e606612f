"""SQL of conversations: one function a step, each within a session that the caller opened.

An asynchronous session calls them by `run_sync`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from actions.scanned import still_there
from bot.conversations.contract import Accepted, Inbound, Window
from bot.conversations.owners import Owner, Ownership
from bot.conversations.tables import ConversationRow, HandoffRow, MediaRow, MessageRow, ResidentRow

RECEIVED, HANDLED = "received", "handled"


FORGET_AFTER = timedelta(days=1)
_IN_PASSING = frozenset(
    {
        "told_facts",
        "staff_note",
        "asked",
        "offer",
        "topic",
        "buttons",
        "amending",
        "quarrel",
        "volunteering",
    }
)


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
        kept = still_there(self.conversation.memory, self.message.created_at)
        if silence <= FORGET_AFTER:
            return kept
        return {key: value for key, value in kept.items() if key not in _IN_PASSING}

    @property
    def ownership(self) -> Ownership:
        return Ownership(Owner(self.conversation.owner), self.conversation.staff_id)


def _insert(session: Session, table: type[Any]) -> Any:
    dialect = session.get_bind().dialect.name
    return sqlite_insert(table) if dialect == "sqlite" else postgres_insert(table)


# Statements that every message needs are built once: building costs more than running them.
# They name tables, not mapped classes, where no object of the session must follow the change.
_MESSAGES = MessageRow.metadata.tables[MessageRow.__tablename__]
_RESIDENTS = ResidentRow.metadata.tables[ResidentRow.__tablename__]
_ADD_INBOUND = {
    "sqlite": sqlite_insert(_MESSAGES).on_conflict_do_nothing().returning(_MESSAGES.c.id),
    "postgresql": postgres_insert(_MESSAGES).on_conflict_do_nothing().returning(_MESSAGES.c.id),
}


_MATTERS = (
    select(MessageRow, ConversationRow, ResidentRow)
    .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
)
_MATTER = _MATTERS.where(MessageRow.id == bindparam("message"))
# The message too: after a wait, only locked rows are read as they are by then.
_MATTER_LOCKED = _MATTER.with_for_update(of=(ConversationRow, MessageRow))
_FIRST_UNHANDLED = (
    _MATTERS.where(
        MessageRow.conversation_id == bindparam("conversation"),
        MessageRow.id.between(bindparam("first"), bindparam("last")),
        MessageRow.delivery == RECEIVED,
    )
    .order_by(MessageRow.id)
    .limit(1)
)
_SET_WINDOW = (
    update(_RESIDENTS)
    .where(_RESIDENTS.c.id == bindparam("resident"))
    .values(window_until=bindparam("until"), window_left=bindparam("left"))
)


def known_resident(session: Session, channel: str, channel_user: str) -> tuple[int, int] | None:
    """(resident id, conversation id) of somebody who wrote before."""
    row = (
        session.execute(
            select(ResidentRow.id, ConversationRow.id)
            .join(ConversationRow, ConversationRow.resident_id == ResidentRow.id)
            .where(ResidentRow.channel == channel, ResidentRow.channel_user == channel_user)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def enrol(session: Session, channel: str, channel_user: str, now: datetime) -> tuple[int, int]:
    """Make resident and conversation, or find those that another process made meanwhile."""
    resident_id = session.scalar(
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
        .returning(ResidentRow.id)
    ) or session.scalar(
        select(ResidentRow.id).where(
            ResidentRow.channel == channel, ResidentRow.channel_user == channel_user
        )
    )
    assert resident_id is not None
    conversation_id = session.scalar(
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
        .returning(ConversationRow.id)
    ) or session.scalar(
        select(ConversationRow.id).where(ConversationRow.resident_id == resident_id)
    )
    assert conversation_id is not None
    return resident_id, conversation_id


def add_inbound(
    session: Session, inbound: Inbound, resident_id: int, conversation_id: int, now: datetime
) -> Accepted:
    """Store a message once; a retry finds the one stored before."""
    message_id = session.scalar(
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
            session.execute(
                select(MessageRow.id, MessageRow.conversation_id).where(
                    MessageRow.channel == inbound.channel,
                    MessageRow.dedup_key == inbound.dedup_key,
                )
            )
        ).one()
        return Accepted(row[0], row[1], resident_id, is_new=False)
    if inbound.window and (inbound.kind != "event" or not inbound.window.left):
        _set_window(session, resident_id, inbound.window)
    elif inbound.window:
        _widen_window(session, resident_id, inbound.window)
    if inbound.kind == "event" and inbound.details.get("event") in ("subscribe", "unsubscribe"):
        session.execute(
            update(ResidentRow)
            .where(ResidentRow.id == resident_id)
            .values(subscribed=inbound.details["event"] == "subscribe")
        )
    return Accepted(message_id, conversation_id, resident_id, is_new=True)


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and half characters, which UTF-8 does not know."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def first_unhandled(session: Session, conversation_id: int, ids: range) -> Matter | None:
    """The earliest message of a conversation that still waits, within a range of ids."""
    row = session.execute(
        _FIRST_UNHANDLED,
        {"conversation": conversation_id, "first": ids.start, "last": ids.stop - 1},
    ).one_or_none()
    return Matter(row[0], row[1], row[2]) if row else None


def expect_media(session: Session, message_id: int, reserved: MediaRow) -> None:
    """Tie a message to the photo or sound that the channel is still fetching."""
    session.add(reserved)
    session.flush()
    session.execute(
        update(MessageRow).where(MessageRow.id == message_id).values(media_id=reserved.id)
    )


def _set_window(session: Session, resident_id: int, window: Window) -> None:
    session.execute(
        _SET_WINDOW, {"resident": resident_id, "until": window.until, "left": window.left}
    )


def _widen_window(session: Session, resident_id: int, window: Window) -> None:
    """A tap on the menu grants a minute: it must not shorten 48 hours that are open already."""
    session.execute(
        update(ResidentRow)
        .where(
            ResidentRow.id == resident_id,
            ResidentRow.window_until.is_(None)
            | (ResidentRow.window_until < window.until)
            | (ResidentRow.window_left == 0),
        )
        .values(window_until=window.until, window_left=window.left)
    )


def load_matter(session: Session, message_id: int, *, lock: bool = False) -> Matter:
    """A message and all it belongs to; `lock` keeps others from the conversation until the end."""
    row = session.execute(_MATTER_LOCKED if lock else _MATTER, {"message": message_id}).one()
    return Matter(row[0], row[1], row[2])


def queue_place(session: Session, conversation_id: int) -> int:
    """How many waiting hand-offs come before this conversation's (0: it is next)."""
    own = open_handoff(session, conversation_id)
    if own is None:
        return 0
    ahead = session.scalar(
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


def open_handoff(session: Session, conversation_id: int) -> HandoffRow | None:
    row: HandoffRow | None = session.scalar(
        select(HandoffRow)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.ended_at.is_(None))
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )
    return row


def unhandled(session: Session, before: datetime, limit: int = 50) -> list[Matter]:
    """Incoming messages that a dead process left without handling, oldest first."""
    rows = session.execute(
        _MATTERS.where(MessageRow.delivery == RECEIVED, MessageRow.created_at < before)
        .order_by(MessageRow.id)
        .limit(limit)
    )
    return [Matter(*row) for row in rows.tuples()]
