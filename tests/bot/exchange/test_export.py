"""Appeals as a table: every field, nobody's name who asked for secrecy, and no formula."""

import csv
import io
from typing import Any

from openpyxl import load_workbook

from actions.appeals.appeal import Filing, Urgency
from actions.appeals.deeds import Answer, Rate, Return, Sign
from actions.appeals.life import Actor, AppealStatus, By
from actions.appeals.worklist import Filters
from bot.exchange.columns import HEADERS, HIDDEN
from tests.bot.exchange.conftest import Platform

RESIDENT = Actor(By.RESIDENT, "resident", resident_id=1)
STAFF = Actor(By.STAFF, "王芳（wang）")


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


async def sheet_of(data: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    headers, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


async def test_a_row_tells_an_appeal_s_whole_life(platform: Platform) -> None:
    appeal = await platform.files(
        content="江城雅苑3栋电梯坏了", building="3栋", room="501", phone="13812345678",
        contact_name="张桂芳", urgency=Urgency.URGENT, official_path=["城乡建设", "物业", "电梯"],
        weak=["elderly_alone"], tags=["急"], on_behalf={"name": "李奶奶"}, lead_party_id=1,
    )  # fmt: skip
    back = Return(reason="不归我们", evidence="合同")
    await platform.casework.act(appeal.id, back, STAFF)
    (row,) = rows_of(await platform.csv())
    assert tuple(row) == HEADERS
    expected = {
        "编号": appeal.number, "诉求类型": "求助", "类别": "电梯", "官方三级分类": "电梯",
        "标签": "急", "标题": "江城雅苑3栋电梯坏了", "内容": "江城雅苑3栋电梯坏了", "渠道": "网页",
        "状态": "已退单", "紧急程度": "紧急", "保密": "否", "联系人": "张桂芳",
        "联系电话": "13812345678", "代办姓名": "李奶奶", "楼栋": "3栋", "房号": "501",
        "困难群体": "独居老人", "受理时间": "2026-11-24 10:00:00", "退单次数": "1",
        "退单原因": "不归我们", "是否解决": "", "满意度": "",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


async def test_satisfaction_and_answer_are_told(platform: Platform) -> None:
    appeal = await platform.files(lead_party_id=1)
    for deed, actor in (
        (Sign(), STAFF),
        (Answer(answer="换了曳引绳"), STAFF),
        (Rate(satisfaction=4, solved=True), RESIDENT),
    ):
        await platform.casework.act(appeal.id, deed, actor)
    (row,) = await sheet_of(await platform.xlsx())
    assert (row["答复内容"], row["是否解决"], row["满意度"]) == ("换了曳引绳", "是", "满意")
    assert row["状态"] == "已回访" and row["办结时间"] and row["派单时间"]


async def test_only_those_who_may_see_the_names_of_who_asked_for_secrecy(
    platform: Platform,
) -> None:
    person = {"contact_name": "张桂芳", "phone": "13812345678", "room": "501"}
    await platform.files(confidential=True, **person)
    await platform.files(anonymous=True, on_behalf={"name": "李奶奶", "phone": "139"}, **person)
    await platform.files(**person)
    secret, anonymous, plain = rows_of(await platform.csv(names=False))
    for row in (secret, anonymous):
        assert {row[name] for name in ("联系人", "联系电话", "房号")} == {HIDDEN}
    assert (anonymous["代办姓名"], anonymous["代办电话"], secret["代办姓名"]) == (
        HIDDEN,
        HIDDEN,
        "",
    )
    assert plain["联系人"] == "张桂芳"
    assert {row["联系人"] for row in rows_of(await platform.csv())} == {"张桂芳"}


async def test_words_are_never_formulas(platform: Platform) -> None:
    evil = '=HYPERLINK("http://evil.example","点我")'
    await platform.files(content=evil, place_text="+1", contact_name="@SUM(A1)", phone="-1")
    (row,) = rows_of(await platform.csv())
    assert row["内容"] == f"'{evil}"
    assert (row["地点"], row["联系人"], row["联系电话"]) == ("'+1", "'@SUM(A1)", "'-1")
    (cells,) = load_workbook(io.BytesIO(await platform.xlsx())).worksheets[0].iter_rows(min_row=2)
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}


async def test_control_characters_do_not_break_a_workbook(platform: Platform) -> None:
    await platform.files(content="电梯\x0b坏了\x01")
    (row,) = await sheet_of(await platform.xlsx())
    assert row["内容"] == "电梯坏了"


async def test_an_export_has_what_a_worklist_has(platform: Platform) -> None:
    lift = await platform.files()
    leak = await platform.files(category="漏水", content="楼道漏水", lead_party_id=1)
    for filters, found in (
        (Filters(category="漏水"), [leak]),
        (Filters(text="电梯"), [lift]),
        (Filters(statuses=frozenset({AppealStatus.RECEIVED})), [lift]),
        (Filters(party_id=1), [leak]),
        (Filters(), [lift, leak]),
    ):
        rows = rows_of(await platform.csv(filters))
        assert [row["编号"] for row in rows] == [each.number for each in found]


async def test_more_than_a_handful_is_written_whole_and_in_order(platform: Platform) -> None:
    filing = Filing(resident_id=1, channel="web", content="电梯坏了", category="电梯")
    async with platform.database.write() as session:
        for _ in range(401):
            await platform.appeals.file_within(session, filing)
    numbers = [row["编号"] for row in rows_of(await platform.csv())]
    assert len(set(numbers)) == 401 and numbers == sorted(numbers)
