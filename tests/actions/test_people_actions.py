"""Actions that bring a person, and voices that are kept as they were said."""

import pytest

from actions import texts
from actions.danger import DANGER_LINES, first_line
from actions.turn import HandoffReason, Outcome
from tests.actions.conftest import ActionServer

REASONS = {
    "ask_person": (HandoffReason.ASKED, 0),
    "complain_staff": (HandoffReason.STAFF_COMPLAINT, 0),
    "despair": (HandoffReason.DESPAIR, 1),
    "anger": (HandoffReason.ANGER, 1),
    "vulnerable_neighbour": (HandoffReason.VULNERABLE, 1),
    "greet": (HandoffReason.ASKED, 0),
}


async def test_a_person_is_asked_for_with_the_reason(server: ActionServer) -> None:
    for intent, (reason, priority) in REASONS.items():
        said = await server.run("action_hand_off", "找个人来", intent)
        assert said.text == texts.HAND_OFF.get(intent, texts.HAND_OFF["ask_person"])
        assert said.note is not None and said.note.outcome is Outcome.HANDED_OFF
        asked = said.note.handoff
        assert asked is not None
        assert (asked.reason, asked.priority, asked.detail) == (reason, priority, "找个人来")


async def test_danger_gets_the_number_first(server: ActionServer) -> None:
    for danger in [*DANGER_LINES, "flood"]:
        said = await server.run("action_emergency", "救命", entities={"danger": danger})
        assert said.text.startswith(first_line(danger))
        assert (texts.EMERGENCY_AFTER in said.text) is (danger != "group")
        assert said.note is not None and said.note.handoff is not None
        assert (said.note.danger, said.note.handoff.priority) == (danger, 2)


@pytest.mark.parametrize("kind", ["praise", "suggest"])
async def test_a_voice_is_kept_once_in_its_own_words(server: ActionServer, kind: str) -> None:
    for _ in range(2):
        said = await server.run("action_voice", "小王真好", kind, message_id=5)
        assert said.text == texts.VOICE[kind]
    assert [(v.kind, v.text) for v in await server.voices.latest()] == [(kind, "小王真好")]
    assert await server.voices.latest(kind="other") == []


async def test_a_complaint_about_others_is_an_appeal(server: ActionServer) -> None:
    for words in ("物业前台的人凶得很", "医院护士态度不好", "公交司机骂老人", "隔壁装修工人骂人"):
        said = await server.run("action_hand_off", words, "complain_staff")
        assert said.texts == [] and said.events[0]["name"] == "appeal_form", words
    for words in (
        "网格员收了钱不办事",
        "社区窗口的人态度太差",
        "那个人骂我",
        "物业的事社区主任不管",
    ):
        said = await server.run("action_hand_off", words, "complain_staff")
        assert said.text == texts.HAND_OFF["complain_staff"], words


async def test_a_letter_of_complaint_must_name_the_community(server: ActionServer) -> None:
    story = (
        "本人上周去办事，被那里的人呵斥，材料退了三次，每次说法都不一样，最后还说我无理取闹，请领导过问。"
        * 2
    )
    letter = f"反映某单位服务态度差。{story}"
    said = await server.run("action_hand_off", letter, "complain_staff")
    assert said.events[0]["name"] == "appeal_form"
    ours = await server.run("action_hand_off", f"反映社区工作人员态度差。{story}", "complain_staff")
    assert ours.text == texts.HAND_OFF["complain_staff"]


async def test_the_note_names_who_is_weak(server: ActionServer) -> None:
    said = await server.run("action_hand_off", "楼上独居老人三天没出门了", "vulnerable_neighbour")
    assert said.note is not None and said.note.handoff is not None
    assert said.note.handoff.detail == "【独居老人】楼上独居老人三天没出门了"
    said = await server.run("action_hand_off", "我是残疾人，找个人来", "ask_person")
    assert said.note is not None and said.note.handoff is not None
    assert (said.note.handoff.reason, said.note.handoff.priority) == (HandoffReason.ASKED, 1)


