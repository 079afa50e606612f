"""The address that WeChat calls: /wechat (服务器地址 URL).

Source: developers.weixin.qq.com, 公众号 → 接入指南, 接收普通消息.
"""

import asyncio
import logging

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.envelope import WrongSignature
from bot.channels.wechat.fields import MalformedMessage

log = logging.getLogger(__name__)

# A text of 2,048 bytes in compatible mode, plain and encrypted, has under 10 KiB.
MAX_BODY = 64 * 1024


def wechat_routes(channel: WeChatChannel) -> list[Route]:
    """GET /wechat proves to WeChat that the address is ours; POST /wechat takes messages.

    404 while no token is configured, 403 for a wrong signature, 400 for a malformed message.
    Plain routes: a request that is bytes to us has no use for FastAPI's reading of parameters.
    """

    async def verify(request: Request) -> Response:
        query = request.query_params
        if not channel.is_connected:
            return _not_connected()
        try:
            channel.envelope.check_address(query)
        except WrongSignature as error:
            return _forbidden(error)
        return PlainTextResponse(query.get("echostr", ""))

    async def receive(request: Request) -> Response:
        until = asyncio.get_running_loop().time() + channel.deadline
        if not channel.is_connected:
            return _not_connected()
        try:
            channel.envelope.check_address(request.query_params)
            async with asyncio.timeout_at(until):
                body = await _body(request)
            opened = channel.envelope.open(request.query_params, body)
        except WrongSignature as error:
            return _forbidden(error)
        except (MalformedMessage, TimeoutError, ClientDisconnect) as error:
            log.warning("WeChat message refused: %s %s", type(error).__name__, error)
            return PlainTextResponse("", status_code=400)
        answer = await channel.take(opened.message, until)
        background = BackgroundTask(answer.afterwards) if answer.afterwards else None
        if not answer.text:
            return PlainTextResponse("success", background=background)
        xml = channel.envelope.close(opened, answer.text)
        return Response(xml, media_type="application/xml", background=background)

    return [
        Route("/wechat", receive, methods=["POST"]),
        Route("/wechat", verify, methods=["GET"]),
    ]


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it proves too large. Raises `MalformedMessage`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise MalformedMessage("larger than 64 KiB")
    return bytes(body)


def _not_connected() -> Response:
    log.warning("WeChat called, but no WECHAT_TOKEN is configured")
    return PlainTextResponse("", status_code=404)


def _forbidden(error: WrongSignature) -> Response:
    log.warning("WeChat request refused: %s", error)
    return PlainTextResponse("", status_code=403)
