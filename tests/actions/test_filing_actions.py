"""Filing an appeal through the form's actions, up to its number, its grid and its party."""

from typing import Any

import pytest
from sqlalchemy import select

from actions import texts
from actions.appeals.life import AppealStatus
from actions.appeals.tables import AppealRow
from actions.turn import Outcome
from knowledge.places.tables import GridRow
from knowledge.storage.database import Database
from tests.actions.conftest import ActionServer, published

LEAK = {
    "community": "青山里",
    "building": "3栋",
    "unit": "2单元",
    "room": "501",
    "category": "漏水",
}
FACTS = {**LEAK, "phone": "13800138000", "photos": [7]}


def drafted(**facts: Any) -> dict[str, Any]:
    return {
        "appeal_what": "青山里3栋2单元501漏水",
        "appeal_where": "青山里3栋2单元501",
        "appeal_confirmed": None,
        "appeal_facts": {**LEAK, **facts},
        "requested_slot": "appeal_confirmed",
    }


async def test_the_first_message_fills_what_it_tells(server: ActionServer) -> None:
    said = await server.run(
        "validate_appeal_form", "青山里3栋2单元501漏水", "file_appeal", entities=LEAK
    )
    slots = said.slots()
    assert slots["appeal_what"] == slots["appeal_where"] + "漏水" == "青山里3栋2单元501漏水"
    assert slots["appeal_confirmed"] is None and slots["appeal_facts"]["category"] == "漏水"
    assert said.texts == []


async def test_a_detour_leaves_the_slots_alone(server: ActionServer) -> None:
    said = await server.run(
        "validate_appeal_form", "高龄津贴怎么办", "ask_service", slots=drafted(), form=True
    )
    assert said.events == []


async def test_agreeing_confirms(server: ActionServer) -> None:
    said = await server.run("validate_appeal_form", "确认", "affirm", slots=drafted(), form=True)
    assert said.slots()["appeal_confirmed"] == "yes"


async def test_facts_told_to_staff_begin_the_draft(server: ActionServer) -> None:
    told = {"community": "青山里", "building": "3栋", "danger": "fire"}
    said = await server.run(
        "validate_appeal_form", "漏水", "file_appeal", memory={"told_facts": told}
    )
    assert said.slots()["appeal_where"] == "青山里3栋"


async def test_a_home_is_taken_from_the_context(server: ActionServer) -> None:
    said = await server.run("validate_appeal_form", "我家漏水", "file_appeal", home=LEAK)
    assert said.slots()["appeal_where"] == "青山里3栋2单元501"


@pytest.mark.parametrize(
    ("facts", "question"),
    [
        ({}, texts.ASK_WHERE),
        ({"community": "青山里"}, texts.ASK_SPOT.format(community="青山里")),
        ({"building": "3栋"}, texts.ASK_COMMUNITY.format(spot="3栋")),
    ],
)
async def test_only_what_is_missing_of_the_place_is_asked_for(
    server: ActionServer, facts: dict[str, str], question: str
) -> None:
    said = await server.run("action_ask_appeal_where", "坏了", slots={"appeal_facts": facts})
    assert said.text == question and said.slots()["appeal_facts"]["asked_where"] == 1
    assert said.note is not None and said.note.open_matter


async def test_what_is_the_matter(server: ActionServer) -> None:
    said = await server.run("action_ask_appeal_what", "我要报修", "file_appeal")
    assert said.text == texts.ASK_WHAT
    assert said.note is not None and said.note.outcome is Outcome.ASKED_BACK


async def test_the_appeal_is_read_back(server: ActionServer) -> None:
    slots = drafted(phone="13800138000", photos=[7, 8], from_home=True)
    said = await server.run("action_ask_appeal_confirmed", "漏水", slots=slots)
    for line in ("问题：青山里3栋2单元501漏水", "地点：青山里3栋2单元501", "类别：漏水"):
        assert line in said.text
    assert "照片：2 张" in said.text and "电话：13800138000" in said.text
    assert "上次登记的住处" in said.text
    assert [b["payload"] for b in said.buttons] == ["/affirm", "/deny", "/cancel"]


async def test_a_long_letter_is_read_back_by_its_beginning(server: ActionServer) -> None:
    slots = {**drafted(), "appeal_what": "漏" * 500}
    said = await server.run("action_ask_appeal_confirmed", "漏水", slots=slots)
    assert "漏" * 120 + "……（全文已记下）" in said.text and len(said.text) < 400


