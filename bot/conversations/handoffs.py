"""What staff do with conversations: see the queue, claim, write, return — each through one door."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.conversations import deliveries, store, texts
from bot.conversations.contract import Outgoing
from bot.conversations.live import DESK, Live, conversation_topic
from bot.conversations.owners import Move, NotYours, Owner, Ownership, OwnershipError
from bot.conversations.tables import ConversationRow, HandoffRow, MessageRow, ResidentRow
from bot.conversations.views import QueueCard, TranscriptLine, WriteWindow, card_of, line_of
from bot.staff.member import introduced
from bot.staff.tables import StaffRow
from knowledge.storage.database import Database

log = logging.getLogger(__name__)


class UnknownConversation(LookupError):
    """No such conversation (没有这个会话)."""


class Handoffs:
    """The staff's side of conversations."""

    def __init__(
        self,
        database: Database,
        live: Live,
        clock: Callable[[], datetime],
        outbox_has_work: Callable[[], None],
    ) -> None:
        self._database = database
        self._live = live
        self._clock = clock
        self._outbox_has_work = outbox_has_work

    async def cards(
        self, owners: tuple[Owner, ...] = (Owner.QUEUE, Owner.STAFF), limit: int = 200
    ) -> list[QueueCard]:
        """Waiting conversations first (danger, then longest waiting), then those held by staff.

        The last words are those of a person: what the bot says while one waits tells staff nothing.
        """
        last, spoken = aliased(MessageRow), aliased(MessageRow)
        last_id = (
            select(spoken.id)
            .where(
                spoken.conversation_id == ConversationRow.id,
                spoken.author.in_(("resident", "staff")),
                spoken.kind != "event",
            )
            .order_by(spoken.id.desc())
            .limit(1)
            .correlate(ConversationRow)
            .scalar_subquery()
        )
        waiting = ConversationRow.owner == Owner.QUEUE
        async with self._database.read() as session:
            rows = await session.execute(
                select(ConversationRow, ResidentRow, HandoffRow, StaffRow, last)
                .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                .outerjoin(
                    HandoffRow,
                    and_(
                        HandoffRow.conversation_id == ConversationRow.id,
                        HandoffRow.ended_at.is_(None),
                    ),
                )
                .outerjoin(StaffRow, StaffRow.id == ConversationRow.staff_id)
                .outerjoin(last, last.id == last_id)
                .where(ConversationRow.owner.in_(owners))
                .order_by(
                    waiting.desc(),
                    case((waiting, func.coalesce(HandoffRow.priority, 0)), else_=0).desc(),
                    case((waiting, HandoffRow.id)),
                    ConversationRow.last_at.desc(),
                )
                .limit(limit)
            )
            return [card_of(*row) for row in rows]

    async def transcript(
        self, conversation_id: int, before: int | None = None, limit: int = 50
    ) -> list[TranscriptLine]:
        """The last messages (oldest first), or those before a message id."""
        query = (
            select(MessageRow, StaffRow.name)
            .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(MessageRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(MessageRow.id < before)
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
        return [line_of(message, name or "") for message, name in reversed(rows)]

    async def newer_lines(self, conversation_id: int, after: int) -> list[TranscriptLine]:
        """Messages after a message id, oldest first."""
        async with self._database.read() as session:
            rows = await session.execute(
                select(MessageRow, StaffRow.name)
                .outerjoin(StaffRow, StaffRow.id == MessageRow.staff_id)
                .where(MessageRow.conversation_id == conversation_id, MessageRow.id > after)
                .order_by(MessageRow.id)
            )
            return [line_of(message, name or "") for message, name in rows]

    async def write_window(self, conversation_id: int) -> WriteWindow | None:
        """What WeChat still lets through; messages on their way are counted as sent."""
        async with self._database.read() as session:
            _, resident = await self._load(session, conversation_id)
            if resident.channel != "wechat":
                return None
            on_their_way = await session.scalar(
                select(func.count())
                .select_from(MessageRow)
                .where(
                    MessageRow.conversation_id == conversation_id,
                    MessageRow.direction == "out",
                    MessageRow.delivery.in_((deliveries.PENDING, deliveries.SENDING)),
                )
            )
        until = resident.window_until or resident.created_at
        open_now = resident.subscribed and until > self._clock()
        left = max(resident.window_left - (on_their_way or 0), 0) if open_now else 0
        return WriteWindow(until, left)

    async def claim(self, conversation_id: int, staff_id: int) -> None:
        """Take a conversation over; asking twice for one's own changes nothing.

        Raises `AlreadyClaimed` where another person was faster: of two who claim, one gets it.
        """
        now = self._clock()
        async with self._database.write() as session:
            conversation, resident = await self._load(session, conversation_id)
            if conversation.owner == Owner.STAFF and conversation.staff_id == staff_id:
                return
            await self._change_owner(session, conversation, Move.CLAIM, staff_id)
            handoff = await session.run_sync(store.open_handoff, conversation_id)
            if handoff is None:
                handoff = HandoffRow(
                    conversation_id=conversation_id, reason="staff", asked_at=now, note=""
                )
                session.add(handoff)
            handoff.claimed_at, handoff.claimed_by = now, staff_id
            await self._say_of(session, texts.CLAIMED, conversation, resident, staff_id)
        await self._tell(conversation_id)

    async def take_over(self, conversation_id: int, staff_id: int) -> None:
        """Take a conversation from a colleague's hands; one's own stays as it is.

        The hand-off goes on in other hands. Raises `OwnershipError` where no colleague holds it.
        """
        async with self._database.write() as session:
            conversation, resident = await self._load(session, conversation_id)
            if conversation.owner == Owner.STAFF and conversation.staff_id == staff_id:
                return
            await self._change_owner(session, conversation, Move.TRANSFER, staff_id)
            handoff = await session.run_sync(store.open_handoff, conversation_id)
            if handoff:
                handoff.claimed_at, handoff.claimed_by = self._clock(), staff_id
            await self._say_of(session, texts.CLAIMED, conversation, resident, staff_id)
        await self._tell(conversation_id)

    async def say(
        self, conversation_id: int, staff_id: int, text: str, media_id: int | None = None
    ) -> Outgoing:
        """Write to the resident.

        Raises `NotYours` for anyone but the person who holds the conversation.
        """
        async with self._database.write() as session:
            conversation, resident = await self._load(session, conversation_id)
            _require_holder(conversation, staff_id)
            row = deliveries.new_outgoing(
                conversation_id,
                resident.channel,
                text,
                self._clock(),
                author="staff",
                staff_id=staff_id,
                media_id=media_id,
            )
            session.add(row)
            conversation.last_at = self._clock()
            await session.flush()
            sent = deliveries.outgoing(row)
        await self._tell(conversation_id, sent.message_id)
        return sent

    async def return_to_bot(self, conversation_id: int, staff_id: int, note: str) -> None:
        """Give the conversation back; the bot gets the note and what the person said.

        Raises `NotYours` for anyone but the person who holds the conversation.
        """
        now = self._clock()
        async with self._database.write() as session:
            conversation, resident = await self._load(session, conversation_id)
            _require_holder(conversation, staff_id)
            handoff = await session.run_sync(store.open_handoff, conversation_id)
            since = handoff.asked_at if handoff else now
            heard = await session.scalars(
                select(MessageRow)
                .where(
                    MessageRow.conversation_id == conversation_id,
                    MessageRow.direction == "in",
                    MessageRow.created_at >= since,
                )
                .order_by(MessageRow.id)
            )
            await self._change_owner(session, conversation, Move.RETURN)
            conversation.session += 1
            conversation.misses = 0
            conversation.memory = {
                **{k: v for k, v in conversation.memory.items() if k != "buttons"},
                "staff_note": note,
                "told_facts": _facts_told(heard),
            }
            if handoff:
                handoff.ended_at, handoff.note = now, note
            await self._say_of(session, texts.RETURNED, conversation, resident, staff_id)
        await self._tell(conversation_id)

    async def requeue(self, conversation_id: int, staff_id: int) -> None:
        """Put a conversation back into the queue for a colleague."""
        async with self._database.write() as session:
            conversation, _ = await self._load(session, conversation_id)
            _require_holder(conversation, staff_id)
            await self._put_back(session, conversation)
        await self._tell(conversation_id)

    async def release_all(self, staff_id: int) -> None:
        """Put everything that somebody holds back into the queue: they are not coming back."""
        async with self._database.write() as session:
            held = await session.scalars(
                select(ConversationRow)
                .where(ConversationRow.owner == Owner.STAFF, ConversationRow.staff_id == staff_id)
                .order_by(ConversationRow.id)
                .with_for_update()
            )
            released = []
            for conversation in held.all():
                await self._put_back(session, conversation)
                released.append(conversation.id)
        for conversation_id in released:
            await self._tell(conversation_id)

    async def _load(
        self, session: AsyncSession, conversation_id: int
    ) -> tuple[ConversationRow, ResidentRow]:
        row = (
            await session.execute(
                select(ConversationRow, ResidentRow)
                .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                .where(ConversationRow.id == conversation_id)
            )
        ).one_or_none()
        if row is None:
            raise UnknownConversation("没有找到这个会话。")
        return row[0], row[1]

    async def _change_owner(
        self,
        session: AsyncSession,
        conversation: ConversationRow,
        move: Move,
        staff_id: int | None = None,
    ) -> None:
        target = Ownership(Owner(conversation.owner), conversation.staff_id).move(move, staff_id)
        # The version makes sure that of two who move at once, one is refused.
        moved = await session.scalar(
            update(ConversationRow)
            .where(
                ConversationRow.id == conversation.id,
                ConversationRow.version == conversation.version,
            )
            .values(
                owner=target.owner, staff_id=target.staff_id, version=ConversationRow.version + 1
            )
            .returning(ConversationRow.id)
            .execution_options(synchronize_session="fetch")
        )
        await session.refresh(conversation)
        if moved is None:
            # Asking the table again names what happened: usually `AlreadyClaimed`.
            Ownership(Owner(conversation.owner), conversation.staff_id).move(move, staff_id)
            raise OwnershipError("会话状态刚刚变化，请刷新后再试。")

    async def _put_back(self, session: AsyncSession, conversation: ConversationRow) -> None:
        await self._change_owner(session, conversation, Move.REQUEUE)
        handoff = await session.run_sync(store.open_handoff, conversation.id)
        if handoff:
            handoff.claimed_at = handoff.claimed_by = None

    async def _say_of(
        self,
        session: AsyncSession,
        text: str,
        conversation: ConversationRow,
        resident: ResidentRow,
        staff_id: int,
    ) -> None:
        """Tell the resident what this person did."""
        said = text.format(name=introduced((await session.get_one(StaffRow, staff_id)).name))
        session.add(_system_line(conversation, resident, said, self._clock()))

    async def _tell(self, conversation_id: int, message_id: int | None = None) -> None:
        self._outbox_has_work()
        await self._live.publish(conversation_topic(conversation_id), "message", id=message_id)
        await self._live.publish(DESK, "queue", conversation_id=conversation_id)


def _facts_told(heard: Iterable[MessageRow]) -> dict[str, object]:
    """What the resident told a person, as the appeal form knows it: the bot asks none of it again."""
    facts: dict[str, object] = {}
    photos: list[int] = []
    for message in heard:
        seen = message.understanding
        facts.update(seen.get("entities", {}))
        if seen.get("intent") == "file_appeal":
            facts["told"] = message.text
        if message.media_id is not None and message.kind == "image":
            photos.append(message.media_id)
    return {**facts, "photos": photos}


def _require_holder(conversation: ConversationRow, staff_id: int) -> None:
    if conversation.owner != Owner.STAFF or conversation.staff_id != staff_id:
        raise NotYours("这个会话不在您手上，请先接待或刷新页面。")


def _system_line(
    conversation: ConversationRow, resident: ResidentRow, text: str, now: datetime
) -> MessageRow:
    return deliveries.new_outgoing(conversation.id, resident.channel, text, now, author="system")
