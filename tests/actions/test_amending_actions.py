"""What was filed wrongly is put right soon after, with what stood there before in the history."""

from datetime import timedelta

import pytest

from actions import texts
from actions.appeals import deeds
from actions.appeals.life import AppealStatus
from actions.turn import Outcome
from tests.actions.conftest import ActionServer
from tests.databases import Clock


async def test_another_building_is_another_grid(server: ActionServer) -> None:
    filed = await server.filed("8栋电梯坏了")
    said = await server.run(
        "action_amend", "不是8栋，是3栋", "correct", entities={"building": "3栋"}
    )
    appeal = await server.appeals.get(filed.id)
    assert (appeal.building, appeal.place_text, appeal.grid) == (
        "3栋", "青山里3栋", "青山里第一网格",
    )  # fmt: skip
    assert appeal.content == "3栋电梯坏了"
    event = next(e for e in await server.appeals.history(filed.id) if e.kind == "amended")
    assert (event.actor, event.note) == ("resident", "不是8栋，是3栋")
    assert event.details["changes"]["building"] == ["8栋", "3栋"]
    assert filed.number in said.text and "地点：青山里3栋" in said.text
    assert said.note is not None and said.note.appeal == filed.number


async def test_another_telephone(server: ActionServer) -> None:
    filed = await server.filed("电梯坏了，打13900000000", phone="13900000000")
    said = await server.run(
        "action_amend", "号码打错了，应该是138…", "correct", entities={"phone": "13800000000"}
    )
    appeal = await server.appeals.get(filed.id)
    assert (appeal.phone, appeal.content) == ("13800000000", "电梯坏了，打13800000000")
    assert "电话：13800000000" in said.text


async def test_another_time_is_written_beside_what_was_told(server: ActionServer) -> None:
    filed = await server.filed("电梯坏了")
    await server.run("action_amend", "说错了，是昨天晚上", "correct", entities={"time": "昨天晚上"})
    content = (await server.appeals.get(filed.id)).content
    assert content == "电梯坏了（居民更正：说错了，是昨天晚上）"


async def test_a_first_party_dispatches(server: ActionServer) -> None:
    filed = await server.filed(community="月球花园", building="")
    assert filed.status is AppealStatus.DISPATCHED or filed.lead_party == ""
    await server.run(
        "action_amend", "小区错了，是江城雅苑5栋", "correct",
        entities={"community": "江城雅苑", "building": "5栋"},
    )  # fmt: skip
    appeal = await server.appeals.get(filed.id)
    assert (appeal.community, appeal.lead_party) == ("江城雅苑", "江城雅苑物业服务中心")
    assert appeal.status is AppealStatus.DISPATCHED


async def test_who_is_at_work_keeps_the_work(server: ActionServer) -> None:
    filed = await server.done(await server.filed(), deeds.Start())
    await server.run(
        "action_amend", "小区错了，是江城雅苑5栋", "correct",
        entities={"community": "江城雅苑", "building": "5栋"},
    )  # fmt: skip
    appeal = await server.appeals.get(filed.id)
    assert (appeal.community, appeal.lead_party) == ("江城雅苑", filed.lead_party)
    assert appeal.status is AppealStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("wrong", "part", "right", "place"),
    [
        ("地址不对", "where", {"building": "3栋"}, "青山里3栋"),
        ("房号错了", "where", {"room": "502"}, "青山里8栋502"),
        ("地址不对", "where", {}, "青山里菜场后门"),
        ("地址不对", "where", {"place": "后门"}, "青山里菜场后门"),
    ],
)
async def test_what_is_right_is_asked_for_and_taken(
    server: ActionServer, wrong: str, part: str, right: dict[str, str], place: str
) -> None:
    filed = await server.filed()
    asked = await server.run("action_amend", wrong, "correct")
    assert asked.text == texts.ASK_RIGHT[part] and asked.note is not None
    assert asked.note.outcome is Outcome.ASKED_BACK
    memory = asked.note.remember
    said = await server.run(
        "action_loose_facts", "是菜场后门", "inform", entities=right, memory=memory
    )
    assert (await server.appeals.get(filed.id)).place_text == place
    assert said.note is not None and said.note.remember == {"amending": None}


async def test_a_no_that_names_a_part_is_a_correction(server: ActionServer) -> None:
    await server.filed()
    said = await server.run("action_chat", "地址不对", "deny")
    assert said.text == texts.ASK_RIGHT["where"]


async def test_the_right_matter_is_no_new_appeal(server: ActionServer) -> None:
    filed = await server.filed("路灯坏了")
    asked = await server.run("action_amend", "问题写错了", "correct")
    assert asked.note is not None
    said = await server.run(
        "validate_appeal_form", "是楼道灯坏了", "file_appeal",
        entities={"problem": "楼道灯坏了", "category": "路灯路面"}, memory=asked.note.remember,
    )  # fmt: skip
    assert "楼道灯坏了" in (await server.appeals.get(filed.id)).content
    assert said.events[0] == {"event": "active_loop", "timestamp": None, "name": None}
    assert len(await server.appeals.of_resident(1)) == 1


async def test_what_was_asked_long_ago_is_not_waited_for(
    server: ActionServer, clock: Clock
) -> None:
    filed = await server.filed()
    asked = await server.run("action_amend", "地址不对", "correct")
    assert asked.note is not None
    clock.forward(timedelta(hours=1))
    said = await server.run(
        "action_loose_facts", "3栋", entities={"building": "3栋"}, memory=asked.note.remember
    )
    assert said.text == texts.LOOSE_FACTS
    assert (await server.appeals.get(filed.id)).building == "8栋"


async def test_an_old_appeal_is_not_what_is_corrected(server: ActionServer, clock: Clock) -> None:
    filed = await server.filed()
    clock.forward(timedelta(days=4))
    said = await server.run(
        "action_amend", "不是8栋，是3栋", "correct", entities={"building": "3栋"}
    )
    assert said.text == texts.LOOSE_FACTS
    assert (await server.appeals.get(filed.id)).building == "8栋"


async def test_a_correction_of_nothing_keeps_its_facts(server: ActionServer) -> None:
    said = await server.run("action_amend", "是3栋", "correct", entities={"building": "3栋"})
    assert said.text == texts.LOOSE_FACTS and said.note is not None
    assert said.note.remember == {"told_facts": {"building": "3栋"}}


async def test_a_spot_that_was_taken_back_is_gone(server: ActionServer) -> None:
    filed = await server.filed(building="", place="菜场后门")
    await server.run("action_amend", "地址不对", "correct")
    await server.run(
        "action_loose_facts", "菜场后门", "inform", entities={"place": "后门"},
        memory={"amending": {"number": filed.number, "part": "where", "at": "2026-11-24T02:00:00Z"}},
    )  # fmt: skip
    await server.run("action_amend", "不是菜场后门，是3栋", "correct", entities={"building": "3栋"})
    assert (await server.appeals.get(filed.id)).place_text == "青山里3栋"
