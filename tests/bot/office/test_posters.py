"""Posters hold WeChat's own codes where it is connected, and web links else."""

import pytest

from bot.channels.wechat.memory import SharedMemory
from bot.channels.wechat.scenes import SceneCodes
from bot.office.posters import Posters, picture
from knowledge.places.codes import CodeKind, PlaceCode
from tests.bot.wechat.support import connected
from tests.simulators.wechat.server import QR

HERE = "http://127.0.0.1:8000/"


def code(text: str) -> PlaceCode:
    return PlaceCode(
        code=text,
        kind=CodeKind.BUILDING,
        community_id=1,
        community="江城雅苑",
        names=["江城雅苑", "雅苑"],
        grid_id=1,
        building_id=1,
        building="3号楼",
        unit="",
        label="3号楼",
    )


CODES = [code("K7M2PQ9A"), code("AAAA2222")]


@pytest.mark.parametrize(
    ("public_url", "link"),
    [
        ("", "http://127.0.0.1:8000/?c=K7M2PQ9A"),
        ("https://shequ.example", "https://shequ.example/?c=K7M2PQ9A"),
        ("https://shequ.example/", "https://shequ.example/?c=K7M2PQ9A"),
    ],
)
async def test_without_wechat_a_code_opens_the_web_page(public_url: str, link: str) -> None:
    sheet = await Posters(None, public_url).sheet(CODES, HERE)
    assert (sheet.posters[0].address, sheet.by_wechat, sheet.refused) == (link, False, False)
    assert sheet.posters[0].picture == picture(link) != sheet.posters[1].picture


async def test_with_wechat_a_code_opens_the_account() -> None:
    async with connected() as it:
        posters = Posters(SceneCodes(it.api, it.memory, it.config.app_id))
        sheet = await posters.sheet(CODES, HERE)
        assert (sheet.by_wechat, sheet.refused) == (True, False)
        scenes = [it.platform.api.scenes[poster.address][0] for poster in sheet.posters]
        assert scenes == ["K7M2PQ9A", "AAAA2222"]
        assert (await posters.sheet(CODES, HERE)).posters == sheet.posters
        assert it.platform.api.calls[QR] == 2


@pytest.mark.parametrize("failure", [-1, 48001])
async def test_where_wechat_refuses_all_codes_open_the_web_page(failure: int) -> None:
    async with connected() as it:
        posters = Posters(SceneCodes(it.api, SharedMemory(), it.config.app_id))
        it.platform.api.fail(QR, failure)
        sheet = await posters.sheet(CODES, HERE)
        assert (sheet.by_wechat, sheet.refused) == (False, True)
        assert {poster.address.split("?")[0] for poster in sheet.posters} == {HERE}
        assert (await posters.sheet(CODES, HERE)).by_wechat


async def test_no_codes_make_an_empty_sheet() -> None:
    async with connected() as it:
        posters = Posters(SceneCodes(it.api, it.memory, it.config.app_id))
        assert (await posters.sheet([], HERE)).posters == []
