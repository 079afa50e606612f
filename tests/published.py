"""The half of a search that only looks entries up, for tests that script the other half."""

from knowledge.entries.repository import EntryRepository
from knowledge.search.rows import Indexed


class Published:
    """What is published, as of the last look."""

    def __init__(self, entries: EntryRepository) -> None:
        self._entries = entries
        self._known: dict[int, Indexed] = {}

    async def entry(self, entry_id: int) -> Indexed | None:
        await self.look()
        return self._known.get(entry_id)

    def found(self, entry_id: int) -> Indexed | None:
        return self._known.get(entry_id)

    async def look(self) -> list[Indexed]:
        self._known = {each.id: Indexed(*each) for each in await self._entries.published()}
        return list(self._known.values())
