"""Questions: a sure answer, choices, an honest 不知道; follow-ups and small talk."""

from datetime import date

import pytest

from actions import texts
from actions.turn import Outcome
from knowledge.entries.entry import EntryContent
from tests.actions.conftest import ActionServer


@pytest.fixture
async def allowance(server: ActionServer) -> int:
    return await published(server, "高龄津贴", materials="身份证、户口簿。")


async def published(server: ActionServer, title: str, **sections: str) -> int:
    content = EntryContent.model_validate(
        {
            "title": title,
            "topic": "养老助残",
            "questions": [f"{title}怎么办"],
            "answer": f"{title}到社区办。",
            "sections": sections,
            "checked_on": date(2026, 11, 1),
        }
    )
    entry = await server.entries.create_draft(content, "li")
    await server.entries.publish(entry.id, "li")
    return entry.id


async def test_a_sure_answer_is_given_and_remembered(server: ActionServer, allowance: int) -> None:
    server.search.knows("高龄津贴怎么办", (allowance, "高龄津贴"))
    said = await server.run("action_answer", "高龄津贴怎么办", "ask_service")
    assert said.text.startswith("高龄津贴到社区办。") and said.note is not None
    assert said.note.outcome is Outcome.ANSWERED and said.note.entry is not None
    assert (said.note.entry.id, said.note.entry.version) == (allowance, 1)
    assert said.note.remember == {"topic": allowance}
    assert said.buttons == [{"title": "带什么材料", "payload": "带什么材料"}]


async def test_a_follow_up_is_about_the_same_thing(server: ActionServer, allowance: int) -> None:
    memory = {"topic": allowance}
    said = await server.run("action_follow_up", "要带什么材料", "ask_followup", memory=memory)
    assert said.text.startswith("【高龄津贴】\n带什么材料：身份证、户口簿。")
    missing = await server.run("action_follow_up", "多少钱", "ask_followup", memory=memory)
    assert missing.text == texts.SECTION_MISSING.format(title="高龄津贴")


async def test_a_follow_up_to_nothing_is_a_question(server: ActionServer, allowance: int) -> None:
    server.search.knows("要带什么", (allowance, "高龄津贴"))
    said = await server.run("action_follow_up", "要带什么", "ask_followup")
    assert said.text.startswith("高龄津贴到社区办。")


async def test_choices_are_offered_and_chosen(server: ActionServer, allowance: int) -> None:
    other = await published(server, "残疾人补贴")
    entries = (allowance, "高龄津贴"), (other, "残疾人补贴")
    server.search.knows("补贴带什么材料", *entries, sure=False)
    said = await server.run("action_answer", "补贴带什么材料", "ask_service")
    assert said.text == texts.CHOICES and said.note is not None
    assert [b["title"] for b in said.buttons] == ["高龄津贴", "残疾人补贴", "转人工"]
    assert said.buttons[0]["payload"] == f'/choose{{"entry": "{allowance}"}}'
    chosen = await server.run(
        "action_choose",
        "高龄津贴",
        "choose",
        entities={"entry": str(allowance)},
        memory=said.note.remember,
    )
    assert "带什么材料：身份证、户口簿。" in chosen.text, "what was asked first is remembered"


async def test_a_choice_that_is_gone_is_a_question(server: ActionServer) -> None:
    for entry in ("", "12345", "一", "²"):
        said = await server.run("action_choose", "高龄津贴", "choose", entities={"entry": entry})
        assert said.text == texts.UNKNOWN


async def test_what_is_not_known_is_kept_for_the_community(server: ActionServer) -> None:
    said = await server.run("action_answer", "量子力学", "ask_service")
    assert said.text == texts.UNKNOWN and said.note is not None
    assert said.note.outcome is Outcome.UNKNOWN
    assert said.buttons == [{"title": "转人工", "payload": "/ask_person"}]
    assert await server.entries.open_misses() == 1


async def test_an_entry_that_was_retired_is_not_told(server: ActionServer, allowance: int) -> None:
    server.search.knows("高龄津贴怎么办", (allowance, "高龄津贴"))
    await server.entries.retire(allowance, "li")
    said = await server.run("action_answer", "高龄津贴怎么办", "ask_service")
    assert said.text == texts.UNKNOWN


async def test_small_talk_is_no_miss(server: ActionServer) -> None:
    said = await server.run("action_answer", "你多大了", "chitchat")
    assert said.text == texts.CHAT["chitchat"] and said.note is not None
    assert said.note.outcome is Outcome.CHAT
    assert await server.entries.open_misses() == 0


async def test_chat(server: ActionServer) -> None:
    for intent in [*texts.CHAT, "no such intent"]:
        said = await server.run("action_chat", "嗯", intent)
        assert said.text == texts.CHAT.get(intent, texts.CHAT["chitchat"])
        missed = intent == "unhelpful"
        assert said.note is not None
        assert said.note.outcome is (Outcome.UNKNOWN if missed else Outcome.CHAT)
        assert bool(said.buttons) == missed


async def test_a_long_letter_is_taken_in_instead_of_answered(server: ActionServer) -> None:
    said = await server.run("action_answer", "我们这栋楼的电梯坏了三天了。" * 6, "nlu_fallback")
    assert said.texts == [] and said.events[0]["name"] == "appeal_form"
