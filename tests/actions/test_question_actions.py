"""Questions: a sure answer, choices, an honest 不知道; follow-ups and small talk."""

import pytest

from actions import texts
from actions.answering import Answering
from actions.turn import Outcome
from knowledge.entries.misses import MissKind
from tests.actions.conftest import ActionServer, published


@pytest.fixture
async def allowance(server: ActionServer) -> int:
    return await published(server, "高龄津贴", materials="身份证、户口簿。")


async def test_a_sure_answer_is_given_and_remembered(server: ActionServer, allowance: int) -> None:
    server.search.knows("高龄津贴怎么办", (allowance, "高龄津贴"))
    said = await server.run("action_answer", "高龄津贴怎么办", "ask_service")
    assert said.text.startswith("高龄津贴到社区办。") and said.note is not None
    assert said.note.outcome is Outcome.ANSWERED and said.note.entry is not None
    assert (said.note.entry.id, said.note.entry.version) == (allowance, 1)
    assert said.note.remember["topic"]["entry"] == allowance
    assert said.buttons == [{"title": "带什么材料", "payload": "带什么材料"}]


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


async def test_the_office_sees_what_was_offered_and_what_was_tapped(
    server: ActionServer, allowance: int
) -> None:
    other = await published(server, "残疾人补贴")
    entries = (allowance, "高龄津贴"), (other, "残疾人补贴")
    server.search.knows("补贴带什么材料", *entries, sure=False)
    said = await server.run("action_answer", "补贴带什么材料", "ask_service")
    await server.run("action_answer", "补贴带什么材料", "ask_service")
    [miss] = await server.entries.misses(kind=MissKind.OFFERED)
    assert (miss.text, miss.times, miss.offered) == ("补贴带什么材料", 2, [allowance, other])
    assert miss.taps == {}, "nobody tapped yet"
    assert said.note is not None
    memory = said.note.remember
    for entry in (other, allowance):
        tapped = await server.run(
            "action_choose", "", "choose", entities={"entry": str(entry)}, memory=memory
        )
        assert tapped.note is not None
        memory = memory | tapped.note.remember
    [miss] = await server.entries.misses(kind=MissKind.OFFERED)
    assert miss.taps == {other: 1}, "a second look is not a second question"


async def test_a_button_of_a_forgotten_question_is_answered_and_not_counted(
    server: ActionServer, allowance: int
) -> None:
    await server.entries.record_offer("补贴", [allowance], 0.6)
    said = await server.run(
        "action_choose", "高龄津贴", "choose", entities={"entry": str(allowance)}
    )
    assert said.text.startswith("高龄津贴到社区办。")
    [miss] = await server.entries.misses(kind=MissKind.OFFERED)
    assert miss.taps == {}


async def test_choices_that_cannot_be_tapped_are_a_miss(
    server: ActionServer, allowance: int
) -> None:
    server.search.knows("补贴", (allowance, "高龄津贴"), sure=False)
    answering = Answering(server.search, server.entries)
    reply = await answering.answer("补贴", can_tap=False)
    assert reply.note.outcome is Outcome.UNKNOWN
    assert await server.entries.open_misses(MissKind.OFFERED) == 0
    [miss] = await server.entries.misses()
    assert (miss.text, miss.nearest_entry_id) == ("补贴", allowance)


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


async def test_thanks_with_a_question_are_answered(server: ActionServer, allowance: int) -> None:
    server.search.knows("高龄津贴在哪办", (allowance, "高龄津贴"))
    said = await server.run("action_chat", "谢谢，另外想问高龄津贴在哪办", "thanks")
    assert said.text.startswith("高龄津贴到社区办。")
    assert said.note is not None and said.note.outcome is Outcome.ANSWERED


async def test_a_greeting_with_a_problem_begins_a_filing(server: ActionServer) -> None:
    said = await server.run(
        "action_chat", "你好，电梯坏了", "greet", entities={"problem": "电梯坏"}
    )
    assert said.texts == [] and said.events[0]["name"] == "appeal_form"


async def test_two_questions_are_both_answered(server: ActionServer, allowance: int) -> None:
    other = await published(server, "居住证")
    server.search.knows("高龄津贴怎么办", (allowance, "高龄津贴"))
    server.search.knows("居住证在哪办", (other, "居住证"))
    said = await server.run("action_answer", "高龄津贴怎么办，另外居住证在哪办", "ask_service")
    first, second = said.texts
    assert first.startswith("高龄津贴到社区办。") and second.startswith("居住证到社区办。")


async def test_a_tale_with_its_point_at_the_end_is_answered(
    server: ActionServer, allowance: int
) -> None:
    server.search.knows("高龄津贴怎么领", (allowance, "高龄津贴"))
    tale = (
        "我跟你讲啊，我今年都76了，老伴前年就走了，儿子在外地打工，平时就我一个人在屋里，上次去社区也没碰到人，"
        "就是想问一下高龄津贴怎么领"
    )
    said = await server.run("action_answer", tale, "ask_service")
    assert said.text.startswith("高龄津贴到社区办。")


async def test_a_letter_without_an_answer_is_admitted_and_taken_in(server: ActionServer) -> None:
    letter = "请问借调期间的工作年限算不算，材料应该由哪一家单位出具，文件是怎么规定的？" * 2
    said = await server.run("action_answer", letter, "ask_service")
    assert said.text == texts.UNKNOWN_LETTER and said.events[0]["name"] == "appeal_form"
    assert await server.entries.open_misses() == 1


async def test_another_language_is_told_so_in_it(server: ActionServer) -> None:
    said = await server.run("action_answer", "Where can I get a permit?", "nlu_fallback")
    assert said.text == texts.FOREIGN


async def test_a_matter_that_belongs_elsewhere_is_told_so_where_knowledge_is_not_sure(
    server: ActionServer, allowance: int
) -> None:
    said = await server.run("action_answer", "移动乱扣我话费", "nlu_fallback")
    assert "12300" in said.text and said.note is not None and said.note.matter == "telecom"
    server.search.knows("移动乱扣我话费", (allowance, "高龄津贴"))
    sure = await server.run("action_answer", "移动乱扣我话费", "nlu_fallback")
    assert sure.text.startswith("高龄津贴到社区办。")


async def test_a_long_letter_is_taken_in_instead_of_answered(server: ActionServer) -> None:
    said = await server.run("action_answer", "我们这栋楼的电梯坏了三天了。" * 6, "nlu_fallback")
    assert said.texts == [] and said.events[0]["name"] == "appeal_form"
