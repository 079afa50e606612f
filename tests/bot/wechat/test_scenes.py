"""QR codes with a scene: made at WeChat once, and what comes back when somebody scans one."""

import pytest

from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.scenes import SceneCodes
from bot.conversations.contract import Inbound, Outgoing
from tests.bot.wechat.support import connected
from tests.simulators.wechat.server import QR


async def told_scene(inbound: Inbound) -> list[Outgoing]:
    details = inbound.details
    return [Outgoing(1, "bot", f"{inbound.kind} {details['event']} {details['scene']}")]


@pytest.mark.parametrize(("follows", "event"), [(True, "SCAN"), (False, "subscribe")])
async def test_who_scans_a_code_brings_its_scene(follows: bool, event: str) -> None:
    async with connected(told_scene, mode="safe") as it:
        address = await it.api.create_qr("K7M2PQ9A")
        assert address.startswith("http://weixin.qq.com/q/")
        said = await it.platform.scan("resident", address, follows=follows)
        assert said == [f"event {event} K7M2PQ9A"]


async def test_a_code_is_asked_for_once() -> None:
    async with connected() as it:
        scenes = SceneCodes(it.api, it.memory, it.config.app_id)
        first, again = await scenes.address("K7M2PQ9A"), await scenes.address("K7M2PQ9A")
        assert first == again and it.platform.api.calls[QR] == 1
        other = await scenes.address("AAAA2222")
        assert other != first
        # Whoever forgot it gets another one, and both work.
        forgotten = SceneCodes(it.api, SharedMemory(), it.config.app_id)
        second = await forgotten.address("K7M2PQ9A")
        known = it.platform.api.scenes
        assert known[second][0] == known[first][0] == "K7M2PQ9A"


@pytest.mark.parametrize("scene", ["", "x" * 65])
async def test_a_scene_that_wechat_does_not_take_is_an_error(scene: str) -> None:
    async with connected() as it:
        with pytest.raises(WeChatError, match="40053"):
            await it.api.create_qr(scene)


async def test_a_failure_is_not_kept() -> None:
    async with connected() as it:
        scenes = SceneCodes(it.api, it.memory, it.config.app_id)
        it.platform.api.fail(QR, -1)
        with pytest.raises(WeChatError):
            await scenes.address("K7M2PQ9A")
        assert await scenes.address("K7M2PQ9A")
