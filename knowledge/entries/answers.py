"""What the repository of entries answers with, and what it refuses."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from knowledge.entries.entry import Entry, EntryContent


class EntryAction(StrEnum):
    """What a step of an entry's history did."""

    PUBLISH = "publish"
    RETIRE = "retire"


class PublishedEntry(NamedTuple):
    """What search needs of an entry."""

    id: int
    slug: str
    version: int
    content: EntryContent


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of a list, and how many entries match in all."""

    entries: list[Entry]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries stand where; `pending` are published ones with an unpublished draft."""

    draft: int
    published: int
    retired: int
    pending: int
    open_misses: int


class NothingToPublish(RuntimeError):
    """The entry has no draft that differs from what is published (没有要发布的修改)."""


class NotPublished(RuntimeError):
    """Only a published entry can be retired (只有已发布的条目才能下架)."""


def shown(entry: Entry) -> EntryContent:
    """What an editor sees of an entry: the draft, else what is published."""
    content = entry.draft or entry.published
    if content is None:
        raise ValueError(f"entry {entry.slug} is empty")
    return content
