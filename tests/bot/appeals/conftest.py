"""The clock's community for the watch, and a village for the herald."""

import pytest

from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Database
from tests.actions.clock.conftest import community
from tests.bot.appeals.village import Village
from tests.databases import Clock

__all__ = ["community", "village"]


@pytest.fixture
async def village(database_url: str, database: Database, clock: Clock) -> Village:
    async with database.write() as session:
        row = CommunityRow(slug="qsl", name="青山里", kind="old", aliases=[])
        session.add(row)
        await session.flush()
        parties = [
            PartyRow(community_id=row.id, kind="property", name=name, handles=[], details={})
            for name in ("青山物业", "江城供水")
        ]
        session.add_all(parties)
        await session.flush()
        first, second = (party.id for party in parties)
    return Village(database_url, database, clock, first, second)
