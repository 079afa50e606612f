"""Casework (办理): the one door through which an appeal that exists changes, whoever asks for it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals import deeds
from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.life import (
    Actor,
    AppealStatus,
    By,
    NotYourAppeal,
    StaleAppeal,
    check,
)
from actions.appeals.record import Record
from actions.appeals.tables import AppealEventRow, AppealFollowerRow, AppealRow
from actions.clock.deadlines import Deadlines
from knowledge.storage.database import Database

SYSTEM = Actor(By.SYSTEM, "system")
ANOTHER_PLACE = "居民更正了地点或类别"
_NOT_SIGNED = (AppealStatus.RECEIVED, AppealStatus.DISPATCHED)
# The same deed by the same person so soon is a second click of the first.
_DOUBLE_CLICK = timedelta(seconds=5)


class Casework:
    """Changes appeals for chat, desk, API, the parties' page and the scheduler alike."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], deadlines: Deadlines
    ) -> None:
        self._database = database
        self._clock = clock
        self._record = Record(clock, deadlines)

    async def act(
        self, appeal_id: int, deed: Deed, actor: Actor, expected_version: int | None = None
    ) -> Appeal:
        """Do a deed in a transaction of its own.

        Raises `UnknownAppeal`, `StaleAppeal` where the appeal changed since the caller read
        `expected_version`, and the other errors of `life.py`; then nothing is changed. A second
        click changes nothing either and finds the appeal as the first one left it.
        """
        async with self._database.write() as session:
            return await self.act_within(session, appeal_id, deed, actor, expected_version)

    async def act_within(
        self,
        session: AsyncSession,
        appeal_id: int,
        deed: Deed,
        actor: Actor,
        expected_version: int | None = None,
    ) -> Appeal:
        """The same inside the caller's writing session, beside what else must hold with it."""
        appeal = await self._record.locked(session, appeal_id)
        if await self._is_double_click(session, appeal, deed, actor):
            return appeal
        if expected_version is not None and appeal.version != expected_version:
            raise StaleAppeal
        if isinstance(deed, deeds.Join):
            return await self._join(session, appeal, deed, actor)
        return await self._record.do(session, appeal, deed, actor)

    async def amend(
        self, appeal_id: int, actor: Actor, changes: Mapping[str, Any], note: str
    ) -> Appeal:
        """Put right what was filed wrongly (更正); the event keeps what stood there before.

        `changes` are fields of `Filing` with their new values. Another responsible party gets the
        appeal unless one has signed for it: then staff decide.
        """
        async with self._database.write() as session:
            appeal = await self._record.locked(session, appeal_id)
            row = await session.get_one(AppealRow, appeal_id)
            values = {
                name: value
                for name, value in changes.items()
                if name != "helper_ids" and getattr(row, name) != value
            }
            party_id, helper_ids = values.pop("lead_party_id", None), changes.get("helper_ids", [])
            was = {name: [getattr(row, name), value] for name, value in values.items()}
            appeal = await self._record.write(
                session,
                appeal,
                kind="amended",
                actor=actor.name,
                to=appeal.status,
                columns=values,
                note=note,
                details={"by": actor.by.value, "changes": was},
            )
            if party_id is None or appeal.status not in _NOT_SIGNED:
                return appeal
            to_whom = {"party_id": party_id, "helper_ids": helper_ids}
            if appeal.status is AppealStatus.RECEIVED:
                deed: Deed = deeds.Dispatch(**to_whom)
            else:
                deed = deeds.Redispatch(**to_whom, reason=ANOTHER_PLACE)
            return await self._record.do(session, appeal, deed, SYSTEM)

    async def _join(
        self, session: AsyncSession, appeal: Appeal, deed: deeds.Join, actor: Actor
    ) -> Appeal:
        """One more household; who joined before has joined already."""
        check(appeal.status, deed.move, actor.by)
        if actor.resident_id not in (None, deed.resident_id):
            raise NotYourAppeal("只能用自己的名义加入，不能替别人加入。")
        if deed.resident_id == appeal.resident_id:
            raise NotYourAppeal("这件事就是您自己登记的，有进展会告诉您。")
        joined = await session.scalar(
            select(AppealFollowerRow.id).where(
                AppealFollowerRow.appeal_id == appeal.id,
                AppealFollowerRow.resident_id == deed.resident_id,
            )
        )
        if joined is not None:
            return appeal
        session.add(
            AppealFollowerRow(
                appeal_id=appeal.id,
                resident_id=deed.resident_id,
                conversation_id=deed.conversation_id,
                joined_at=self._clock(),
                place_text=deed.place_text,
                note=deed.note,
            )
        )
        await session.flush()
        return await self._record.do(session, appeal, deed, actor)

    async def _is_double_click(
        self, session: AsyncSession, appeal: Appeal, deed: Deed, actor: Actor
    ) -> bool:
        last = await session.scalar(
            select(AppealEventRow)
            .where(AppealEventRow.appeal_id == appeal.id)
            .order_by(AppealEventRow.sequence.desc())
            .limit(1)
        )
        return (
            last is not None
            and self._clock() - last.at < _DOUBLE_CLICK
            and (last.kind, last.actor, last.note) == (deed.move, actor.name, deed.words)
            and deed.details.items() <= last.details.items()
        )
