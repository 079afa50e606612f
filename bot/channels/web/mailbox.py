"""What a resident's page shows, read from the messages table: truth that any process can serve."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.conversations.tables import ConversationRow, MediaRow, MessageRow, ResidentRow
from bot.staff.tables import StaffRow
from knowledge.storage.database import Database

CHANNEL = "web"
OFFERS_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One message as the page shows it; `client_id` is what the page itself called it."""

    id: int
    direction: str
    author: str
    name: str
    text: str
    buttons: list[dict[str, str]]
    media_url: str | None
    at: datetime
    client_id: str | None


class Mailbox:
    """Reads only; messages come in through the gate and go out through the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def conversation_of(self, channel_user: str) -> int | None:
        """The visitor's conversation, None before their first message."""
        query = (
            select(ConversationRow.id)
            .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
            .where(ResidentRow.channel == CHANNEL, ResidentRow.channel_user == channel_user)
        )
        async with self._database.read() as session:
            return await session.scalar(query)

    async def newer(self, conversation_id: int, after: int, limit: int) -> list[Item]:
        """The newest `limit` messages with an id above `after`, oldest first."""
        query = (
            select(MessageRow, StaffRow.name, MediaRow.key)
            .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
            .outerjoin(MediaRow, MediaRow.id == MessageRow.media_id)
            .where(MessageRow.conversation_id == conversation_id, MessageRow.id > after)
            .where(MessageRow.kind != "event")
            .order_by(MessageRow.id.desc())
            .limit(limit)
        )
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
        return [_item(row, name, key) for row, name, key in reversed(rows)]

    async def offered(self, conversation_id: int, payload: str) -> bool:
        """Whether a button with this payload was lately put before the resident."""
        query = (
            select(MessageRow.buttons)
            .where(MessageRow.conversation_id == conversation_id, MessageRow.direction == "out")
            .order_by(MessageRow.id.desc())
            .limit(OFFERS_REMEMBERED)
        )
        async with self._database.read() as session:
            rows = (await session.scalars(query)).all()
        return any(button.get("payload") == payload for buttons in rows for button in buttons)

    async def holds(self, channel_user: str, media_key: str) -> bool:
        """Whether a photo or sound stands in this visitor's own conversation."""
        query = (
            select(MessageRow.id)
            .join(MediaRow, MediaRow.id == MessageRow.media_id)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
            .where(ResidentRow.channel == CHANNEL, ResidentRow.channel_user == channel_user)
            .where(MediaRow.key == media_key)
            .limit(1)
        )
        async with self._database.read() as session:
            return await session.scalar(query) is not None


def media_url(key: str) -> str:
    return f"/web/media/{key}"


def dedup_key(channel_user: str, client_id: str) -> str:
    """The channel's own id of a message: the page's random id, within its visitor."""
    return f"{channel_user}:{client_id}"


def _item(row: MessageRow, staff_name: str | None, key: str | None) -> Item:
    mine = row.direction == "in" and row.dedup_key is not None
    return Item(
        id=row.id,
        direction=row.direction,
        author=row.author,
        name=staff_name or "",
        text=row.text,
        buttons=[_button(button) for button in row.buttons or []],
        media_url=media_url(key) if key else None,
        at=row.created_at,
        client_id=str(row.dedup_key).partition(":")[2] if mine else None,
    )


def _button(button: dict[str, Any]) -> dict[str, str]:
    return {"title": str(button["title"]), "payload": str(button["payload"])}
