"""What the desk shows of a resident: who they are, who holds the conversation, what was before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from bot.conversations.handoffs import UnknownConversation
from bot.conversations.owners import Owner
from bot.conversations.tables import ConversationRow, HandoffRow, ResidentRow
from bot.staff.tables import StaffRow
from knowledge.storage.database import Database

PAST_SHOWN = 3
NAME_CHARS = 20


@dataclass(frozen=True, slots=True)
class PastHandoff:
    """An earlier hand-off that has ended, with the note that staff left."""

    reason: str
    staff_name: str
    note: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ResidentView:
    """A resident and the state of their conversation; who is not `named` is 居民N meanwhile."""

    resident_id: int
    conversation_id: int
    name: str
    named: bool
    channel: str
    phone: str
    home: dict[str, Any]
    subscribed: bool
    since: datetime
    owner: Owner
    staff_id: int | None
    staff_name: str
    past: tuple[PastHandoff, ...]


class Residents:
    """Reads residents for staff, and keeps the name that staff learn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_conversation(self, conversation_id: int) -> ResidentView:
        """Raises `UnknownConversation`."""
        return await self._one(ConversationRow.id == conversation_id)

    async def of_resident(self, resident_id: int) -> ResidentView:
        """Raises `UnknownConversation`."""
        return await self._one(ResidentRow.id == resident_id)

    async def rename(self, conversation_id: int, name: str) -> None:
        """Set the resident's name; an empty one makes them 居民N again.

        Raises `UnknownConversation`.
        """
        async with self._database.write() as session:
            renamed = await session.scalar(
                update(ResidentRow)
                .where(
                    ResidentRow.id
                    == select(ConversationRow.resident_id)
                    .where(ConversationRow.id == conversation_id)
                    .scalar_subquery()
                )
                .values(name=name)
                .returning(ResidentRow.id)
                .execution_options(synchronize_session=False)
            )
        if renamed is None:
            raise UnknownConversation("没有找到这个会话。")

    async def _one(self, condition: ColumnElement[bool]) -> ResidentView:
        async with self._database.read() as session:
            row = (
                await session.execute(
                    select(ConversationRow, ResidentRow, StaffRow.name)
                    .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                    .outerjoin(StaffRow, StaffRow.id == ConversationRow.staff_id)
                    .where(condition)
                )
            ).one_or_none()
            if row is None:
                raise UnknownConversation("没有找到这个会话。")
            conversation, resident, staff_name = row
            past = await session.execute(
                select(HandoffRow, StaffRow.name)
                .outerjoin(StaffRow, StaffRow.id == HandoffRow.claimed_by)
                .where(
                    HandoffRow.conversation_id == conversation.id,
                    HandoffRow.ended_at.is_not(None),
                )
                .order_by(HandoffRow.id.desc())
                .limit(PAST_SHOWN)
            )
            return ResidentView(
                resident_id=resident.id,
                conversation_id=conversation.id,
                name=resident.name or f"居民{resident.id}",
                named=bool(resident.name),
                channel=resident.channel,
                phone=resident.phone,
                home=resident.home,
                subscribed=resident.subscribed,
                since=resident.created_at,
                owner=Owner(conversation.owner),
                staff_id=conversation.staff_id,
                staff_name=staff_name or "",
                past=tuple(
                    PastHandoff(row.reason, name or "", row.note, row.ended_at)
                    for row, name in past
                    if row.ended_at
                ),
            )
