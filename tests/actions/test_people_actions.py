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
    "neighbour_dispute": (HandoffReason.DISPUTE, 0),
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


@pytest.mark.parametrize("kind", ["praise", "suggest", "volunteer"])
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
