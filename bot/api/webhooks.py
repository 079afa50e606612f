"""REST of outgoing notices (对接): webhooks, the robots of parties, and what did not arrive."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query

from bot.staff.guard import StaffGuard
from bot.staff.member import Role
from bot.staff.spoken import spoken
from bot.webhooks.addresses import ForbiddenAddress
from bot.webhooks.notices import EVENT_WORDS
from bot.webhooks.registry import (
    Delivery,
    NewWebhook,
    RobotView,
    UnknownWebhook,
    Webhook,
    WebhookPlan,
    Webhooks,
)
from bot.webhooks.robots import Robot

_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "没有登录"},
    403: {"description": "不是管理员，或缺少 X-CSRF-Token"},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "没有找到"}}
_FORBIDDEN: dict[int | str, dict[str, Any]] = {422: {"description": "不能发往这个地址"}}
WebhookId = Annotated[int, Path(description="对接编号")]
PartyId = Annotated[int, Path(description="责任主体编号")]


def webhooks_api(webhooks: Webhooks, guard: StaffGuard) -> APIRouter:
    """Routes under /api/v1/webhooks and /api/v1/robots; all for administrators."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["对接"],
        route_class=spoken({UnknownWebhook: 404, ForbiddenAddress: 422}),
        responses=_REFUSED,
        dependencies=[Depends(guard.require_role(Role.ADMIN))],
    )
    _webhooks(router, webhooks)
    _deliveries(router, webhooks)
    _robots(router, webhooks)
    return router


def _webhooks(router: APIRouter, webhooks: Webhooks) -> None:
    @router.get("/webhooks", summary="对接地址")
    async def list_webhooks() -> list[Webhook]:
        return list(await webhooks.list())

    @router.get("/webhooks/events", summary="有哪些事件，和它们的名称")
    async def list_events() -> dict[str, str]:
        return EVENT_WORDS

    @router.post("/webhooks", status_code=201, summary="登记一个地址", responses=_FORBIDDEN)
    async def register(plan: WebhookPlan) -> NewWebhook:
        """签名密钥只在这里返回一次。"""
        return await webhooks.register(plan)

    @router.put("/webhooks/{webhook_id}", summary="修改或停用", responses=_UNKNOWN | _FORBIDDEN)
    async def change(webhook_id: WebhookId, plan: WebhookPlan) -> Webhook:
        return await webhooks.change(webhook_id, plan)

    @router.post("/webhooks/{webhook_id}/secret", summary="换一个签名密钥", responses=_UNKNOWN)
    async def renew(webhook_id: WebhookId) -> NewWebhook:
        """旧密钥马上作废；新密钥只返回这一次。"""
        return await webhooks.renew_secret(webhook_id)

    @router.delete("/webhooks/{webhook_id}", status_code=204, summary="删除", responses=_UNKNOWN)
    async def remove(webhook_id: WebhookId) -> None:
        """还没发出去的通知一起删除。"""
        await webhooks.remove(webhook_id)


def _deliveries(router: APIRouter, webhooks: Webhooks) -> None:
    @router.get("/webhooks/deliveries", summary="发送记录，新的在前")
    async def deliveries(
        status: Literal["", "pending", "sent", "failed"] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> list[Delivery]:
        return list(await webhooks.deliveries(status, limit))

    @router.post(
        "/webhooks/deliveries/{delivery_id}/retry",
        status_code=204,
        summary="发送失败的，再发一次",
        responses=_UNKNOWN,
    )
    async def send_again(delivery_id: int) -> None:
        await webhooks.send_again(delivery_id)


def _robots(router: APIRouter, webhooks: Webhooks) -> None:
    @router.get("/robots", summary="各责任主体的群机器人")
    async def robots() -> list[RobotView]:
        """机器人的地址里有密钥，只显示域名。"""
        return list(await webhooks.robots())

    @router.put("/robots/{party_id}", summary="设置群机器人", responses=_UNKNOWN | _FORBIDDEN)
    async def set_robot(party_id: PartyId, robot: Robot) -> RobotView:
        return await webhooks.set_robot(party_id, robot)

    @router.delete("/robots/{party_id}", summary="去掉群机器人", responses=_UNKNOWN)
    async def remove_robot(party_id: PartyId) -> RobotView:
        return await webhooks.set_robot(party_id, None)
