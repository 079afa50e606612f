"""The one door for what staff do with volunteers (志愿者): pages and REST come through here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from actions.appeals.life import UnknownAppeal
from actions.appeals.repository import Appeals
from actions.volunteers.repository import Volunteers
from actions.volunteers.requests import HelpRequests
from actions.volunteers.volunteer import HelpRequest, HelpWanted, UnknownVolunteer
from bot.conversations import deliveries
from bot.conversations.live import Live, conversation_topic
from bot.conversations.tables import ConversationRow, ResidentRow
from bot.office import volunteer_words as words
from knowledge.storage.database import Database


@dataclass(frozen=True, slots=True)
class Volunteering:
    """Volunteers, requests, and thanks that reach whoever helped."""

    database: Database
    volunteers: Volunteers
    requests: HelpRequests
    appeals: Appeals
    live: Live
    clock: Callable[[], datetime]
    outbox_has_work: Callable[[], None]

    @classmethod
    def on(
        cls,
        database: Database,
        appeals: Appeals,
        live: Live,
        clock: Callable[[], datetime],
        outbox_has_work: Callable[[], None],
    ) -> "Volunteering":
        """The door to a database."""
        volunteers, requests = Volunteers(database, clock), HelpRequests(database, clock)
        return cls(database, volunteers, requests, appeals, live, clock, outbox_has_work)

    async def ask(self, wanted: HelpWanted, number: str, by: str) -> HelpRequest:
        """Write down what help is wanted, for the appeal of this number where one is named.

        Raises `UnknownVolunteer` where there is no such appeal.
        """
        if number:
            try:
                appeal = await self.appeals.by_number(number)
            except UnknownAppeal as error:
                raise UnknownVolunteer(words.NO_SUCH_APPEAL) from error
            wanted = wanted.model_copy(update={"appeal_id": appeal.id})
        return await self.requests.ask(wanted, by)

    async def thank(self, match_id: int, text: str) -> HelpRequest:
        """Keep thanks and tell them to the volunteer by chat, once, in one transaction.

        Raises `UnknownVolunteer` and `WrongStep`.
        """
        async with self.database.write() as session:
            volunteer = await self.requests.thank_within(session, match_id, text)
            query = (
                select(ConversationRow, ResidentRow)
                .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                .where(ResidentRow.id == volunteer.resident_id)
            )
            told = (await session.execute(query)).tuples().one_or_none()
            if told:
                conversation, resident = told
                row = deliveries.new_outgoing(
                    conversation.id,
                    resident.channel,
                    words.THANKS.format(name=volunteer.name or words.NEIGHBOUR, text=text),
                    self.clock(),
                    dedup_key=f"thanks-{match_id}",
                )
                session.add(row)
                await session.flush()
            request = await self.requests.of_match_within(session, match_id)
        if told:
            self.outbox_has_work()
            await self.live.publish(conversation_topic(told[0].id), "message")
        return request
