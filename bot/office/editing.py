"""The one door for changes of knowledge: pages and REST both come through here."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.conversations.live import OFFICE, Live
from bot.staff.accounts import StaffAccounts
from bot.staff.member import Role, StaffError, StaffMember
from knowledge.entries.answers import NothingToPublish, NotPublished, shown
from knowledge.entries.entry import Entry, EntryContent, StaleEdit, UnknownEntry
from knowledge.entries.misses import Miss, UnknownMiss
from knowledge.entries.repository import EntryRepository
from knowledge.search.decide import Decision
from knowledge.search.exam import Outcome
from knowledge.search.rows import Indexed

KNOWLEDGE = "knowledge"
EDITORS = Role.SECRETARY
TrySearch = Callable[[str], Awaitable[Decision]]
Rehearse = Callable[[Indexed], Awaitable[Sequence[Outcome]]]

# What may be refused, in words for the person who asked.
REFUSALS = (StaffError, StaleEdit, UnknownEntry, UnknownMiss, NothingToPublish, NotPublished)


class WouldGoAstray(RuntimeError):
    """Exam questions would find the wrong answer after this publication (考题会跑偏)."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(f"这样发布，有 {len(outcomes)} 道考题会找错答案。")
        self.outcomes = tuple(outcomes)


@dataclass(frozen=True, slots=True)
class KnowledgeEditing:
    """Checks the right as of now, changes, and tells the processes that answer residents."""

    entries: EntryRepository
    accounts: StaffAccounts
    live: Live
    try_search: TrySearch
    rehearse: Rehearse

    async def create(
        self, member: StaffMember, content: EntryContent, miss_id: int | None = None
    ) -> Entry:
        """A new draft; the question it was written for, if any, is settled."""
        editor = await self._editor(member)
        async with self._settling(miss_id):
            return await self.entries.create_draft(content, editor)

    async def save(
        self,
        member: StaffMember,
        entry_id: int,
        content: EntryContent,
        expected: datetime,
        miss_id: int | None = None,
    ) -> Entry:
        """A new text of the draft; the question that it takes in, if any, is settled."""
        editor = await self._editor(member)
        async with self._settling(miss_id):
            return await self.entries.save_draft(entry_id, content, editor, expected)

    async def add_question(self, member: StaffMember, entry_id: int, miss_id: int) -> Entry:
        """Take a question into the draft of an entry, and settle it."""
        miss = await self.entries.miss(miss_id)
        entry = await self.entries.get(entry_id)
        content = shown(entry)
        questions = list(dict.fromkeys([*content.questions, miss.text]))
        content = content.model_copy(update={"questions": questions})
        return await self.save(member, entry_id, content, entry.updated_at, miss_id)

    async def publish(
        self,
        member: StaffMember,
        entry_id: int,
        note: str,
        expected: datetime | None = None,
        forced: bool = False,
    ) -> Entry:
        """Publish the draft; unless `forced`, not where it leads exam questions astray.

        Raises WouldGoAstray with those questions, of whatever entry, that pass as things are.
        """
        editor = await self._editor(member)
        if not forced:
            entry = await self.entries.get(entry_id)
            # Without a draft or with a stale one, publishing itself says what is wrong.
            if entry.draft is not None and expected in (None, entry.updated_at):
                draft = Indexed(entry.id, entry.slug, entry.version, entry.draft)
                if astray := await self.rehearse(draft):
                    raise WouldGoAstray(astray)
                expected = entry.updated_at
        entry = await self.entries.publish(entry_id, editor, note, expected)
        await self.live.publish(OFFICE, KNOWLEDGE)
        return entry

    async def retire(
        self, member: StaffMember, entry_id: int, note: str, expected: datetime | None = None
    ) -> Entry:
        editor = await self._editor(member)
        entry = await self.entries.retire(entry_id, editor, note, expected)
        await self.live.publish(OFFICE, KNOWLEDGE)
        return entry

    async def restore(
        self, member: StaffMember, entry_id: int, version: int, expected: datetime | None = None
    ) -> Entry:
        editor = await self._editor(member)
        return await self.entries.restore(entry_id, version, editor, expected)

    async def resolve_miss(self, member: StaffMember, miss_id: int) -> Miss:
        await self._editor(member)
        return await self.entries.resolve_miss(miss_id)

    @asynccontextmanager
    async def _settling(self, miss_id: int | None) -> AsyncIterator[None]:
        """Settle a question once the change inside is made; unknown, it is refused before that."""
        if miss_id is not None:
            await self.entries.miss(miss_id)
        yield
        if miss_id is not None:
            await self.entries.resolve_miss(miss_id)

    async def _editor(self, member: StaffMember) -> str:
        return (await self.accounts.acting(member, EDITORS)).signature
