"""A real gateway with the desk alone: `python -m tests.bot.desk.server DATABASE_URL REDIS_URL FOLDER PORT`."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from nicegui import ui

from bot.api.appeals import appeals_api
from bot.api.desk import desk_api
from bot.api.exchange import exchange_api
from bot.desk.pages import register_desk
from bot.exchange.importing import Importer
from bot.exchange.writing import Exports
from bot.staff.guard import OwnOriginOnly
from bot.staff.routes import staff_router
from tests.bot.desk.world import World, open_world


def gateway(world: World) -> FastAPI:
    """The composition root of the test."""
    app = FastAPI()
    app.include_router(staff_router(world.accounts, world.services.guard))
    app.include_router(desk_api(world.services))
    services, clock = world.services, world.clock
    importer = Importer(world.database, world.appeals, services.dispatch, clock)
    exports = Exports(world.database, clock, services.zone)
    app.include_router(exchange_api(exports, importer, services.guard))
    app.include_router(appeals_api(services))
    app.add_middleware(OwnOriginOnly)
    return app


async def serve(database_url: str, redis_url: str, media: Path, port: int) -> None:
    async with open_world(database_url, redis_url, media, lambda: datetime.now(UTC)) as world:
        app = gateway(world)
        register_desk(world.cases)
        ui.run_with(app, language="zh-CN", show_welcome_message=False)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
        await world.herald.start()
        await uvicorn.Server(config).serve()
        await world.herald.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
