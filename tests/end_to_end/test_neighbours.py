"""我家也是 by chat: who reports what others reported is asked to join, and one tap does."""

import re

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = re.compile(r"SQ\d{12}")


def _number(said: str) -> str:
    found = NUMBER.search(said)
    assert found, said
    return found.group()


async def test_neighbours_join_what_one_of_them_reported(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "江城雅苑7栋电梯坏了，按了没反应")
    number = _number("\n".join(await platform.say(openid, "确认")))

    second = f"{openid}-2"
    offer = "\n".join(await platform.say(second, "江城雅苑7栋的电梯又不动了，老人下不去"))
    assert f"已有 1 户反映同一问题（编号 {number}" in offer and "要一起关注吗" in offer
    joined = "\n".join(await platform.say(second, "我家也是"))
    assert number in joined and "2 户" in joined

    third = f"{openid}-3"
    offer = "\n".join(await platform.say(third, "江城雅苑7栋电梯停了"))
    assert "已有 2 户反映同一问题" in offer
    own = _number("\n".join(await platform.say(third, "还是单独登记")))
    assert own != number

    appeal = (await admin.get("/appeals", q=number))["items"][0]
    assert appeal["followers"] == 1
    kinds = [event["kind"] for event in (await admin.get(f"/appeals/{appeal['id']}"))["history"]]
    assert kinds.count("join") == 1


async def test_another_building_is_another_lift(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    await platform.say(openid, "江城雅苑8栋电梯坏了")
    await platform.say(openid, "确认")
    said = "\n".join(await platform.say(f"{openid}-2", "江城雅苑9栋电梯坏了"))
    assert "要一起关注吗" not in said and "江城雅苑9栋" in said