async def test_a_change_is_asked_for_and_read_back(server: ActionServer) -> None:
    slots = drafted(changing=True)
    said = await server.run("action_ask_appeal_confirmed", "不对", "deny", slots=slots)
    assert said.text == texts.ASK_CHANGE
    changed = await server.run("action_ask_appeal_confirmed", "8栋", slots=drafted(changed=True))
    assert changed.text.startswith("改好了")


async def test_the_agreed_appeal_is_filed(server: ActionServer, database: Database) -> None:
    slots = {**drafted(**FACTS), "appeal_confirmed": "yes"}
    said = await server.run("action_submit_appeal", "确认", "affirm", slots=slots)
    (appeal,) = await server.appeals.of_resident(1, limit=1)
    assert appeal is not None and appeal.number == "SQ202611240001"
    assert said.text == texts.FILED.format(number=appeal.number, party="青山里社区居委会")
    assert (appeal.status, appeal.category) == (AppealStatus.DISPATCHED, "漏水")
    assert (appeal.community, appeal.grid) == ("青山里", "青山里第一网格")
    assert (appeal.building, appeal.unit, appeal.room) == ("3栋", "2单元", "501")
    assert (appeal.phone, appeal.photos) == ("13800138000", [7])
    assert said.note is not None and said.note.outcome is Outcome.FILED
    assert not said.note.open_matter
    assert said.note.remember["appeal"] == appeal.number
    assert said.note.remember["told_facts"] is None and said.note.remember["staff_note"] is None
    assert said.note.home == {k: v for k, v in LEAK.items() if k != "category"}
    assert said.events[0]["event"] == "reset_slots"


async def test_the_same_message_files_one_appeal(server: ActionServer) -> None:
    slots = {**drafted(), "appeal_confirmed": "yes"}
    memory = {"staff_note": "老人独居，请优先"}
    for _ in range(2):
        said = await server.run(
            "action_submit_appeal", "确认", slots=slots, message_id=9, memory=memory
        )
        assert "SQ202611240001" in said.text
    [appeal] = await server.appeals.of_resident(1)
    assert await server.kinds(appeal) == ["filed", "dispatch", "note"]
    assert (await server.appeals.history(appeal.id))[-1].note == "老人独居，请优先"


@pytest.mark.parametrize(
    ("facts", "community", "grid", "party"),
    [
        ({"building": "8栋"}, "青山里", "青山里第二网格", "青山街道办事处"),
        ({"building": "三号楼"}, "青山里", "青山里第一网格", "青山街道办事处"),
        ({"building": "99栋"}, "青山里", "", "青山街道办事处"),
        ({"category": "噪音扰民"}, "青山里", "青山里第二网格", "青山里网格"),
        ({"category": ""}, "青山里", "青山里第二网格", "青山里社区居委会"),
        ({"community": "江城雅苑", "building": "5号楼"}, "江城雅苑", "江城雅苑第二网格",
         "江城雅苑物业服务中心"),
        ({"community": "雅苑小区", "category": "违建"}, "江城雅苑", "江城雅苑第二网格",
         "江城街道办事处"),
        ({"community": "月球花园"}, "", "", ""),
    ],
)  # fmt: skip
async def test_grid_and_party_are_looked_up(
    server: ActionServer, facts: dict[str, str], community: str, grid: str, party: str
) -> None:
    known = {"community": "青山里", "building": "8栋", "category": "电梯", **facts}
    slots = {
        "appeal_what": "坏了",
        "appeal_where": known["community"] + known["building"],
        "appeal_confirmed": "yes",
        "appeal_facts": known,
    }
    said = await server.run("action_submit_appeal", "确认", slots=slots)
    (appeal,) = await server.appeals.of_resident(1, limit=1)
    assert appeal is not None
    assert (appeal.community, appeal.grid, appeal.lead_party) == (community, grid, party)
    told = texts.FILED if party else texts.FILED_NO_PARTY
    assert said.text == told.format(number=appeal.number, party=party)
    assert appeal.status is (AppealStatus.DISPATCHED if party else AppealStatus.RECEIVED)


