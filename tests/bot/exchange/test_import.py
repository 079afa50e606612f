"""Tables of other platforms come in: once, row by row, and what is wrong is said in words."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from actions.appeals.appeal import AppealKind, Urgency
from actions.appeals.life import AppealStatus
from actions.clock.deadlines import WorkingDeadlines
from bot.appeals.herald import Herald
from bot.appeals.messages import ResidentMessages
from bot.conversations.live import Live
from bot.conversations.tables import MessageRow
from bot.exchange.command import import_file
from bot.exchange.reading import BadTable, read_table
from bot.settings import GatewaySettings
from tests.bot.appeals.village import ZONE
from tests.bot.exchange.conftest import Platform, table
from tests.databases import Clock

ROW = {
    "外部编号": "12345-0001",
    "类别": "电梯",
    "内容": "江城雅苑3栋电梯坏了三天，投诉物业不管",
    "联系人": "张桂芳",
    "联系电话": "13812345678",
    "小区": "江城雅苑",
    "楼栋": "3栋",
    "紧急程度": "加急",
}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_a_row_becomes_an_appeal_and_is_dispatched(platform: Platform, suffix: str) -> None:
    done = await platform.brings(f"a.{suffix}", table(ROW, suffix=suffix))
    assert (done.filed, done.known, done.errors) == (1, 0, [])
    appeal = await platform.appeals.by_number(done.numbers[0])
    assert (appeal.external_number, appeal.channel) == ("12345-0001", "import")
    assert (appeal.kind, appeal.urgency) == (AppealKind.COMPLAINT, Urgency.RAISED)
    assert (appeal.community, appeal.building) == ("江城雅苑", "3栋")
    assert (appeal.status, appeal.contact_name) == (AppealStatus.DISPATCHED, "张桂芳")
    assert (appeal.place_text, appeal.grid) == ("江城雅苑3栋", "江城雅苑第一网格")
    history = await platform.appeals.history(appeal.id)
    assert history[0].actor == "李书记（li）"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_the_same_file_again_changes_nothing(platform: Platform, suffix: str) -> None:
    data = table(ROW, {**ROW, "外部编号": "12345-0002"}, suffix=suffix)
    assert (await platform.brings(f"a.{suffix}", data)).filed == 2
    before = await platform.count(), await platform.csv()
    again = await platform.brings(f"a.{suffix}", data)
    assert (again.filed, again.known, again.errors) == (0, 2, [])
    assert (await platform.count(), await platform.csv()) == before


async def test_what_was_exported_here_is_known_here(platform: Platform) -> None:
    await platform.files(content="=1+1 是多少", confidential=True, phone="138", room="501")
    await platform.files()
    for suffix, data in (("csv", await platform.csv()), ("xlsx", await platform.xlsx())):
        again = await platform.brings(f"a.{suffix}", data)
        assert (again.filed, again.known, again.errors) == (0, 2, [])
        assert "状态" in again.ignored and "内容" not in again.ignored


async def test_another_platform_s_export_comes_in_with_its_numbers(
    platform: Platform,
) -> None:
    await platform.files(content="=1+1 是多少", contact_name="张桂芳", confidential=True)
    exported = (await platform.csv(names=False)).replace(b"SQ2026", b"XX2026")
    done = await platform.brings("a.csv", exported)
    appeal = await platform.appeals.by_number(done.numbers[0])
    assert appeal.external_number is not None and appeal.external_number.startswith("XX2026")
    # Neither the quote that hides a formula nor the word that hides a name comes along.
    assert (appeal.content, appeal.contact_name, appeal.confidential) == ("=1+1 是多少", "", True)


async def test_what_is_wrong_is_said_by_row_and_column(platform: Platform) -> None:
    wrong: list[tuple[dict[str, str], str, str]] = [
        ({"外部编号": ""}, "外部编号", "要填写原平台的编号，用来避免重复导入"),
        ({"内容": ""}, "内容", "不能为空"),
        ({"内容": "字" * 5001}, "内容", "最多 5000 个字"),
        ({"类别": "飞船"}, "类别", "没有这个类别：飞船"),
        ({"小区": "不存在的小区"}, "小区", "没有登记这个小区：不存在的小区"),
        ({"诉求类型": "吐槽"}, "诉求类型", "没有“吐槽”，可以填：咨询、求助、建议、投诉、举报、表扬"),
        ({"紧急程度": "急死了"}, "紧急程度", "没有“急死了”，可以填：普通、加急、紧急"),
        ({"保密": "也许"}, "保密", "请填“是”或“否”"),
        ({"纬度": "北边"}, "纬度", "请填小数，比如 30.5928"),
        ({"经度": "190"}, "经度", "不是可能的经纬度"),
        ({"纬度": "nan"}, "纬度", "不是可能的经纬度"),
        ({"联系电话": "1" * 41}, "联系电话", "最多 40 个字"),
        ({"困难群体": "独居老人、富人"}, "困难群体",
         "没有“富人”，可以填：独居老人、残疾人、困境儿童、困难家庭"),
    ]  # fmt: skip
    rows = [{**ROW, "外部编号": f"n{at}", **broken} for at, (broken, _, _) in enumerate(wrong)]
    done = await platform.brings("a.xlsx", table(*rows, ROW, suffix="xlsx"))
    assert [(each.row, each.column, each.problem) for each in done.errors] == [
        (number, column, problem) for number, (_, column, problem) in enumerate(wrong, 2)
    ]
    assert (done.filed, await platform.count()) == (1, (1, 1))


async def test_a_number_that_stands_twice_is_told(platform: Platform) -> None:
    done = await platform.brings("a.csv", table(ROW, {**ROW, "内容": "楼道漏水"}))
    assert done.filed == 1
    assert [(e.row, e.problem) for e in done.errors] == [(3, "和第 2 行的编号重复")]


async def test_a_row_that_fails_leaves_nothing_behind(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(platform.appeals, "file_within", breaks)
    with pytest.raises(RuntimeError):
        await platform.brings("a.csv", table(ROW))
    assert await platform.count() == (0, 0)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.pdf", b"", "只能导入"),
        ("a.xlsx", b"no workbook", "不是能打开的 Excel"),
        ("a.csv", b"\xff\xfe\xfa", "文字编码"),
        ("a.csv", b"", "第一行要有表头"),
        ("a.csv", "内容,类别,颜色\n".encode(), "不认识这些表头：颜色"),
        ("a.csv", "内容,内容,类别\n".encode(), "表头重复了：内容"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(name: str, data: bytes, why: str) -> None:
    with pytest.raises(BadTable, match=why):
        read_table(name, data)


def test_a_table_of_an_old_office_program_is_read() -> None:
    (line,) = read_table("a.CSV", table(ROW).decode().encode("gb18030")).lines
    assert line.words["community"] == "江城雅苑" and line.number == 2


async def test_nobody_tries_to_write_to_who_was_only_imported(
    platform: Platform, clock: Clock
) -> None:
    done = await platform.brings("a.csv", table(ROW))
    appeal = await platform.appeals.by_number(done.numbers[0])
    residents = ResidentMessages(clock, WorkingDeadlines(ZONE).calendar)
    live = Live(Redis.from_url("redis://127.0.0.1:1"))
    await Herald(platform.database, residents, live, lambda: None).tell_due()
    async with platform.database.read() as session:
        told = list(await session.scalars(select(MessageRow)))
    assert appeal.status is AppealStatus.DISPATCHED
    assert told and {message.delivery for message in told} == {"waiting"}


async def test_the_command_line_imports_too(
    platform: Platform, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "来件.csv"
    file.write_bytes(table(ROW))
    settings = GatewaySettings(database_url=database_url)
    assert (await asyncio.to_thread(import_file, settings, file)).filed == 1
    assert (await asyncio.to_thread(import_file, settings, file)).known == 1
    assert await platform.count() == (1, 1)
