"""Degrade, never drop: each part of the running product is killed, and residents are answered.

The supervisor starts what was killed again; each test waits until all is well before it ends.
"""

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")
HEALTHY_AGAIN = 120.0


async def test_without_rasa_knowledge_alone_answers(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    product.child("rasa").kill()
    said = "\n".join(await platform.say(openid, "高龄津贴怎么申请"))
    await product.until_healthy(HEALTHY_AGAIN)
    assert "高龄津贴" in said
    assert "老年人权益保障法" in said


async def test_without_rasa_what_knowledge_does_not_know_goes_to_a_person(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    product.child("rasa").kill()
    text = f"昨天说好的那件事现在怎么样啦 {openid[-6:]}"
    said = "\n".join(await platform.say(openid, text))
    assert "记下" in said
    assert (await admin.waiting_for(text))["reason"] == "system"
    await product.until_healthy(HEALTHY_AGAIN)


async def test_without_actions_the_message_is_kept_for_a_person(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    product.child("actions").kill()
    text = f"前天讲好的那桩事情后来怎么样啦 {openid[-6:]}"
    said = "\n".join(await platform.say(openid, text))
    assert "记下" in said
    assert (await admin.waiting_for(text))["reason"] == "system"
    await product.until_healthy(HEALTHY_AGAIN)


async def test_without_redis_residents_are_still_answered(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    product.child("redis").kill()
    said = "\n".join(await platform.say(openid, "居住证怎么办"))
    await product.until_healthy(HEALTHY_AGAIN)
    assert said
    (after,) = await platform.say(f"{openid}-2", "居住证怎么办")
    assert "居住证" in after


async def test_a_gateway_that_dies_loses_no_message(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    product.child("gateway").kill()
    said = "\n".join(await platform.say(openid, "居住证怎么办", wait=60))
    await product.until_healthy(HEALTHY_AGAIN)
    assert "居住证" in said