async def test_the_phone_of_the_resident_serves_where_none_was_told(
    server: ActionServer, database: Database
) -> None:
    slots = {**drafted(), "appeal_confirmed": "yes"}
    await server.run("action_submit_appeal", "确认", slots=slots, phone="027-87654321")
    async with database.read() as session:
        row = (await session.scalars(select(AppealRow))).one()
        assert row.phone == "027-87654321"
        assert await session.get(GridRow, row.grid_id) is not None


async def test_dropping(server: ActionServer) -> None:
    said = await server.run("action_drop_appeal", "算了", "cancel", slots=drafted())
    assert said.text == texts.DROPPED and said.events[0]["event"] == "reset_slots"
    assert await server.appeals.of_resident(1) == []


async def test_an_address_or_a_photo_without_a_matter_is_kept(server: ActionServer) -> None:
    first = await server.run("action_loose_facts", "青山里3栋", entities={"building": "3栋"})
    assert first.text == texts.LOOSE_FACTS and first.note is not None
    memory = first.note.remember
    second = await server.run("action_loose_facts", "", "send_photo", media_id=7, memory=memory)
    assert second.text == texts.LOOSE_PHOTO and second.note is not None
    assert second.note.remember == {"told_facts": {"building": "3栋", "photos": [7]}}


async def test_a_question_beside_the_problem_is_answered_first(server: ActionServer) -> None:
    entry = await published(server, "高龄津贴")
    server.search.knows("高龄津贴怎么办", (entry, "高龄津贴"))
    said = await server.run(
        "validate_appeal_form", "青山里3栋电梯坏了，顺便问下高龄津贴怎么办", "file_appeal",
        entities={"community": "青山里", "building": "3栋", "problem": "电梯坏", "category": "电梯"},
    )  # fmt: skip
    assert said.text.startswith("高龄津贴到社区办。") and said.buttons == []
    assert said.slots()["appeal_what"] == "青山里3栋电梯坏了"
    assert said.slots()["appeal_where"] == "青山里3栋"


async def test_a_question_beside_the_place_is_answered_and_the_place_taken(
    server: ActionServer,
) -> None:
    entry = await published(server, "高龄津贴")
    server.search.knows("高龄津贴怎么办", (entry, "高龄津贴"))
    slots = {"appeal_what": "电梯坏了", "requested_slot": "appeal_where", "appeal_facts": {}}
    said = await server.run(
        "validate_appeal_form", "青山里3栋，顺便问下高龄津贴怎么办", "ask_service",
        entities={"community": "青山里", "building": "3栋"}, slots=slots, form=True,
    )  # fmt: skip
    assert said.text.startswith("高龄津贴到社区办。")
    assert said.slots()["appeal_where"] == "青山里3栋"


async def test_a_question_beside_that_nobody_can_answer_is_admitted(server: ActionServer) -> None:
    said = await server.run(
        "validate_appeal_form", "电梯坏了，顺便问下火星移民怎么办", "file_appeal",
        entities={"problem": "电梯坏", "category": "电梯"},
    )  # fmt: skip
    assert said.text == texts.UNKNOWN_BESIDE.format(question="火星移民怎么办")
    assert said.slots()["appeal_what"] == "电梯坏了"


async def test_a_question_about_the_problem_itself_is_part_of_it(server: ActionServer) -> None:
    said = await server.run(
        "validate_appeal_form", "电梯坏了，找谁修", "file_appeal", entities={"problem": "电梯坏"}
    )
    assert said.texts == [] and said.slots()["appeal_what"] == "电梯坏了，找谁修"


async def test_a_problem_in_a_question_goes_to_the_form(server: ActionServer) -> None:
    said = await server.run(
        "action_answer", "高龄津贴怎么办，另外楼道灯坏了", "ask_service",
        entities={"problem": "楼道灯坏"},
    )  # fmt: skip
    assert said.texts == [] and said.events[0]["name"] == "appeal_form"


async def test_a_matter_that_belongs_elsewhere_is_told_where_and_kept(
    server: ActionServer,
) -> None:
    said = await server.run("validate_appeal_form", "公司拖欠我三个月工资", "file_appeal")
    assert "12333" in said.text and "仍要登记" in said.text
    assert [b["payload"] for b in said.buttons] == ["/file_appeal", "/ask_person"]
    assert said.note is not None and said.note.matter == "wages" and said.note.open_matter
    assert said.slots()["appeal_what"] == "公司拖欠我三个月工资"
    assert {"event": "active_loop", "timestamp": None, "name": None} in said.events
    ended = await server.run("action_submit_appeal", "公司拖欠我三个月工资", slots=said.slots())
    assert ended.texts == [] and await server.appeals.of_resident(1) == []


