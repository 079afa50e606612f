"""Addresses of WeChat's QR codes with a scene (带参数二维码), asked for once and kept for a while."""

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.memory import SharedMemory

# A permanent code works for ever; where Redis forgets its address, a second one works beside it.
_KEPT_S = 30 * 24 * 3600


class SceneCodes:
    """What a poster's QR code holds, so that scanning it opens the account with its scene."""

    def __init__(self, api: WeChatApi, memory: SharedMemory, app_id: str) -> None:
        self._api = api
        self._memory = memory
        self._app_id = app_id

    async def address(self, scene: str) -> str:
        """The address of a scene (1 to 64 characters). Raises as `WeChatApi.create_qr` does."""
        key = f"wechat:scene:{self._app_id}:{scene}"
        if known := await self._memory.get(key):
            return known
        address = await self._api.create_qr(scene)
        await self._memory.put(key, address, _KEPT_S)
        return address
