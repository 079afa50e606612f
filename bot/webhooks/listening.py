"""Puts an event on its way (入队) to each webhook and robot that wants to hear of it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.appeal import Appeal, AppealEvent
from bot.webhooks.notices import Alerts, notice
from bot.webhooks.robots import robot_of
from bot.webhooks.tables import PENDING, WebhookDeliveryRow, WebhookRow
from knowledge.places.place import PartyKind
from knowledge.places.tables import PartyRow


class Listening:
    """Hears what the herald tells; writes rows alone, in the herald's transaction."""

    def __init__(self, clock: Callable[[], datetime], alerts: Alerts) -> None:
        self._clock = clock
        self._alerts = alerts

    async def hear(self, session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
        """One delivery for each webhook, and one for each party's robot, that asked for it."""
        await self._to_webhooks(session, event, appeal)
        await self._to_robots(session, event, appeal)

    async def _to_webhooks(self, session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
        active = select(WebhookRow).where(WebhookRow.active).order_by(WebhookRow.id)
        for webhook in await session.scalars(active):
            if not webhook.events or event.kind in webhook.events:
                session.add(self._delivery(event, notice(event, appeal), webhook_id=webhook.id))

    async def _to_robots(self, session: AsyncSession, event: AppealEvent, appeal: Appeal) -> None:
        community_party = await session.scalar(
            select(PartyRow.id)
            .where(
                PartyRow.community_id == appeal.community_id,
                PartyRow.kind == PartyKind.COMMUNITY,
            )
            .order_by(PartyRow.id)
            .limit(1)
        )
        said = self._alerts(event, appeal, community_party)
        if not said:
            return
        parties = select(PartyRow).where(PartyRow.id.in_(said)).order_by(PartyRow.id)
        for party in await session.scalars(parties):
            if robot_of(party.details):
                session.add(self._delivery(event, {"text": said[party.id]}, party_id=party.id))

    def _delivery(
        self, event: AppealEvent, body: dict[str, object], **receiver: int
    ) -> WebhookDeliveryRow:
        return WebhookDeliveryRow(
            event_id=event.id,
            body=body,
            status=PENDING,
            attempts=0,
            next_at=self._clock(),
            last_error="",
            **receiver,
        )
