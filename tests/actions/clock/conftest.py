"""A community at work on a real database: appeals with a party, and the watch over them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from actions.appeals.appeal import Appeal, AppealEvent, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealAlarmRow
from actions.clock.deadlines import WorkingDeadlines
from actions.clock.watch import Watch
from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Database
from tests.databases import Clock

ZONE = ZoneInfo("Asia/Shanghai")
STAFF = Actor(By.STAFF, "王芳")
SECRETARY = Actor(By.SECRETARY, "李书记")


@dataclass
class Community:
    """One process of the product, on a clock that tests put forward."""

    database: Database
    clock: Clock
    deadlines: WorkingDeadlines
    appeals: Appeals
    casework: Casework
    watch: Watch
    party_id: int
    other_id: int

    async def filed(self, category: str = "漏水", **facts: Any) -> Appeal:
        """An appeal that is with its party from now on."""
        plain = {"resident_id": 1, "channel": "web", "content": "楼道漏水", "category": category}
        return await self.appeals.file(
            Filing.model_validate({**plain, "lead_party_id": self.party_id, **facts})
        )

    async def act(self, appeal: Appeal, deed: Deed, actor: Actor = STAFF) -> Appeal:
        return await self.casework.act(appeal.id, deed, actor)

    def go_to(self, wall_clock: str) -> None:
        """Put the clock forward to a moment of the residents' day."""
        moment = datetime.fromisoformat(wall_clock).replace(tzinfo=ZONE)
        assert moment >= self.clock()
        self.clock.forward(moment - self.clock())

    async def swept(self, wall_clock: str = "") -> int:
        if wall_clock:
            self.go_to(wall_clock)
        return await self.watch.sweep()

    async def told(self, appeal: Appeal) -> list[AppealEvent]:
        """What the watch has added to the history."""
        history = await self.appeals.history(appeal.id)
        return [each for each in history if each.kind in ("reminder", "alarm", "escalate")]

    async def steps(self, appeal: Appeal) -> list[str]:
        return [
            f"{each.kind} {each.details.get('step', each.details.get('level'))}"
            for each in await self.told(appeal)
        ]

    async def claims(self) -> list[tuple[int, str, datetime]]:
        async with self.database.read() as session:
            rows = await session.scalars(select(AppealAlarmRow).order_by(AppealAlarmRow.id))
            return [(row.appeal_id, row.kind, row.due_at) for row in rows]


def process(database: Database, clock: Clock, party_id: int = 0, other_id: int = 0) -> Community:
    """The parts as one process builds them."""
    deadlines = WorkingDeadlines(ZONE)
    casework = Casework(database, clock, deadlines)
    watch = Watch(database, casework, deadlines, clock)
    appeals = Appeals(database, clock, ZONE, deadlines)
    return Community(database, clock, deadlines, appeals, casework, watch, party_id, other_id)


@pytest.fixture
async def community(database: Database, clock: Clock) -> Community:
    """It is Tuesday, 24 November 2026, 10:00 on the residents' clock."""
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
    return process(database, clock, first, second)