async def test_a_quarrel_is_offered_mediation_or_filing(server: ActionServer) -> None:
    said = await server.run("action_hand_off", "邻居堵我家门还骂人", "neighbour_dispute")
    assert said.text == texts.MEDIATE and "不会告诉对方" in said.text
    assert [button["title"] for button in said.buttons] == ["请书记或调解员来调解", "先登记下来"]
    assert said.note is not None and said.note.handoff is None and said.note.open_matter
    assert said.slots()["appeal_what"] == "邻居堵我家门还骂人"
    assert said.slots()["appeal_facts"]["category"] == "邻里纠纷"
    tapped = await server.run(
        "action_hand_off",
        "请书记或调解员来调解",
        "ask_person",
        entities={"category": "邻里纠纷"},
        memory=said.note.remember,
    )
    assert tapped.text == texts.HAND_OFF["mediation"]
    assert tapped.note is not None and tapped.note.handoff is not None
    asked = tapped.note.handoff
    assert (asked.reason, asked.priority) == (HandoffReason.MEDIATION, 1)
    assert asked.detail == "邻居堵我家门还骂人"
    assert tapped.note.remember == {"quarrel": None}


async def test_a_quarrel_is_filed_confidentially_without_being_told_again(
    server: ActionServer,
) -> None:
    told = await server.run(
        "action_hand_off",
        "8栋邻居堵我家门",
        "neighbour_dispute",
        entities={"community": "青山里", "building": "8栋"},
    )
    read = await server.run(
        "validate_appeal_form",
        "先登记下来",
        "file_appeal",
        slots={**told.slots(), "requested_slot": None},
        form=True,
    )
    assert read.slots()["appeal_what"] == "8栋邻居堵我家门"
    assert read.slots()["appeal_where"] == "青山里8栋"
    slots = {**read.slots(), "appeal_confirmed": "yes"}
    await server.run("action_submit_appeal", "确认", "affirm", slots=slots, form=True)
    appeal = (await server.appeals.of_resident(1))[0]
    assert (appeal.category, appeal.confidential) == ("邻里纠纷", True)


async def test_a_quarrel_told_while_filing_joins_what_was_told(server: ActionServer) -> None:
    slots = {"appeal_what": "楼上漏水", "appeal_facts": {"community": "青山里", "photos": [7]}}
    said = await server.run(
        "action_hand_off", "他还骂我", "neighbour_dispute", slots=slots, form=True
    )
    assert said.slots()["appeal_what"] == "楼上漏水；他还骂我"
    facts = said.slots()["appeal_facts"]
    assert (facts["community"], facts["photos"]) == ("青山里", [7])


async def test_a_volunteer_is_enrolled_at_once_and_asked_for_what_is_missing(
    server: ActionServer,
) -> None:
    said = await server.run(
        "action_voice", "我想当志愿者，会修水电", "volunteer", home={"community": "青山里"}
    )
    assert "水电维修" in said.text and texts.VOLUNTEER_TIMES in said.text
    assert said.note is not None and said.note.remember == {"volunteering": True}
    answer = await server.run(
        "action_loose_facts", "周末上午，13912345678", "inform", memory={"volunteering": True}
    )
    assert answer.note is not None and answer.note.remember == {"volunteering": None}
    volunteer = await server.services.volunteers.of_resident(1)
    assert volunteer is not None
    assert (volunteer.skills, volunteer.times) == (["水电维修"], ["周末", "上午"])
    assert (volunteer.community, volunteer.phone) == ("青山里", "13912345678")
    assert [voice.kind for voice in await server.voices.latest()] == ["volunteer"]


async def test_other_words_after_signing_up_are_no_offer(server: ActionServer) -> None:
    for text, memory in (("青山里8栋", {"volunteering": True}), ("周末上午", {})):
        said = await server.run("action_loose_facts", text, "inform", memory=memory)
        assert said.text == texts.LOOSE_FACTS, text
    assert await server.services.volunteers.of_resident(1) is None
