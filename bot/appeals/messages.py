"""Writes an event's messages to residents (告知居民): whoever filed the appeal, and who joined it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import Appeal, AppealEvent
from actions.appeals.tables import AppealFollowerRow
from actions.clock.calendar import WorkingCalendar
from bot.appeals import words
from bot.appeals.words import News, Telling
from bot.conversations import deliveries
from bot.conversations.contract import Button
from bot.conversations.owners import Owner
from bot.conversations.tables import ConversationRow, MediaRow, ResidentRow
from knowledge.places.tables import PartyRow

# Numbers that a resident sends mean the newest choices: a question that waits keeps its own.
ANSWERS_WITHIN = timedelta(minutes=30)


class ResidentMessages:
    """Puts messages into the outbox, within the transaction that takes the news away."""

    def __init__(
        self, clock: Callable[[], datetime], calendar: WorkingCalendar, public_url: str = ""
    ) -> None:
        self._clock = clock
        self._calendar = calendar
        self._public_url = public_url.rstrip("/")

    async def write(self, session: AsyncSession, event: AppealEvent, appeal: Appeal) -> list[int]:
        """The conversations that have a new message; a resident gets one of each event."""
        party = await _party(session, event, appeal)
        telling = Telling(event, appeal, party, self._clock(), self._calendar)
        told: list[int] = []
        if news := telling.to_filer():
            told += await self._tell(session, telling, [appeal.resident_id], news)
        if news := telling.to_follower():
            query = select(AppealFollowerRow.resident_id).where(
                AppealFollowerRow.appeal_id == appeal.id,
                AppealFollowerRow.resident_id != appeal.resident_id,
            )
            followers = list(await session.scalars(query.order_by(AppealFollowerRow.id)))
            told += await self._tell(session, telling, followers, news)
        return told

    async def _tell(
        self, session: AsyncSession, telling: Telling, resident_ids: list[int], news: News
    ) -> list[int]:
        if not resident_ids:
            return []
        query = (
            select(ConversationRow, ResidentRow)
            .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
            .where(ResidentRow.id.in_(resident_ids))
            .order_by(ConversationRow.id)
        )
        if news.choices:
            query = query.with_for_update(of=ConversationRow)
        rows = (await session.execute(query)).tuples().all()
        photo = await _existing(session, news.photo)
        now = self._clock()
        for conversation, resident in rows:
            buttons = _buttons(news, telling.appeal) if _is_free(conversation, now) else ()
            if buttons:
                offered = [{"title": each.title, "payload": each.payload} for each in buttons]
                conversation.memory = {**conversation.memory, "buttons": offered}
            session.add(
                deliveries.new_outgoing(
                    conversation.id,
                    resident.channel,
                    news.text + self._link(resident, telling.appeal),
                    now,
                    buttons=buttons,
                    media_id=photo,
                    dedup_key=f"appeal-event-{telling.event.id}:{resident.id}",
                    notice=telling.card(),
                )
            )
        await session.flush()
        return [conversation.id for conversation, _ in rows]

    def _link(self, resident: ResidentRow, appeal: Appeal) -> str:
        """Where WeChat opens the appeal's page; the web page has its link above the chat."""
        if not self._public_url or resident.channel != "wechat":
            return ""
        return words.SEE.format(link=f"{self._public_url}/mine/{appeal.number}")


async def _party(session: AsyncSession, event: AppealEvent, appeal: Appeal) -> str:
    """Whom the event names, though another party may hold the appeal by now."""
    named = event.details.get("party_id")
    if named is None or named == appeal.lead_party_id:
        return appeal.lead_party or words.STAFF_ALONE
    name = await session.scalar(select(PartyRow.name).where(PartyRow.id == named))
    return name or words.STAFF_ALONE


async def _existing(session: AsyncSession, photo: int | None) -> int | None:
    """The photo of an answer, unless it names none that we have."""
    if photo is None:
        return None
    found: int | None = await session.scalar(select(MediaRow.id).where(MediaRow.id == photo))
    return found


def _buttons(news: News, appeal: Appeal) -> tuple[Button, ...]:
    """The choices as quick replies, which name the appeal that they are about."""
    payload = f'/rate_appeal{{"entry": "{appeal.number}"}}'
    return tuple(Button(title, payload) for title in news.choices)


def _is_free(conversation: ConversationRow, now: datetime) -> bool:
    """Whether no person and no open question would be answered by what is chosen."""
    if conversation.owner != Owner.BOT:
        return False
    waits = bool(conversation.memory.get("buttons"))
    return not waits or now - conversation.last_at > ANSWERS_WITHIN
