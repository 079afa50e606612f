"""Whether a process serves yet: one short question each, answered with yes or no."""

import httpx
from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

# trust_env=False: a proxy set for the outside must not catch questions to our own machine.
PATIENCE = 2.0


async def redis_answers(url: str) -> bool:
    # No retries of the client's own: whoever asks here asks again, and sooner.
    client = Redis.from_url(
        url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), retries=0),
    )
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()


async def http_answers(url: str) -> bool:
    """Any answer counts: a gateway that reports a missing part in /health serves all the same."""
    return await _status(url) is not None


async def http_is_well(url: str) -> bool:
    return await _status(url) == 200


async def rasa_understands(url: str, token: str) -> bool:
    """Parsing counts, not /status: the first parse loads the dictionary, which takes a second."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10.0) as client:
            answer = await client.post(
                f"{url}/model/parse", params={"token": token}, json={"text": "你好"}
            )
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


async def _status(url: str) -> int | None:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
            return (await client.get(url)).status_code
    except httpx.HTTPError:
        return None
