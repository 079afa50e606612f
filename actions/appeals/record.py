"""The append-only history of an appeal (办理过程): who did what, and when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import Appeal, AppealStatus
from actions.appeals.tables import AppealEventRow


class History:
    """Writes events into a session that the caller commits."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def append(
        self,
        session: AsyncSession,
        appeal: Appeal,
        kind: str,
        actor: str,
        *,
        note: str = "",
        to: AppealStatus | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Write the next event of an appeal, as it stood before the change."""
        last = await session.scalar(
            select(func.max(AppealEventRow.sequence)).where(AppealEventRow.appeal_id == appeal.id)
        )
        came_from = appeal.status if to else None
        facts: Any = {"note": note, "came_from": came_from, "to": to, "details": details}
        self.write(session, appeal.id, (last or 0) + 1, kind, actor, **facts)
        await session.flush()

    def write(
        self,
        session: AsyncSession,
        appeal_id: int,
        sequence: int,
        kind: str,
        actor: str,
        *,
        note: str = "",
        came_from: AppealStatus | None = None,
        to: AppealStatus | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Write one event under a number that the caller knows to be free."""
        session.add(
            AppealEventRow(
                appeal_id=appeal_id,
                sequence=sequence,
                kind=kind,
                from_status=came_from or "",
                to_status=to or "",
                actor=actor,
                note=note,
                details=details or {},
                at=self._clock(),
            )
        )
