"""A poster in the lift: who scans its code is asked nothing of where."""

import re

import pytest

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = re.compile(r"SQ\d{12}")
LIFT = "江城雅苑6号楼1单元电梯"


async def _community(admin: Staff) -> int:
    found = await admin.get("/places")
    return next(int(each["id"]) for each in found if each["name"] == "江城雅苑")


async def test_the_code_in_the_lift_says_where(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    community = await _community(admin)
    made = await admin.post(f"/places/{community}/codes", kinds=["lift"])
    code = next(each["code"] for each in made if each["label"] == LIFT)
    # Printing the posters is what asks WeChat for its codes.
    posters = await admin.page(f"/office/codes/{community}/posters", kind="lift")
    assert posters.count("<article>") == 22 and "扫码进入公众号" in posters
    scenes = {scene: address for address, (scene, _) in platform.api.scenes.items()}
    (greeting,) = await platform.scan(openid, scenes[code], follows=False)
    assert f"您扫的是{LIFT}的码" in greeting
    (read_back,) = await platform.say(openid, "电梯坏了")
    assert LIFT in read_back
    filed = NUMBER.search("\n".join(await platform.say(openid, "确认")))
    assert filed
    appeal = (await admin.get("/appeals", q=filed.group()))["items"][0]
    assert (appeal["community"], appeal["grid"]) == ("江城雅苑", "江城雅苑第二网格")
    assert (appeal["place_code"], appeal["building"]) == (code, "6号楼")
    assert appeal["lead_party"] == "江城雅苑物业服务中心"
    assert appeal["helpers"] == ["江城社区居委会"]


async def test_naming_another_place_leaves_the_code(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    community = await _community(admin)
    made = await admin.post(f"/places/{community}/codes", kinds=["lift"])
    await admin.page(f"/office/codes/{community}/posters", kind="lift")
    scenes = {scene: address for address, (scene, _) in platform.api.scenes.items()}
    await platform.scan(openid, scenes[made[0]["code"]])
    (read_back,) = await platform.say(openid, "青山里8栋2单元的屋顶漏水")
    assert "青山里8栋2单元" in read_back and "江城雅苑" not in read_back
    filed = NUMBER.search("\n".join(await platform.say(openid, "确认")))
    assert filed
    appeal = (await admin.get("/appeals", q=filed.group()))["items"][0]
    assert (appeal["grid"], appeal["place_code"]) == ("青山里第二网格", "")
    # The code is forgotten: the next matter is asked where.
    (asked,) = await platform.say(openid, "电梯坏了")
    assert "哪" in asked


async def test_rules_that_the_office_saves_hold_for_the_next_appeal(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    rules = await admin.get("/dispatch/rules")
    name = "名称: 广场舞、养犬\n    类别: [噪音扰民, 养犬]\n    主办: "
    assert name + "[网格, 社区居委会]" in rules["text"]
    text = rules["text"].replace(name + "[网格, 社区居委会]", name + "街道办事处")
    saved = await admin.put("/dispatch/rules", text=text, expected=rules["version"])
    (_,) = await platform.say(openid, "青山里3栋2单元有人遛狗不牵绳，狗还咬人")
    filed = "\n".join(await platform.say(openid, "确认"))
    assert NUMBER.search(filed) and "青山街道办事处" in filed
    back = f"/dispatch/rules/versions/{rules['version']}/restore"
    await admin.post(back, expected=saved["version"])
