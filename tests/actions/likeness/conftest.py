"""Appeals of many households on a real database, with likeness around them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.likeness.assembly import Neighbours
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.databases import Clock

ZONE = ZoneInfo("Asia/Shanghai")
WANG = Actor(By.STAFF, "王芳（wang）")


class CountingEncoder:
    """Texts with a character in common point the same way; counts what it encodes."""

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.broken = False

    async def vector(self, text: str) -> NDArray[np.float32] | None:
        self.encoded.append(text)
        if self.broken:
            return None
        vector = np.full(64, 1.0, np.float32)
        for character in set(text):
            vector[ord(character) % 64] += 1
        return vector / np.linalg.norm(vector)


@dataclass
class Street:
    """One database with the places of the project, and everything around 我家也是."""

    appeals: Appeals
    casework: Casework
    neighbours: Neighbours
    encoder: CountingEncoder
    clock: Clock
    communities: dict[str, int]

    def filing(
        self,
        resident_id: int,
        content: str = "家里停水了",
        category: str = "停水用水",
        community: str | None = "青山里",
        **more: object,
    ) -> Filing:
        known = {
            "resident_id": resident_id,
            "conversation_id": 100 + resident_id,
            "channel": "web",
            "content": content,
            "category": category,
            "community_id": self.communities[community] if community else None,
            **more,
        }
        return Filing.model_validate(known)

    async def filed(self, resident_id: int, *given: str, **more: object) -> Appeal:
        return await self.appeals.file(self.filing(resident_id, *given, **more))  # type: ignore[arg-type]

    async def done(self, appeal: Appeal, *path: Deed) -> Appeal:
        for deed in path:
            appeal = await self.casework.act(appeal.id, deed, WANG)
        return appeal

    async def kinds(self, appeal: Appeal) -> list[str]:
        return [event.kind for event in await self.appeals.history(appeal.id)]


@pytest.fixture
async def street(database: Database, clock: Clock) -> Street:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    now: Callable[[], datetime] = clock
    deadlines, encoder = WorkingDeadlines(ZONE), CountingEncoder()
    casework = Casework(database, now, deadlines)
    return Street(
        Appeals(database, now, ZONE, deadlines),
        casework,
        Neighbours.on(database, casework, deadlines, encoder.vector, now),
        encoder,
        clock,
        {each.name: each.id for each in await places.communities()},
    )


@pytest.fixture
async def elsewhere(street: Street, database_url: str) -> AsyncIterator[Neighbours]:
    """The same in another process, on connections of its own."""
    database, deadlines = Database(database_url), WorkingDeadlines(ZONE)
    casework = Casework(database, street.clock, deadlines)
    yield Neighbours.on(database, casework, deadlines, street.encoder.vector, street.clock)
    await database.close()
