"""Knowledge entries in SQL: drafts, publishing, history, and the questions without an answer."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.entries.answers import (
    Counts,
    EntryAction,
    EntryPage,
    NothingToPublish,
    NotPublished,
    PublishedEntry,
    shown,
)
from knowledge.entries.entry import (
    Entry,
    EntryContent,
    EntryStatus,
    EntryVersion,
    StaleEdit,
    UnknownEntry,
)
from knowledge.entries.misses import Misses
from knowledge.entries.tables import EntryRow, EntryVersionRow

STARTER = "starter"
UNKNOWN = "没有这条知识，可能已经不在了。"
STARTER_NOTE = "随系统提供的初始内容"


class EntryRepository(Misses):
    """The one door to knowledge entries; `published()` is what residents hear.

    Every change carries the moment the editor last saw (`expected`, an entry's `updated_at`) and is
    refused with StaleEdit if the entry has moved on since. History is only ever added to.
    """

    async def list(
        self,
        search: str = "",
        status: EntryStatus | None = None,
        topic: str = "",
        page: int = 1,
        size: int = 20,
    ) -> EntryPage:
        """Entries, last changed first; each word of `search` must stand somewhere in the entry."""
        found = select(EntryRow).order_by(EntryRow.updated_at.desc(), EntryRow.id.desc())
        if status:
            found = found.where(EntryRow.status == status.value)
        if topic:
            found = found.where(_topic() == topic)
        first = (max(page, 1) - 1) * size
        words = search.casefold().split()
        async with self._database.read() as session:
            if not words:
                total = await session.scalar(select(func.count()).select_from(found.subquery()))
                rows = await session.scalars(found.offset(first).limit(size))
                return EntryPage([_entry(row) for row in rows], total or 0)
            # JSON text is escaped differently by each database: a few thousand entries are read
            # and compared here instead.
            matching = [row for row in await session.scalars(found) if _contains(row, words)]
        return EntryPage([_entry(row) for row in matching[first : first + size]], len(matching))

    async def get(self, entry_id: int) -> Entry:
        async with self._database.read() as session:
            row = await session.get(EntryRow, entry_id)
        if row is None:
            raise UnknownEntry(UNKNOWN)
        return _entry(row)

    async def titles(self, entry_ids: Collection[int]) -> dict[int, str]:
        """The titles of these entries, as editors see them."""
        async with self._database.read() as session:
            rows = await session.scalars(select(EntryRow).where(EntryRow.id.in_(entry_ids)))
            return {row.id: shown(_entry(row)).title for row in rows}

    async def create_draft(self, content: EntryContent, editor: str) -> Entry:
        async with self._database.write() as session:
            row = EntryRow(
                slug=f"office-{uuid4().hex[:12]}",
                status=EntryStatus.DRAFT.value,
                version=0,
                published=None,
                draft=content.model_dump(mode="json"),
                updated_by=editor,
                updated_at=self._clock(),
            )
            session.add(row)
        return _entry(row)

    async def save_draft(
        self, entry_id: int, content: EntryContent, editor: str, expected: datetime
    ) -> Entry:
        async with self._database.write() as session:
            row = await _load(session, entry_id, expected)
            row.draft = content.model_dump(mode="json")
            self._touch(row, editor)
        return _entry(row)

    async def publish(
        self, entry_id: int, editor: str, note: str = "", expected: datetime | None = None
    ) -> Entry:
        """Let residents hear the draft."""
        async with self._database.write() as session:
            row = await _load(session, entry_id, expected)
            if row.draft is None:
                raise NothingToPublish("没有要发布的修改。")
            content = row.draft
            row.published, row.draft = content, None
            row.status = EntryStatus.PUBLISHED.value
            self._touch(row, editor)
            _remember(session, row, EntryAction.PUBLISH, content, note)
            await _count_up(session)
        return _entry(row)

    async def retire(
        self, entry_id: int, editor: str, note: str = "", expected: datetime | None = None
    ) -> Entry:
        """Take the entry away from residents; its text stays as a draft to publish again."""
        async with self._database.write() as session:
            row = await _load(session, entry_id, expected)
            if row.status != EntryStatus.PUBLISHED or row.published is None:
                raise NotPublished("只有已发布的条目才能下架。")
            retired = row.published
            row.published, row.draft = None, row.draft or retired
            row.status = EntryStatus.RETIRED.value
            self._touch(row, editor)
            _remember(session, row, EntryAction.RETIRE, retired, note)
            await _count_up(session)
        return _entry(row)

    async def restore(
        self, entry_id: int, version: int, editor: str, expected: datetime | None = None
    ) -> Entry:
        """Make the text of an earlier version the draft; publishing it is the next step."""
        async with self._database.write() as session:
            row = await _load(session, entry_id, expected)
            content = await session.scalar(
                select(EntryVersionRow.content).where(
                    EntryVersionRow.entry_id == entry_id, EntryVersionRow.version == version
                )
            )
            if content is None:
                raise UnknownEntry(UNKNOWN)
            row.draft = content
            self._touch(row, editor)
        return _entry(row)

    async def versions(self, entry_id: int) -> Sequence[EntryVersion]:
        """The entry's history, newest first."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(EntryVersionRow)
                .where(EntryVersionRow.entry_id == entry_id)
                .order_by(EntryVersionRow.version.desc())
            )
            return [EntryVersion.model_validate(row, from_attributes=True) for row in rows]

    async def published(self) -> Sequence[PublishedEntry]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(EntryRow)
                .where(EntryRow.status == EntryStatus.PUBLISHED.value)
                .order_by(EntryRow.id)
            )
            return [
                PublishedEntry(
                    row.id, row.slug, row.version, EntryContent.model_validate(row.published)
                )
                for row in rows
            ]

    async def revision(self) -> int:
        """A number that grows with every publish and retire, in whatever process it happens."""
        return await self._database.glance("SELECT number FROM knowledge_revision") or 0

    async def topics(self) -> dict[str, int]:
        """Topics in use, with the number of their entries."""
        used = select(_topic().label("topic")).subquery()
        number = func.count()
        by_topic = select(used.c.topic, number).group_by(used.c.topic)
        async with self._database.read() as session:
            rows = await session.execute(by_topic.order_by(number.desc(), used.c.topic))
            return dict(rows.tuples().all())

    async def counts(self) -> Counts:
        async with self._database.read() as session:
            rows = await session.execute(
                select(EntryRow.status, func.count()).group_by(EntryRow.status)
            )
            by_status = dict(rows.tuples().all())
            pending = await session.scalar(
                select(func.count()).where(
                    EntryRow.status == EntryStatus.PUBLISHED.value,
                    EntryRow.draft["topic"].as_string().is_not(None),
                )
            )
        return Counts(
            draft=by_status.get(EntryStatus.DRAFT.value, 0),
            published=by_status.get(EntryStatus.PUBLISHED.value, 0),
            retired=by_status.get(EntryStatus.RETIRED.value, 0),
            pending=pending or 0,
            open_misses=await self.open_misses(),
        )

    async def load_starter(self, entries: Sequence[tuple[str, EntryContent]]) -> int:
        """Publish the entries that came with the product, if there are none yet; how many."""
        try:
            async with self._database.write() as session:
                if await session.scalar(select(EntryRow.id).limit(1)):
                    return 0
                for slug, entry in entries:
                    content = entry.model_dump(mode="json")
                    row = EntryRow(
                        slug=slug,
                        status=EntryStatus.PUBLISHED.value,
                        version=0,
                        published=content,
                        draft=None,
                        updated_by=STARTER,
                        updated_at=self._clock(),
                    )
                    session.add(row)
                    await session.flush()
                    _remember(session, row, EntryAction.PUBLISH, content, STARTER_NOTE)
                await _count_up(session)
        except IntegrityError:  # another process loaded them at the same moment
            return 0
        return len(entries)

    async def load_catalogue(
        self, entries: Sequence[tuple[str, EntryContent]], editor: str, note: str
    ) -> tuple[int, int]:
        """Publish entries by their slugs, all or none; how many are new, and how many changed.

        An entry that differs in nothing but the date of checking is left alone, and so is one that
        anybody but `editor` has touched since.
        """
        new = changed = 0
        async with self._database.write() as session:
            rows = await session.scalars(select(EntryRow).where(EntryRow.updated_by == editor))
            mine = {row.slug: row for row in rows}
            others = set(
                await session.scalars(select(EntryRow.slug).where(EntryRow.updated_by != editor))
            )
            for slug, entry in entries:
                content = entry.model_dump(mode="json")
                row = mine.get(slug)
                if slug in others or (row and _alike(row.published, content)):
                    continue
                if row is None:
                    new += 1
                    row = EntryRow(slug=slug, version=0, updated_at=self._clock())
                    session.add(row)
                else:
                    changed += 1
                row.published, row.draft = content, None
                row.status = EntryStatus.PUBLISHED.value
                self._touch(row, editor)
                await session.flush()
                _remember(session, row, EntryAction.PUBLISH, content, note)
            if new or changed:
                await _count_up(session)
        return new, changed

    def _touch(self, row: EntryRow, editor: str) -> None:
        # Later than before even if the clock stood still: `updated_at` tells edits apart.
        row.updated_at = max(self._clock(), row.updated_at + timedelta(microseconds=1))
        row.updated_by = editor