async def test_who_insists_is_taken_in(server: ActionServer) -> None:
    first = await server.run("validate_appeal_form", "公司拖欠我三个月工资", "file_appeal")
    kept = {**first.slots(), "requested_slot": None}
    said = await server.run("validate_appeal_form", "仍要登记", "file_appeal", slots=kept)
    slots = said.slots()
    assert said.texts == [] and slots["appeal_what"] == "公司拖欠我三个月工资"
    assert slots["appeal_where"] == "不详"
    other = await server.run(
        "validate_appeal_form",
        "电梯坏了",
        "file_appeal",
        entities={"problem": "电梯坏"},
        slots=kept,
    )
    assert other.slots()["appeal_what"] == "电梯坏了" and other.slots()["appeal_where"] is None


async def test_what_the_city_decides_needs_no_building(server: ActionServer) -> None:
    said = await server.run("validate_appeal_form", "我们这边小学学位不够", "file_appeal")
    slots = said.slots()
    assert (slots["appeal_what"], slots["appeal_where"]) == ("我们这边小学学位不够", "不详")
    back = await server.run("action_ask_appeal_confirmed", "学位不够", "file_appeal", slots=slots)
    assert "地点：不详" in back.text and texts.CONFIRM_PASSED_ON.strip() in back.text
    agreed = {**slots, "appeal_confirmed": "yes"}
    filed = await server.run("action_submit_appeal", "确认", "affirm", slots=agreed)
    (appeal,) = await server.appeals.of_resident(1)
    assert filed.text == texts.FILED_NO_PARTY.format(number=appeal.number)
    assert appeal.place_text == "不详"


async def test_an_unknown_place_goes_to_the_community_of_the_resident(
    server: ActionServer,
) -> None:
    slots = {**drafted(), "appeal_where": "不详", "appeal_confirmed": "yes"}
    slots["appeal_facts"] = {"category": "漏水", "matter": "no_place_told"}
    await server.run("action_submit_appeal", "确认", "affirm", slots=slots, home=LEAK)
    (appeal,) = await server.appeals.of_resident(1)
    assert appeal.community == "青山里"


async def test_who_cannot_say_what_is_the_matter_is_not_pressed(server: ActionServer) -> None:
    slots = {"requested_slot": "appeal_what"}
    said = await server.run("action_ask_appeal_what", "说不清楚", "deny", slots=slots)
    assert said.text == texts.ASK_WHAT_AGAIN and said.buttons[0]["payload"] == "/ask_person"


async def test_the_part_that_is_wrong_is_asked_for(server: ActionServer) -> None:
    slots = drafted(changing=True, changing_part="where")
    said = await server.run("action_ask_appeal_confirmed", "地址不对", "deny", slots=slots)
    assert said.text == texts.ASK_RIGHT["where"]


async def test_corruption_is_for_those_who_inquire_into_it(server: ActionServer) -> None:
    said = await server.run("action_hand_off", "举报村支书贪污受贿", "complain_staff")
    assert "12388" in said.text and said.note is not None and said.note.handoff is None
    staff = await server.run("action_hand_off", "网格员态度太差了", "complain_staff")
    assert staff.text == texts.HAND_OFF["complain_staff"]


async def test_a_petition_that_waits_is_no_appeal_of_ours(server: ActionServer) -> None:
    said = await server.run("action_progress", "我的信访件一直没有答复", "ask_progress")
    assert said.note is not None and said.note.matter == "petition"


async def test_what_was_never_read_back_is_not_said_to_be_left(server: ActionServer) -> None:
    first = {**drafted(), "requested_slot": None}
    said = await server.run(
        "action_ask_appeal_confirmed", "三天了都没人来", "urge_appeal", slots=first
    )
    assert said.text.startswith("我记下了")
    again = await server.run("action_ask_appeal_confirmed", "你好", "greet", slots=drafted())
    assert again.text.startswith("刚才那件事还没登记")
