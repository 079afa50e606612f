"""Rasa's memory of a conversation lasts as long as its matter is open, and no longer."""

import pytest
from redis.asyncio import Redis

from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def remembered(product: Product) -> set[str]:
    async with Redis.from_url(product.address("REDIS_URL"), decode_responses=True) as redis:
        return set(await redis.keys("minhu:tracker:*"))


async def test_a_question_answered_leaves_nothing_behind(
    product: Product, platform: WeChatPlatform, openid: str
) -> None:
    before = await remembered(product)
    assert await platform.say(openid, "高龄津贴怎么申请")
    assert await remembered(product) == before


async def test_an_appeal_is_remembered_until_it_is_filed(
    product: Product, platform: WeChatPlatform, openid: str
) -> None:
    before = await remembered(product)
    await platform.say(openid, "电梯坏了")
    await platform.say(openid, "江城雅苑3栋2单元")
    assert len(await remembered(product) - before) == 1
    (filed,) = await platform.say(openid, "确认")
    assert "江城雅苑物业" in filed
    assert await remembered(product) == before