async def _load(session: AsyncSession, entry_id: int, expected: datetime | None) -> EntryRow:
    row = await session.get(EntryRow, entry_id, with_for_update=True)
    if row is None:
        raise UnknownEntry(UNKNOWN)
    if expected is not None and row.updated_at != expected:
        raise StaleEdit(f"您打开之后，{row.updated_by} 修改过这条知识。")
    return row


def _remember(
    session: AsyncSession, row: EntryRow, action: EntryAction, content: dict[str, Any], note: str
) -> None:
    row.version += 1
    session.add(
        EntryVersionRow(
            entry_id=row.id,
            version=row.version,
            action=action.value,
            content=content,
            note=note.strip(),
            editor=row.updated_by,
            at=row.updated_at,
        )
    )


async def _count_up(session: AsyncSession) -> None:
    """Tell every search of it. The row is locked until the commit, so that the order is that of
    the commits."""
    await session.execute(
        text(
            "INSERT INTO knowledge_revision (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = knowledge_revision.number + 1"
        )
    )


def _alike(published: dict[str, Any] | None, content: dict[str, Any]) -> bool:
    """The same but for the date of checking."""
    return published is not None and published | {"checked_on": ""} == content | {"checked_on": ""}


def _topic() -> ColumnElement[str]:
    return func.coalesce(
        EntryRow.draft["topic"].as_string(), EntryRow.published["topic"].as_string()
    )


def _contains(row: EntryRow, words: Sequence[str]) -> bool:
    content = row.draft or row.published or {}
    texts = [content["title"], content["topic"], content["answer"], *content["questions"]]
    page = "\n".join([*texts, *content.get("sections", {}).values()]).casefold()
    return all(word in page for word in words)


def _entry(row: EntryRow) -> Entry:
    return Entry.model_validate(row, from_attributes=True)
