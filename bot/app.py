"""The gateway: one FastAPI app around the parts of `bot.parts`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from nicegui import ui

from actions.appeals.dispatch import Dispatch
from bot.api.appeals import appeals_api
from bot.api.desk import desk_api
from bot.api.health import health_api
from bot.api.knowledge import knowledge_api
from bot.channels.web.routes import web_router
from bot.channels.wechat.routes import wechat_routes
from bot.desk.pages import register_desk
from bot.desk.residents import Residents
from bot.desk.service import DeskServices
from bot.office.editing import KnowledgeEditing
from bot.office.register import register_office
from bot.office.services import OfficeServices
from bot.parts import Parts, build_parts
from bot.settings import GatewaySettings
from bot.staff.guard import OwnOriginOnly
from bot.staff.routes import staff_router
from knowledge.logs import set_up_logging

TITLE = "民呼我应"


def create_app() -> FastAPI:
    """The gateway with settings from the environment."""
    settings = GatewaySettings()
    set_up_logging(settings.log_level)
    return build_app(build_parts(settings))


def build_app(parts: Parts) -> FastAPI:
    """The gateway around parts that are built already."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await parts.start(stack)
            yield

    settings = parts.settings
    app = FastAPI(title=TITLE, version="0.1.0", lifespan=lifespan)
    app.add_middleware(OwnOriginOnly, public_url=settings.public_url, exempt=("/wechat",))
    app.router.routes.extend(wechat_routes(parts.wechat))
    app.include_router(health_api(parts))
    app.include_router(
        web_router(
            parts.conversations,
            parts.mailbox,
            parts.media,
            parts.live,
            parts.secret_key,
            settings.secure_cookies,
            settings.public_url,
        )
    )
    app.include_router(
        staff_router(parts.accounts, parts.guard, secure_cookies=settings.secure_cookies)
    )
    editing = KnowledgeEditing(
        entries=parts.entries,
        accounts=parts.accounts,
        live=parts.live,
        try_search=parts.search.search,
        rehearse=parts.search.rehearse,
    )
    app.include_router(knowledge_api(editing, parts.guard))
    desk = DeskServices(
        guard=parts.guard,
        handoffs=parts.handoffs,
        appeals=parts.appeals,
        residents=Residents(parts.database),
        dispatch=Dispatch(parts.places),
        media=parts.media,
        live=parts.live,
        clock=parts.clock,
        zone=parts.zone,
    )
    app.include_router(desk_api(desk))
    app.include_router(appeals_api(desk))
    register_desk(desk)
    register_office(OfficeServices(editing, parts.guard, parts.clock, parts.zone))
    ui.run_with(app, title=TITLE, storage_secret=parts.secret_key, language="zh-CN", tailwind=False)
    return app
