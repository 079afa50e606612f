"""An appeal by chat: only what is missing is asked, read back, filed with a number, followed up."""

import re
from io import BytesIO

import pytest
from PIL import Image

from tests.end_to_end.staff import Staff
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = re.compile(r"SQ\d{12}")


async def _file(platform: WeChatPlatform, openid: str, text: str) -> str:
    await platform.say(openid, text)
    filed = "\n".join(await platform.say(openid, "确认"))
    found = NUMBER.search(filed)
    assert found, filed
    return found.group()


async def test_only_what_is_missing_is_asked(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    (asked,) = await platform.say(openid, "电梯坏了")
    assert "哪里" in asked
    (read_back,) = await platform.say(openid, "江城雅苑3栋2单元")
    assert "电梯坏了" in read_back
    assert "江城雅苑3栋2单元" in read_back
    (filed,) = await platform.say(openid, "确认")
    number = NUMBER.search(filed)
    assert number
    assert "江城雅苑物业" in filed
    appeal = (await admin.get("/appeals", q=number.group()))["items"][0]
    assert appeal["category"] == "电梯"
    assert appeal["community"] == "江城雅苑"
    assert appeal["building"] == "3栋"


async def test_all_facts_in_one_message_go_straight_to_the_reading_back(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    (said,) = await platform.say(
        openid, "青山里8栋2单元501屋顶漏水，昨天晚上开始的，我电话138 0000 0000"
    )
    assert "青山里8栋2单元501" in said
    assert "13800000000" in said
    assert "漏水" in said


async def test_a_resident_corrects_and_asks_midway(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    await platform.say(openid, "青山里8栋2单元楼道灯坏了")
    (changed,) = await platform.say(openid, "不是8栋，是3栋")
    assert "青山里3栋" in changed
    assert "8栋2单元" not in changed.split("地点")[1]
    midway = "\n".join(await platform.say(openid, "居住证要带什么材料"))
    assert "居住证" in midway
    assert "楼道灯坏了" in midway
    (filed,) = await platform.say(openid, "确认登记")
    assert NUMBER.search(filed)


async def test_a_resident_changes_their_mind(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "青山里1栋门口的路灯不亮")
    (said,) = await platform.say(openid, "算了不报了")
    assert "不登记" in said
    (progress,) = await platform.say(openid, "我报的事怎么样了")
    assert "没有找到" in progress


async def test_a_photo_joins_the_appeal(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    await platform.say(openid, "江城雅苑5栋楼下垃圾没人收")
    picture = BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "JPEG")
    said = "\n".join(await platform.send_image(openid, picture.getvalue()))
    assert "照片：1 张" in said
    (filed,) = await platform.say(openid, "确认")
    number = NUMBER.search(filed)
    assert number
    found = (await admin.get("/appeals", q=number.group()))["items"][0]
    assert len(found["photos"]) == 1


async def test_progress_urging_adding_and_withdrawing(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    number = await _file(platform, openid, "青山里2栋3单元下水道堵了")
    (progress,) = await platform.say(openid, "我报的事到哪一步了")
    assert number in progress
    (by_number,) = await platform.say(openid, f"查一下{number}的进度")
    assert number in by_number
    (urged,) = await platform.say(openid, "催一下，都三天了怎么还没人来")
    assert "催办" in urged
    (added,) = await platform.say(openid, "刚才报的那个再补充一下，二楼已经进水了")
    assert "补充好了" in added
    (withdrawn,) = await platform.say(openid, "已经修好了，把我报的那个撤了吧")
    assert "撤回" in withdrawn
    appeal = (await admin.get("/appeals", q=number))["items"][0]
    page = await admin.get(f"/appeals/{appeal['id']}")
    kinds = [event["kind"] for event in page["history"]]
    assert kinds[0] == "filed"
    assert {"urge", "add", "withdraw"} <= set(kinds)


async def test_nobody_reads_another_residents_appeal(
    platform: WeChatPlatform, product: Product, openid: str
) -> None:
    number = await _file(platform, openid, "青山里4栋1单元电梯坏了")
    (said,) = await platform.say(f"{openid}-other", f"查一下{number}的进度")
    assert "电梯" not in said


async def test_staff_move_an_appeal_and_the_resident_is_told(
    platform: WeChatPlatform, product: Product, admin: Staff, openid: str
) -> None:
    number = await _file(platform, openid, "江城雅苑6栋1单元水管爆了漏水")
    appeal = (await admin.get("/appeals", q=number))["items"][0]
    before = platform.inbox.count(openid)
    await admin.post(
        f"/appeals/{appeal['id']}/deeds",
        deed={"move": "start", "note": "师傅下午三点到"},
        version=appeal["version"],
    )
    assert await platform.inbox.reaches(openid, before + 1, 10)
    told = platform.inbox.of(openid)[-1].text
    assert number in told
    assert "师傅下午三点到" in told
