"""Other systems: one files over Open311, another hears of it by a signed webhook."""

import time

import httpx
import orjson
import pytest

from bot.webhooks.signing import is_genuine
from tests.bot.webhooks.receiver import receiving
from tests.end_to_end.conftest import OPEN311_KEY
from tests.end_to_end.staff import Staff
from tests.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_a_map_files_is_told_to_who_registered(product: Product, admin: Staff) -> None:
    async with receiving() as receiver:
        plan = {"url": receiver.url, "events": ["filed", "dispatch"]}
        webhook = await admin.post("/webhooks", **plan)
        fields = {
            "api_key": OPEN311_KEY, "service_code": "电梯", "address_string": "江城雅苑3栋",
            "description": "电梯停在二楼不动了",
        }  # fmt: skip
        async with httpx.AsyncClient(base_url=product.url, trust_env=False) as city:
            created = await city.post("/open311/v2/requests.json", data=fields)
            assert created.status_code == 201, created.text
            number = created.json()[0]["service_request_id"]
            public = (await city.get(f"/open311/v2/requests/{number}.json")).json()[0]
        assert (public["status"], public["service_code"]) == ("open", "电梯")
        await receiver.has_got(2)
        for _, headers, body in receiver.posts:
            told = orjson.loads(body)
            assert told["appeal"]["number"] == number
            signed = headers["X-Minhu-Signature"]
            assert is_genuine(signed, webhook["secret"], body, int(time.time()))
        assert {orjson.loads(body)["event"] for _, _, body in receiver.posts} == {
            "filed",
            "dispatch",
        }
        table = await admin.page("/api/v1/appeals/export.csv", q=number)
        assert number in table and "Open311" in table
