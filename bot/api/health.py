"""Whether the gateway and what it leans on are well (/health)."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel
from redis.exceptions import RedisError
from sqlalchemy import text

from bot.parts import Parts
from bot.supervisor.probes import http_is_well


class Health(BaseModel):
    """`ok` while residents are served as they should be; the parts say what is missing."""

    status: str
    database: bool
    redis: bool
    rasa: bool
    actions: bool
    encoder: bool


def health_api(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/health", summary="运行状况")
    async def health(response: Response) -> Health:
        database, redis, rasa, actions = await asyncio.gather(
            _database_is_well(parts),
            _redis_is_well(parts),
            parts.brain.ready(),
            http_is_well(f"{parts.settings.actions_url}/health"),
        )
        encoder = parts.search.dense
        well = database and redis and rasa and actions and encoder
        if not database:
            response.status_code = 503
        return Health(
            status="ok" if well else "degraded",
            database=database,
            redis=redis,
            rasa=rasa,
            actions=actions,
            encoder=encoder,
        )

    return router


async def _database_is_well(parts: Parts) -> bool:
    try:
        async with parts.database.read() as session:
            await session.execute(text("SELECT 1"))
    except Exception:
        # Any error of any driver means the same here: the database does not answer.
        return False
    return True


async def _redis_is_well(parts: Parts) -> bool:
    try:
        return bool(await parts.redis.ping())
    except (RedisError, OSError):
        return False
