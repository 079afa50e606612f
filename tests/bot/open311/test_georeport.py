"""GeoReport v2 as the standard's own list of fields and errors has it, in JSON and in XML."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Answer, Sign, Withdraw
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Dispatch
from bot.open311.requests import Keys, ServiceRequests
from bot.open311.routes import open311_router
from knowledge.places.loader import load_places
from knowledge.places.place import CATEGORIES
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.bot.appeals.village import ZONE
from tests.databases import Clock

KEY = "0123456789abcdef"
STAFF = Actor(By.STAFF, "王芳（wang）")
# https://wiki.open311.org/GeoReport_v2
SERVICE_FIELDS = {
    "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
}  # fmt: skip
REQUEST_FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


@dataclass
class City:
    """A client of the interface, and the appeals behind it."""

    client: httpx.AsyncClient
    appeals: Appeals
    casework: Casework
    clock: Clock

    async def files(self, **facts: Any) -> Appeal:
        plain = {"resident_id": 1, "channel": "web", "content": "电梯坏了", "category": "电梯"}
        return await self.appeals.file(Filing.model_validate({**plain, **facts}))

    async def get(self, path: str, **params: str) -> httpx.Response:
        return await self.client.get(f"/open311/v2/{path}", params=params)

    async def post(self, form: str = "json", **fields: str) -> httpx.Response:
        plain = {"api_key": KEY, "service_code": "电梯", "address_string": "江城雅苑3栋"}
        data = {name: value for name, value in {**plain, **fields}.items() if value}
        return await self.client.post(f"/open311/v2/requests.{form}", data=data)

    async def ids(self, **params: str) -> list[str]:
        found = (await self.get("requests.json", **params)).json()
        return [each["service_request_id"] for each in found]


@pytest.fixture
async def city(database: Database, clock: Clock) -> AsyncIterator[City]:
    await PlaceRepository(database).load(
        load_places(PROJECT_ROOT / "knowledge" / "content" / "places")
    )
    deadlines = WorkingDeadlines(ZONE)
    appeals = Appeals(database, clock, ZONE, deadlines)
    requests = ServiceRequests(database, appeals, Dispatch.on(database, clock), clock)
    app = FastAPI()
    app.include_router(open311_router(requests, Keys.read(f"map:{KEY}", "wuhan.example")))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
        yield City(client, appeals, Casework(database, clock, deadlines), clock)


async def test_every_category_is_a_service(city: City) -> None:
    found = (await city.get("services.json")).json()
    assert [each["service_code"] for each in found] == list(CATEGORIES)
    assert all(set(each) == SERVICE_FIELDS for each in found)
    assert {(each["type"], each["metadata"]) for each in found} == {("realtime", False)}
    answered = await city.get("services.xml")
    assert answered.headers["content-type"] == "text/xml; charset=utf-8"
    assert answered.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    services = ElementTree.fromstring(answered.content)
    assert services.tag == "services" and {each.tag for each in services} == {"service"}
    assert {child.tag for child in services[0]} == SERVICE_FIELDS
    assert services[0].findtext("metadata") == "false"


async def test_a_service_has_a_definition_without_questions(city: City) -> None:
    path = f"services/{quote('电梯')}"
    assert (await city.get(f"{path}.json")).json() == {"service_code": "电梯", "attributes": []}
    xml = ElementTree.fromstring((await city.get(f"{path}.xml")).content)
    assert (xml.tag, xml.findtext("service_code")) == ("service_definition", "电梯")
    unknown = await city.get("services/spaceship.json")
    assert unknown.status_code == 404
    assert unknown.json() == [{"code": 404, "description": "service_code provided was not found"}]


async def test_a_request_has_the_standard_s_fields_and_no_person_in_it(city: City) -> None:
    appeal = await city.files(
        content="我是张桂芳，电话13812345678，江城雅苑3栋501电梯坏了", contact_name="张桂芳",
        phone="13812345678", room="501", building="3栋", place_text="江城雅苑3栋501张桂芳家",
        latitude=30.592812, longitude=114.305512, lead_party_id=1, community_id=1,
    )  # fmt: skip
    await city.casework.act(appeal.id, Sign(), STAFF)
    await city.casework.act(appeal.id, Answer(answer="张桂芳家的电梯修好了"), STAFF)
    answered = await city.get(f"requests/{appeal.number}.json")
    (found,) = answered.json()
    assert set(found) == REQUEST_FIELDS
    assert (found["status"], found["status_notes"]) == ("closed", "已办结")
    assert (found["lat"], found["long"]) == (30.593, 114.306)
    assert found["requested_datetime"] == "2026-11-24T02:00:00Z"
    assert found["expected_datetime"] and found["agency_responsible"]
    xml = await city.get(f"requests/{appeal.number}.xml")
    (request,) = ElementTree.fromstring(xml.content)
    assert {child.tag for child in request} == REQUEST_FIELDS
    for secret in ("张", "138", "501", "修好了"):
        assert secret not in answered.text and secret not in xml.text


async def test_a_confidential_appeal_is_in_no_public_list(city: City) -> None:
    appeal = await city.files(confidential=True)
    assert await city.ids() == []
    assert (await city.get(f"requests/{appeal.number}.json")).status_code == 404


async def test_requests_are_found_by_number_code_time_and_status(city: City) -> None:
    lift = await city.files()
    city.clock.forward(timedelta(days=1))
    leak = await city.files(category="漏水", content="楼道漏水")
    await city.casework.act(leak.id, Withdraw(), STAFF)
    assert await city.ids() == [leak.number, lift.number]
    assert await city.ids(service_request_id=f"{lift.number},nothing") == [lift.number]
    assert await city.ids(service_code="漏水,停车") == [leak.number]
    assert await city.ids(status="open") == [lift.number]
    assert await city.ids(status="closed") == [leak.number]
    assert await city.ids(status="open,closed") == [leak.number, lift.number]
    assert await city.ids(start_date="2026-11-25T00:00:00Z") == [leak.number]
    assert await city.ids(end_date="2026-11-24T10:00:00+08:00") == [lift.number]
    city.clock.forward(timedelta(days=90))
    assert await city.ids() == [leak.number]
    # A longer span than ninety days is cut to the newest ninety.
    assert await city.ids(start_date="2020-01-01T00:00:00Z") == [leak.number]


async def test_a_request_is_created_and_dispatched(city: City) -> None:
    created = await city.post(
        description="电梯坏了", first_name="桂芳", last_name="张", phone="138"
    )
    assert created.status_code == 201
    (told,) = created.json()
    appeal = await city.appeals.by_number(told["service_request_id"])
    assert (appeal.channel, appeal.contact_name, appeal.phone) == ("open311", "张桂芳", "138")
    assert (appeal.community, appeal.building) == ("江城雅苑", "3号楼")
    assert appeal.lead_party and not appeal.anonymous
    (found,) = (await city.get(f"requests/{appeal.number}.json")).json()
    assert (found["service_code"], found["status"]) == ("电梯", "open")


async def test_a_retry_creates_no_second_request(city: City) -> None:
    first = (await city.post(description="电梯坏了")).json()
    assert (await city.post(description="电梯坏了")).json() == first
    assert len(await city.ids()) == 1
    await city.post(description="电梯又坏了")
    assert len(await city.ids()) == 2


async def test_coordinates_are_a_location_too(city: City) -> None:
    created = await city.post("xml", address_string="", lat="30.5928", long="114.3055")
    assert created.status_code == 201
    (request,) = ElementTree.fromstring(created.content)
    appeal = await city.appeals.by_number(request.findtext("service_request_id") or "")
    assert (appeal.latitude, appeal.longitude, appeal.anonymous) == (30.5928, 114.3055, True)


@pytest.mark.parametrize(
    ("fields", "status", "description"),
    [
        ({"api_key": ""}, 403, "missing or invalid api_key"),
        ({"api_key": "wrong"}, 403, "missing or invalid api_key"),
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "spaceship"}, 404, "service_code provided was not found"),
        ({"jurisdiction_id": "mars"}, 404, "jurisdiction_id provided was not found"),
        ({"address_string": ""}, 400, "a location is required: lat and long, or address_string"),
        ({"address_string": "", "lat": "30.5"}, 400,
         "a location is required: lat and long, or address_string"),
        ({"lat": "91", "long": "0"}, 400, "missing or invalid: lat"),
        ({"lat": "north", "long": "0"}, 400, "missing or invalid: lat"),
        ({"description": "字" * 4001}, 400, "missing or invalid: description"),
    ],
)  # fmt: skip
async def test_what_is_refused_is_refused_in_the_standard_s_form(
    city: City, fields: dict[str, str], status: int, description: str
) -> None:
    refused = await city.post(**fields)
    assert refused.status_code == status
    assert refused.json() == [{"code": status, "description": description}]
    (error,) = ElementTree.fromstring((await city.post("xml", **fields)).content)
    assert (error.tag, error.findtext("code"), error.findtext("description")) == (
        "error", str(status), description,
    )  # fmt: skip
    assert await city.ids() == []


async def test_reading_names_our_own_jurisdiction_or_none(city: City) -> None:
    assert (await city.get("services.json", jurisdiction_id="wuhan.example")).status_code == 200
    for path in ("services.json", "requests.json"):
        assert (await city.get(path, jurisdiction_id="mars")).status_code == 404
    assert (await city.get("requests.json", status="sleeping")).status_code == 400
    assert (await city.get("requests.json", start_date="yesterday")).status_code == 400


def test_a_short_key_is_no_key() -> None:
    assert Keys.read("").keys == {}
    with pytest.raises(ValueError, match="16"):
        Keys.read("map:short")
