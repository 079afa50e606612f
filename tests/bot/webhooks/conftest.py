"""A village whose herald tells a receiver, and the couriers that bring it there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.webhooks.addresses import Poster
from bot.webhooks.courier import Courier
from bot.webhooks.listening import Listening
from bot.webhooks.notices import Alerts
from bot.webhooks.registry import NewWebhook, WebhookPlan, Webhooks
from bot.webhooks.tables import WebhookDeliveryRow
from tests.bot.appeals.conftest import village
from tests.bot.appeals.village import PUBLIC_URL, ZONE, Village
from tests.bot.webhooks.receiver import Receiver, receiving

__all__ = ["village"]


@dataclass
class Line:
    """From an event in the village to the receiver."""

    village: Village
    receiver: Receiver
    webhooks: Webhooks
    courier: Courier

    async def registered(self, *events: str) -> NewWebhook:
        return await self.webhooks.register(WebhookPlan(url=self.receiver.url, events=[*events]))

    async def tell(self) -> None:
        """The herald tells what is new: rows, nothing is posted yet."""
        listening = Listening(self.village.clock, Alerts(ZONE, PUBLIC_URL))
        await self.village.herald(listening.hear).tell_due()

    async def bring(self) -> int:
        await self.tell()
        return await self.courier.deliver_due()

    async def rows(self) -> list[WebhookDeliveryRow]:
        async with self.village.database.read() as session:
            rows = select(WebhookDeliveryRow).order_by(WebhookDeliveryRow.id)
            return list(await session.scalars(rows))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def line(village: Village, receiver: Receiver) -> AsyncIterator[Line]:
    webhooks = Webhooks(village.database, village.clock, allow_private=True)
    poster = Poster(allow_private=True)
    yield Line(village, receiver, webhooks, Courier(village.database, poster, village.clock))
    await poster.aclose()
