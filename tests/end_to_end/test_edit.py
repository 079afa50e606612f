"""The office edits; the very next answer uses it, with no retraining and no restart."""

from typing import Any

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


def content(answer: str) -> dict[str, Any]:
    return {
        "title": "社区共享雨伞怎么借",
        "topic": "社区生活",
        "questions": ["共享雨伞在哪借", "下雨了社区能借伞吗", "借伞要押金吗"],
        "answer": answer,
        "sections": {"where": "社区服务大厅门口的伞架"},
        "source": "",
        "local": True,
        "checked_on": "2026-11-24",
    }


async def test_an_edit_is_live_at_the_next_answer(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    first = await admin.post("/knowledge/entries", content=content("扫码就能借，三天内归还。"))
    await admin.post(f"/knowledge/entries/{first['id']}/publish", note="新增")
    (said,) = await platform.say(openid, "共享雨伞在哪借")
    assert "三天内归还" in said

    changed = await admin.get(f"/knowledge/entries/{first['id']}")
    await admin.put(
        f"/knowledge/entries/{first['id']}/draft",
        content=content("扫码就能借，七天内归还。"),
        expected=changed["updated_at"],
    )
    (before,) = await platform.say(openid, "共享雨伞在哪借")
    assert "三天内归还" in before
    await admin.post(f"/knowledge/entries/{first['id']}/publish", note="延长")
    (after,) = await platform.say(openid, "共享雨伞在哪借")
    assert "七天内归还" in after

    await admin.post(f"/knowledge/entries/{first['id']}/retire", note="雨季过了")
    (retired,) = await platform.say(openid, "共享雨伞在哪借")
    assert "七天内归还" not in retired
