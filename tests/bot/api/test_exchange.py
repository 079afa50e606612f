"""Export and import over REST: who may, and what comes back."""

import io

import httpx
from openpyxl import load_workbook

from bot.exchange.columns import HEADERS
from tests.bot.api.conftest import Gateway
from tests.bot.exchange.conftest import table
from tests.bot.exchange.test_import import ROW

PATH = "/api/v1/appeals"


async def test_an_export_is_a_file_of_what_was_asked_for(
    gateway: Gateway, staff: httpx.AsyncClient
) -> None:
    lift = await gateway.filed()
    await gateway.filed("li", category="漏水", content="楼道漏水")
    answer = await staff.get(f"{PATH}/export.xlsx", params={"category": "电梯", "q": "3栋"})
    assert answer.headers["content-disposition"] == 'attachment; filename="appeals.xlsx"'
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[0] == HEADERS and [row[0] for row in rows[1:]] == [lift.number]
    answer = await staff.get(f"{PATH}/export.csv", params={"status": "closed"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.decode("utf-8-sig").splitlines() == [",".join(HEADERS)]


async def test_staff_export_no_name_of_who_asked_for_secrecy(
    gateway: Gateway, staff: httpx.AsyncClient, secretary: httpx.AsyncClient
) -> None:
    await gateway.filed(confidential=True, contact_name="张桂芳", phone="13812345678", room="501")
    by_staff = (await staff.get(f"{PATH}/export.csv")).text
    by_secretary = (await secretary.get(f"{PATH}/export.csv")).text
    for secret in ("张桂芳", "13812345678", "501"):
        assert secret not in by_staff and secret in by_secretary


async def test_a_secretary_imports_and_staff_do_not(
    gateway: Gateway, staff: httpx.AsyncClient, secretary: httpx.AsyncClient
) -> None:
    files = {"file": ("来件.csv", table(ROW, {**ROW, "外部编号": "", "类别": "飞船"}))}
    assert (await staff.post(f"{PATH}/import", files=files)).status_code == 403
    done = (await secretary.post(f"{PATH}/import", files=files)).json()
    assert (done["filed"], done["known"]) == (1, 0)
    assert {(each["row"], each["column"]) for each in done["errors"]} == {
        (3, "外部编号"),
        (3, "类别"),
    }
    again = (await secretary.post(f"{PATH}/import", files=files)).json()
    assert (again["filed"], again["known"]) == (0, 1)
    appeal = await gateway.world.appeals.by_number(done["numbers"][0])
    acted = await staff.post(f"{PATH}/{appeal.id}/deeds", json={"deed": {"move": "sign"}})
    # Nobody can write to somebody who is only known from a table: staff have to call.
    assert (acted.status_code, acted.json()["reachable"]) == (200, False)


async def test_a_file_that_is_no_table_is_refused_with_the_reason(
    secretary: httpx.AsyncClient,
) -> None:
    refused = await secretary.post(f"{PATH}/import", files={"file": ("a.doc", b"x")})
    assert (refused.status_code, refused.json()["detail"]) == (422, "只能导入 .xlsx 或 .csv 文件。")


async def test_strangers_get_nothing(gateway: Gateway) -> None:
    async with gateway.client(None) as stranger:
        for path in ("export.csv", "export.xlsx", "1/alike", "1/followers", "1/history"):
            assert (await stranger.get(f"{PATH}/{path}")).status_code == 401
        for path in ("rates?since=2026-01-01&until=2026-12-31", "webhooks", "robots", "bursts"):
            assert (await stranger.get(f"/api/v1/{path}")).status_code == 401
