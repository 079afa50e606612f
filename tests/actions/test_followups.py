"""Follow-ups are about what was talked of before: its section, another subject, and not for ever."""

from datetime import timedelta
from typing import Any

import pytest

from actions import texts
from actions.followups import subject_of
from actions.turn import Outcome
from tests.actions.conftest import ActionServer, published
from tests.databases import Clock

SECTIONS = {
    "materials": "身份证、户口簿。",
    "where": "社区服务大厅，周一至周五。",
    "time": "七个工作日。",
    "who": "八十岁以上老人，家人可以代办。",
}


@pytest.fixture
async def allowance(server: ActionServer) -> int:
    return await published(server, "高龄津贴", **SECTIONS)


async def _asked(server: ActionServer, entry: int, question: str) -> dict[str, Any]:
    server.search.knows(question, (entry, "高龄津贴"))
    said = await server.run("action_answer", question, "ask_service")
    assert said.note is not None
    return said.note.remember


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("那要带什么材料", "身份证、户口簿。"),
        ("那我没带身份证呢", "身份证、户口簿。"),
        ("在哪办", "社区服务大厅"),
        ("周末上班吗", "社区服务大厅"),
        ("几天能办好", "七个工作日。"),
        ("我妈可以办吗", "八十岁以上老人"),
        ("我不在本地可以让儿子去吗", "八十岁以上老人"),
        ("谢谢，那几天能办好", "七个工作日。"),
    ],
)
async def test_the_section_that_is_asked_for_is_told(
    server: ActionServer, allowance: int, question: str, answer: str
) -> None:
    memory = await _asked(server, allowance, "高龄津贴怎么办")
    said = await server.run("action_follow_up", question, "ask_followup", memory=memory)
    assert said.text.startswith("【高龄津贴】") and answer in said.text
    assert said.note is not None and said.note.outcome is Outcome.ANSWERED


async def test_what_the_entry_does_not_say_is_admitted(
    server: ActionServer, allowance: int
) -> None:
    memory = await _asked(server, allowance, "高龄津贴怎么办")
    said = await server.run("action_follow_up", "多少钱", "ask_followup", memory=memory)
    assert said.text == texts.SECTION_MISSING.format(title="高龄津贴")


async def test_a_new_subject_gets_the_same_section(server: ActionServer, allowance: int) -> None:
    permit = await published(server, "居住证", materials="房产证或者租房合同。")
    memory = await _asked(server, allowance, "高龄津贴要带什么材料")
    server.search.knows("居住证要带什么材料", (permit, "居住证"))
    for intent, action in (("ask_followup", "action_follow_up"), ("ask_service", "action_answer")):
        said = await server.run(action, "那居住证呢", intent, memory=memory)
        assert said.text.startswith("【居住证】\n带什么材料：房产证或者租房合同。")
        assert said.note is not None and said.note.remember["topic"]["entry"] == permit


async def test_a_whole_question_about_another_thing_is_no_follow_up(
    server: ActionServer, allowance: int
) -> None:
    permit = await published(server, "居住证", materials="房产证或者租房合同。")
    memory = await _asked(server, allowance, "高龄津贴怎么办")
    server.search.knows("居住证要带什么", (permit, "居住证"))
    said = await server.run("action_answer", "居住证要带什么", "ask_service", memory=memory)
    assert said.text.startswith("居住证到社区办。") and "房产证" in said.text


async def test_a_stale_topic_is_not_used(
    server: ActionServer, allowance: int, clock: Clock
) -> None:
    memory = await _asked(server, allowance, "高龄津贴怎么办")
    clock.forward(timedelta(minutes=31))
    said = await server.run("action_follow_up", "要带什么材料", "ask_followup", memory=memory)
    assert said.text == texts.UNKNOWN


async def test_choices_and_filings_end_the_topic(server: ActionServer, allowance: int) -> None:
    server.search.knows("补贴", (allowance, "高龄津贴"), sure=False)
    said = await server.run("action_answer", "补贴", "ask_service")
    assert said.note is not None and said.note.remember["topic"] is None


async def test_a_follow_up_to_nothing_is_a_question(server: ActionServer, allowance: int) -> None:
    server.search.knows("要带什么", (allowance, "高龄津贴"))
    said = await server.run("action_follow_up", "要带什么", "ask_followup")
    assert said.text.startswith("高龄津贴到社区办。")


async def test_a_follow_up_behind_a_filing_is_about_the_appeal(server: ActionServer) -> None:
    appeal = await server.filed()
    memory = {"appeal": appeal.number}
    said = await server.run("action_follow_up", "要多久", "ask_followup", memory=memory)
    assert appeal.number in said.text and "等对方签收" in said.text


def test_what_names_a_subject_is_told_from_what_leaves_it_out() -> None:
    for question in ("那要带什么材料", "多少钱", "我妈可以办吗", "网上能办吗", "75岁可以领吗"):
        assert subject_of(question) == "", question
    assert subject_of("那居住证呢") == "居住证"
    assert subject_of("残疾证在哪里办") == "残疾证"
