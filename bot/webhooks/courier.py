"""The courier (投递): posts deliveries to webhooks and robots until they arrive or are given up."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import ColumnElement, CursorResult, delete, exists, select, update

from actions.appeals.tables import AppealEventRow
from bot.background import Rounds
from bot.webhooks.addresses import ForbiddenAddress, Poster
from bot.webhooks.robots import Robot, posting, refusal, robot_of
from bot.webhooks.signing import HEADER, signature
from bot.webhooks.tables import FAILED, PENDING, SENT, WebhookDeliveryRow, WebhookRow
from knowledge.places.tables import PartyRow
from knowledge.storage.database import Database

log = logging.getLogger(__name__)

# How long after which failed try the next one comes; after the last it is given up.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
# Longer than a post can take: then the process that claimed it is gone.
LEASE = timedelta(seconds=60)
# What arrived is forgotten some time after its event; what failed stays until somebody decides.
KEPT = timedelta(days=90)
FORGET_EVERY = timedelta(hours=1)
_AT_ONCE = 16
_GONE = "已经停用或删除，不再发送"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A delivery that is ours until `until`, and where it goes to; None where nobody listens."""

    id: int
    event: str
    body: dict[str, Any]
    attempts: int
    until: datetime
    to: WebhookRow | Robot | None


class Courier(Rounds):
    """Several gateways may run it, each delivery is posted by one."""

    name = "webhook-courier"
    every_seconds = 2.0

    def __init__(self, database: Database, poster: Poster, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._poster = poster
        self._clock = clock
        self._forget_at = clock()

    async def stop(self) -> None:
        await super().stop()
        await self._poster.aclose()

    async def deliver_due(self) -> int:
        """Post everything that is due once; returns how many were tried."""
        tried = 0
        while claims := await self._claim():
            await asyncio.gather(*(self._deliver(each) for each in claims))
            tried += len(claims)
        return tried

    async def forget_old(self) -> None:
        """Delete deliveries that arrived and whose events are long past."""
        long_past = select(AppealEventRow.id).where(AppealEventRow.at < self._clock() - KEPT)
        async with self._database.write() as session:
            await session.execute(
                delete(WebhookDeliveryRow).where(
                    WebhookDeliveryRow.status == SENT, WebhookDeliveryRow.event_id.in_(long_past)
                )
            )

    async def _round(self) -> None:
        now = self._clock()
        if now >= self._forget_at:
            await self.forget_old()
            self._forget_at = now + FORGET_EVERY
        async with self._database.read() as session:
            due = await session.scalar(select(exists().where(_due(now))))
        if due:
            await self.deliver_due()

    async def _claim(self) -> list[_Claim]:
        now = self._clock()
        until = now + LEASE
        claims = []
        async with self._database.write() as session:
            rows = await session.execute(
                select(WebhookDeliveryRow, WebhookRow, PartyRow)
                .outerjoin(WebhookRow, WebhookRow.id == WebhookDeliveryRow.webhook_id)
                .outerjoin(PartyRow, PartyRow.id == WebhookDeliveryRow.party_id)
                .where(_due(now))
                .order_by(WebhookDeliveryRow.next_at, WebhookDeliveryRow.id)
                .limit(_AT_ONCE)
            )
            for row, webhook, party in rows.tuples().all():
                # Of two gateways that read the same row, one still finds it due.
                taken = await session.execute(
                    update(WebhookDeliveryRow)
                    .where(WebhookDeliveryRow.id == row.id, _due(now))
                    .values(next_at=until)
                    .execution_options(synchronize_session=False)
                )
                assert isinstance(taken, CursorResult)
                if taken.rowcount:
                    to = _receiver(webhook, party)
                    event = str(row.body.get("event", ""))
                    claims.append(_Claim(row.id, event, row.body, row.attempts, until, to))
        return claims

    async def _deliver(self, claim: _Claim) -> None:
        error = await self._post(claim)
        attempts = claim.attempts + 1
        values: dict[str, Any] = {"attempts": attempts, "last_error": error, "next_at": None}
        if not error:
            values["status"] = SENT
        elif claim.to is None or attempts > len(BACKOFF):
            values["status"] = FAILED
            log.warning("webhook delivery %d is given up after %d tries", claim.id, attempts)
        else:
            values["next_at"] = self._clock() + BACKOFF[attempts - 1]
            log.info("webhook delivery %d failed (try %d)", claim.id, attempts)
        async with self._database.write() as session:
            await session.execute(
                update(WebhookDeliveryRow)
                .where(
                    WebhookDeliveryRow.id == claim.id,
                    WebhookDeliveryRow.status == PENDING,
                    WebhookDeliveryRow.next_at == claim.until,
                )
                .values(**values)
            )

    async def _post(self, claim: _Claim) -> str:
        """Why it did not arrive; empty where it did."""
        at = self._clock().timestamp()
        try:
            match claim.to:
                case None:
                    return _GONE
                case Robot() as robot:
                    ready = posting(robot, str(claim.body["text"]), at)
                    reply = await self._poster.post(ready.url, ready.body, {})
                    if reply.accepted:
                        return refusal(reply.body)
                case webhook:
                    body = json.dumps(claim.body, ensure_ascii=False).encode()
                    headers = {
                        "X-Minhu-Event": claim.event,
                        "X-Minhu-Delivery": str(claim.id),
                        HEADER: signature(webhook.secret, int(at), body),
                    }
                    reply = await self._poster.post(webhook.url, body, headers)
        except ForbiddenAddress as error:
            return str(error)
        except TimeoutError:
            return "对方 10 秒内没有回答"
        except httpx.HTTPError as error:
            # The message may hold the address with its key; the kind says enough.
            return f"连不上对方（{type(error).__name__}）"
        except Exception:
            log.exception("webhook delivery %d could not be posted", claim.id)
            return "发送时出错，请查看日志"
        return "" if reply.accepted else f"对方回答 {reply.status}"


def _receiver(webhook: WebhookRow | None, party: PartyRow | None) -> WebhookRow | Robot | None:
    if webhook is not None:
        return webhook if webhook.active else None
    return robot_of(party.details) if party is not None else None


def _due(now: datetime) -> ColumnElement[bool]:
    return (WebhookDeliveryRow.status == PENDING) & (WebhookDeliveryRow.next_at <= now)
