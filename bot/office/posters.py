"""Posters (海报): a place's code as a picture to print; WeChat's own code where it is connected."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import segno

from bot.channels.wechat.errors import WeChatError
from bot.conversations.contract import Undeliverable
from knowledge.places.codes import PlaceCode

log = logging.getLogger(__name__)

_AT_ONCE = 4


class Scenes(Protocol):
    """What `bot.channels.wechat.scenes.SceneCodes` does."""

    async def address(self, scene: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Poster:
    """One place's poster; `picture` is SVG markup of our own making."""

    code: PlaceCode
    address: str
    picture: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Posters to print together; `by_wechat` says whether their codes open the account."""

    posters: Sequence[Poster]
    by_wechat: bool
    # WeChat is connected and refused: the codes open the web page instead.
    refused: bool


class Posters:
    """Draws posters. Without `scenes` their codes hold the web page's address."""

    def __init__(self, scenes: Scenes | None, public_url: str = "") -> None:
        self._scenes = scenes
        self._public_url = public_url.rstrip("/")

    async def sheet(self, codes: Sequence[PlaceCode], base_url: str) -> Sheet:
        """The posters of these codes; `base_url` is where the office was asked, for want of better."""
        addresses: list[str] = []
        refused = False
        if self._scenes is not None:
            try:
                addresses = await _wechat_addresses(self._scenes, codes)
            except* (WeChatError, Undeliverable) as errors:
                log.warning("no WeChat QR codes for posters: %r", errors.exceptions[0])
                refused = True
        by_wechat = bool(addresses)
        if not by_wechat:
            addresses = [self.web_link(code.code, base_url) for code in codes]
        posters = [
            Poster(code, address, picture(address))
            for code, address in zip(codes, addresses, strict=True)
        ]
        return Sheet(posters, by_wechat, refused)

    def web_link(self, code: str, base_url: str) -> str:
        """The page that a code opens in a browser."""
        return f"{self._public_url or base_url.rstrip('/')}/?c={code}"


async def _wechat_addresses(scenes: Scenes, codes: Sequence[PlaceCode]) -> list[str]:
    """In the order of the codes; the first refusal ends all of it, as an exception group."""
    few = asyncio.Semaphore(_AT_ONCE)

    async def address(code: PlaceCode) -> str:
        async with few:
            return await scenes.address(code.code)

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(address(code)) for code in codes]
    return [task.result() for task in asked]


def picture(address: str) -> str:
    """An SVG that fills its frame, with the quiet zone that scanners need."""
    drawn = segno.make(address, error="m", micro=False)
    return str(drawn.svg_inline(border=4, omitsize=True, light="#fff", dark="#000"))
