"""A small office: three parties of one community, and everybody who acts on appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from actions.appeals.appeal import Appeal, AppealEvent, Filing
from actions.appeals.casework import SYSTEM, Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.appeals.tables import AppealNewsRow
from actions.clock.deadlines import Due
from knowledge.places.tables import CommunityRow, PartyRow
from knowledge.storage.database import Database
from tests.databases import Clock

ZONE = ZoneInfo("Asia/Shanghai")
WANG, SECRETARY = Actor(By.STAFF, "王芳（wang）"), Actor(By.SECRETARY, "李书记（li）")
RESIDENT = Actor(By.RESIDENT, "resident", resident_id=1)


class FixedDeadlines:
    """Two hours to sign, a day to make contact, five days to solve."""

    def at_dispatch(self, kind: str, category: str, urgency: str, now: datetime) -> Due:
        return Due(now + timedelta(hours=2), now + timedelta(days=1), now + timedelta(days=5))


@dataclass
class Office:
    """Appeals, what is done to them, and who does it."""

    database: Database
    appeals: Appeals
    casework: Casework
    clock: Clock
    community_id: int
    # The property firm, the owners' committee and the street.
    parties: Sequence[int]

    @property
    def property(self) -> Actor:
        return self.party(0, "张师傅（zhang）")

    def party(self, which: int, name: str = "某师傅") -> Actor:
        return Actor(By.PARTY, name, party_id=self.parties[which])

    async def filed(self, **facts: Any) -> Appeal:
        plain = {"resident_id": 1, "channel": "web", "content": "楼道漏水", "category": "漏水"}
        return await self.appeals.file(Filing(**{**plain, **facts}))

    async def dispatched(self, **facts: Any) -> Appeal:
        """Filed and dispatched to the property firm, which the owners' committee helps."""
        lead, helper, _ = self.parties
        return await self.filed(lead_party_id=lead, helper_ids=[helper], **facts)

    async def done(self, appeal: Appeal, *path: tuple[Deed, Actor]) -> Appeal:
        """These deeds one after the other, a minute apart."""
        for deed, actor in path:
            self.clock.forward(timedelta(minutes=1))
            appeal = await self.casework.act(appeal.id, deed, actor)
        return appeal

    async def last(self, appeal: Appeal) -> AppealEvent:
        return (await self.appeals.history(appeal.id))[-1]

    async def news(self) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.count()).select_from(AppealNewsRow)) or 0


@pytest.fixture
async def office(database: Database, clock: Clock) -> Office:
    deadlines = FixedDeadlines()
    async with database.write() as session:
        community = CommunityRow(slug="qsl", name="青山里", kind="old", aliases=[])
        session.add(community)
        await session.flush()
        kinds = {"property": "青山物业", "owners": "青山业委会", "street": "青山街道"}
        rows = [
            PartyRow(community_id=community.id, kind=kind, name=name, handles=[], details={})
            for kind, name in kinds.items()
        ]
        session.add_all(rows)
        await session.flush()
    return Office(
        database,
        Appeals(database, clock, ZONE, deadlines),
        Casework(database, clock, deadlines),
        clock,
        community.id,
        [row.id for row in rows],
    )


__all__ = ["RESIDENT", "SECRETARY", "SYSTEM", "WANG", "ZONE", "Office"]
