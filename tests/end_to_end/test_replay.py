"""`make replay` tells what became of each message."""

import pytest

from knowledge.storage.database import Database
from tests.product import Product
from tests.replay.__main__ import summary
from tests.replay.messages import Line
from tests.replay.player import Player
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_message_is_told_with_its_outcome(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    lines = [
        Line("青山里5栋1单元水管爆了漏水", "li"),
        Line("确认", "li"),
        Line("居住证怎么办理", "wang"),
        Line("转人工", "zhao"),
        Line("您好", "qian"),
    ]
    database = Database(f"sqlite+aiosqlite:///{product.data_dir / 'minhu.db'}")
    advanced: list[None] = []
    player = Player(platform, database, openid)
    played = await player.play(lines, 4, lambda: advanced.append(None))
    await database.close()

    outcomes = [message.outcome for message in played]
    assert outcomes == ["asked_back", "filed", "answered", "handed_off", "chat"]
    assert played[1].appeal in played[1].reply
    assert played[1].category == "漏水"
    assert "居住证" in played[2].entry
    assert played[3].reason == "asked"
    assert all(message.reply and message.seconds > 0 for message in played)
    assert len(advanced) == 5
    assert summary(played).row_count > 5
