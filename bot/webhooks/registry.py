"""Who is told of events (对接登记): webhooks, the robots of parties, and what did not arrive."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from actions.appeals.tables import AppealEventRow, AppealRow
from bot.webhooks.addresses import check_url
from bot.webhooks.notices import EVENT_WORDS
from bot.webhooks.robots import Robot, RobotKind, robot_of
from bot.webhooks.tables import FAILED, PENDING, WebhookDeliveryRow, WebhookRow
from knowledge.places.tables import PartyRow
from knowledge.storage.database import Database


class UnknownWebhook(LookupError):
    """No such webhook, delivery or party."""


class WebhookPlan(BaseModel):
    """What to register: an address and the kinds of events; none means every kind."""

    model_config = ConfigDict(str_strip_whitespace=True)

    url: str = Field(min_length=1, max_length=500, description="接收地址，http 或 https")
    events: list[str] = Field([], description="要通知的事件；不填则全部")
    active: bool = True

    @field_validator("events")
    @classmethod
    def _known(cls, events: list[str]) -> list[str]:
        unknown = [each for each in events if each not in EVENT_WORDS]
        if unknown:
            raise ValueError(f"没有这种事件：{'、'.join(unknown)}")
        return sorted(set(events))


class Webhook(BaseModel):
    """A webhook as stored, without its secret."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime


class NewWebhook(Webhook):
    """The only time that the secret is shown."""

    secret: str = Field(description="签名密钥，只显示这一次")


class RobotView(BaseModel):
    """A party and its robot; of the address only the host is shown, for the rest is a key."""

    party_id: int
    party: str
    kind: RobotKind | None
    host: str
    signed: bool


class Delivery(BaseModel):
    """One event on its way to one receiver."""

    id: int
    webhook_id: int | None
    party_id: int | None
    receiver: str
    event: str
    number: str
    status: str
    attempts: int
    next_at: datetime | None
    last_error: str


class Webhooks:
    """Reads and changes what is registered; who may do so is checked by the caller."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], allow_private: bool = False
    ) -> None:
        self._database = database
        self._clock = clock
        self._allow_private = allow_private

    async def list(self) -> Sequence[Webhook]:
        async with self._database.read() as session:
            rows = await session.scalars(select(WebhookRow).order_by(WebhookRow.id))
            return [Webhook.model_validate(row, from_attributes=True) for row in rows]

    async def register(self, plan: WebhookPlan) -> NewWebhook:
        """With a secret of its own; raises `ForbiddenAddress`."""
        check_url(plan.url, self._allow_private)
        row = WebhookRow(**plan.model_dump(), secret=_new_secret(), created_at=self._clock())
        async with self._database.write() as session:
            session.add(row)
            await session.flush()
            return NewWebhook.model_validate(row, from_attributes=True)

    async def change(self, webhook_id: int, plan: WebhookPlan) -> Webhook:
        """Raises `ForbiddenAddress` and `UnknownWebhook`."""
        check_url(plan.url, self._allow_private)
        async with self._database.write() as session:
            row = await _webhook(session, webhook_id)
            row.url, row.events, row.active = plan.url, plan.events, plan.active
            return Webhook.model_validate(row, from_attributes=True)

    async def renew_secret(self, webhook_id: int) -> NewWebhook:
        """A new secret; the old one signs nothing any more. Raises `UnknownWebhook`."""
        async with self._database.write() as session:
            row = await _webhook(session, webhook_id)
            row.secret = _new_secret()
            return NewWebhook.model_validate(row, from_attributes=True)

    async def remove(self, webhook_id: int) -> None:
        """With what was on its way to it; raises `UnknownWebhook`."""
        async with self._database.write() as session:
            row = await _webhook(session, webhook_id)
            await session.execute(
                delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id)
            )
            await session.delete(row)

    async def robots(self) -> Sequence[RobotView]:
        """Every party, with its robot where it has one."""
        async with self._database.read() as session:
            rows = await session.scalars(select(PartyRow).order_by(PartyRow.id))
            return [_robot_view(row) for row in rows]

    async def set_robot(self, party_id: int, robot: Robot | None) -> RobotView:
        """Give a party a robot, or take it away; raises `ForbiddenAddress`, `UnknownWebhook`."""
        if robot is not None:
            check_url(robot.url, self._allow_private)
        async with self._database.write() as session:
            row = await session.get(PartyRow, party_id, with_for_update=True)
            if row is None:
                raise UnknownWebhook("没有这个责任主体。")
            others = {name: value for name, value in row.details.items() if name != "robot"}
            told = {"robot": robot.model_dump(mode="json")} if robot else {}
            row.details = others | told
            return _robot_view(row)

    async def deliveries(self, status: str = "", limit: int = 50) -> Sequence[Delivery]:
        """The newest first; those of one status, or all."""
        query = (
            select(
                WebhookDeliveryRow,
                WebhookRow.url,
                PartyRow.name,
                AppealEventRow.kind,
                AppealRow.number,
            )
            .outerjoin(WebhookRow, WebhookRow.id == WebhookDeliveryRow.webhook_id)
            .outerjoin(PartyRow, PartyRow.id == WebhookDeliveryRow.party_id)
            .join(AppealEventRow, AppealEventRow.id == WebhookDeliveryRow.event_id)
            .join(AppealRow, AppealRow.id == AppealEventRow.appeal_id)
            .order_by(WebhookDeliveryRow.id.desc())
            .limit(limit)
        )
        if status:
            query = query.where(WebhookDeliveryRow.status == status)
        async with self._database.read() as session:
            return [
                Delivery(
                    id=row.id,
                    webhook_id=row.webhook_id,
                    party_id=row.party_id,
                    receiver=party or urlsplit(url or "").netloc,
                    event=kind,
                    number=number,
                    status=row.status,
                    attempts=row.attempts,
                    next_at=row.next_at,
                    last_error=row.last_error,
                )
                for row, url, party, kind, number in await session.execute(query)
            ]

    async def send_again(self, delivery_id: int) -> None:
        """Give a delivery that was given up all its tries again; raises `UnknownWebhook`."""
        async with self._database.write() as session:
            again = await session.scalar(
                update(WebhookDeliveryRow)
                .where(WebhookDeliveryRow.id == delivery_id, WebhookDeliveryRow.status == FAILED)
                .values(status=PENDING, attempts=0, next_at=self._clock(), last_error="")
                .returning(WebhookDeliveryRow.id)
            )
            if again is None:
                raise UnknownWebhook("这条通知不在发送失败之列，可能已经重发了。")


async def _webhook(session: AsyncSession, webhook_id: int) -> WebhookRow:
    row = await session.get(WebhookRow, webhook_id, with_for_update=True)
    if row is None:
        raise UnknownWebhook("没有这个对接地址，可能已被删除。")
    return row


def _robot_view(row: PartyRow) -> RobotView:
    robot = robot_of(row.details)
    return RobotView(
        party_id=row.id,
        party=row.name,
        kind=robot.kind if robot else None,
        host=urlsplit(robot.url).netloc if robot else "",
        signed=bool(robot and robot.secret),
    )


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
