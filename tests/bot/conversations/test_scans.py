"""Who scans the code of a place is greeted with it, and the place is kept in mind for a while."""

from datetime import timedelta

import pytest

from actions.scanned import MEMORY
from bot.conversations import texts
from knowledge.places.codes import PlaceCode, PlaceCodes
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.bot.conversations.gateway import Gateway
from tests.bot.conversations.gateway import texts as said_texts
from tests.bot.conversations.rasa import Rasa, said
from tests.databases import Clock

LABEL = "江城雅苑3号楼2单元电梯"


@pytest.fixture
async def lift(database: Database, clock: Clock) -> PlaceCode:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    community = await places.find_community("江城雅苑")
    assert community is not None
    made = await PlaceCodes(database, clock).ensure(community.id)
    return next(code for code in made if code.full_label == LABEL)


async def scans(gateway: Gateway, scene: str, event: str = "SCAN", **more: str) -> list[str]:
    details = {"event": event, "scene": scene}
    return said_texts(await gateway.say("", kind="event", details=details, **more))


async def remembered(gateway: Gateway) -> dict[str, object] | None:
    kept = (await gateway.conversation()).memory.get(MEMORY)
    return dict(kept) if kept else None


async def test_the_greeting_says_whose_code_it_was(
    gateway: Gateway, rasa: Rasa, lift: PlaceCode
) -> None:
    assert await scans(gateway, lift.code) == [texts.SCANNED.format(place=LABEL)]
    assert rasa.heard == []
    kept = await remembered(gateway)
    assert kept is not None and (kept["code"], kept["building"]) == (lift.code, "3号楼")


async def test_a_new_follower_is_welcomed_too(gateway: Gateway, lift: PlaceCode) -> None:
    [welcome] = await scans(gateway, lift.code, "subscribe")
    assert welcome == texts.SCANNED_FIRST.format(place=LABEL)
    assert "119" in welcome and LABEL in welcome


async def test_a_scene_that_is_no_code_is_an_ordinary_welcome(gateway: Gateway) -> None:
    assert await scans(gateway, "spring-campaign") == [texts.WELCOME]
    assert await scans(gateway, "", "subscribe") == [texts.WELCOME]
    assert await scans(gateway, "", "unsubscribe") == []
    assert await remembered(gateway) is None


async def test_the_next_message_carries_the_place(
    gateway: Gateway, rasa: Rasa, lift: PlaceCode
) -> None:
    await scans(gateway, lift.code)
    await gateway.say("坏了")
    assert rasa.heard[-1]["metadata"]["memory"][MEMORY]["label"] == LABEL


async def test_it_is_forgotten_after_two_hours(
    gateway: Gateway, rasa: Rasa, lift: PlaceCode, clock: Clock
) -> None:
    await scans(gateway, lift.code)
    clock.forward(timedelta(hours=1, minutes=59))
    await gateway.say("坏了")
    assert MEMORY in rasa.heard[-1]["metadata"]["memory"]
    clock.forward(timedelta(minutes=2))
    await gateway.say("还是坏的")
    assert MEMORY not in rasa.heard[-1]["metadata"]["memory"]
    assert await remembered(gateway) is None


@pytest.mark.parametrize(
    ("told", "stays"),
    [
        ({"community": "青山里"}, False),
        ({"building": "5栋"}, False),
        ({"community": "雅苑小区", "building": "三号楼"}, True),
        ({"unit": "1单元"}, True),
    ],
)
async def test_it_is_forgotten_when_another_place_is_named(
    gateway: Gateway, rasa: Rasa, lift: PlaceCode, told: dict[str, str], stays: bool
) -> None:
    await scans(gateway, lift.code)
    rasa.reply = lambda _: said("好的", entities=told)
    await gateway.say("换个地方说")
    assert (await remembered(gateway) is not None) is stays


async def test_a_place_told_before_gives_way_and_a_photo_stays(
    gateway: Gateway, lift: PlaceCode
) -> None:
    await gateway.say("青山里")
    await gateway.change(memory={"told_facts": {"community": "青山里", "photos": [7]}})
    await scans(gateway, lift.code)
    assert (await gateway.conversation()).memory["told_facts"] == {"photos": [7]}


async def test_an_open_matter_goes_on_after_a_scan(
    gateway: Gateway, rasa: Rasa, lift: PlaceCode
) -> None:
    rasa.reply = lambda _: said("在哪里？", open_matter=True)
    await gateway.say("电梯坏了")
    await scans(gateway, lift.code)
    await gateway.say("就是这里")
    assert rasa.senders[0] == rasa.senders[-1]


async def test_where_a_resident_stands_reaches_the_actions(gateway: Gateway, rasa: Rasa) -> None:
    place = {"latitude": 30.565, "longitude": 114.304}
    await gateway.say("江城雅苑", kind="location", details=place)
    context = rasa.heard[-1]["metadata"]
    assert (context["latitude"], context["longitude"]) == (30.565, 114.304)
