"""The gateway's line to Rasa: what is asked, what is read, what counts as failure."""

from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse

from actions.turn import HandoffAsk, HandoffReason, Outcome, TurnContext
from bot.conversations.brain import ActionsUnavailable, Brain, BrainUnavailable, Understanding
from bot.conversations.contract import Button
from tests.bot.conversations.rasa import Rasa, said

CONTEXT = TurnContext(resident_id=1, conversation_id=2, message_id=3, channel="web")


@pytest.fixture
async def brain(rasa: Rasa) -> AsyncIterator[Brain]:
    brain = Brain(rasa.url)
    yield brain
    await brain.close()


@pytest.fixture
async def hasty(rasa: Rasa) -> AsyncIterator[Brain]:
    brain = Brain(rasa.url, timeout=0.1)
    yield brain
    await brain.close()


async def test_a_turn_is_asked_with_its_context(brain: Brain, rasa: Rasa) -> None:
    await brain.respond("c2.1", "在吗", CONTEXT)
    assert rasa.heard == [
        {"sender": "c2.1", "message": "在吗", "metadata": CONTEXT.model_dump(mode="json")}
    ]


async def test_words_buttons_and_the_decision_are_read(brain: Brain, rasa: Rasa) -> None:
    rasa.reply = lambda _: said("哪一件？", ("甲", "/a"), outcome=Outcome.CHOICES, intent="ask")
    turn = await brain.respond("c", "津贴", CONTEXT)
    assert turn.texts == [("哪一件？", (Button("甲", "/a"),))]
    assert (turn.note.outcome, turn.note.intent) == (Outcome.CHOICES, "ask")


async def test_a_question_inside_a_filing_decides_and_the_filing_stays_open(
    brain: Brain, rasa: Rasa
) -> None:
    asked = HandoffAsk(reason=HandoffReason.ASKED)
    rasa.reply = lambda _: [
        *said("八十岁", remember={"topic": 1}, home={"room": "1"}),
        *said(
            "在哪里？",
            outcome=Outcome.ASKED_BACK,
            open_matter=True,
            handoff=asked,
            appeal="SQ1",
            remember={"asked": "x"},
        ),
    ]
    turn = await brain.respond("c", "高龄津贴几岁", CONTEXT)
    assert [text for text, _ in turn.texts] == ["八十岁", "在哪里？"]
    assert turn.note.outcome is Outcome.ANSWERED and turn.note.open_matter
    assert turn.note.remember == {"topic": 1, "asked": "x"} and turn.note.home == {"room": "1"}
    assert turn.note.handoff == asked and turn.note.appeal == "SQ1"


async def test_an_empty_list_is_a_failure(brain: Brain, rasa: Rasa) -> None:
    rasa.reply = lambda _: []
    with pytest.raises(ActionsUnavailable):
        await brain.respond("c", "在吗", CONTEXT)


async def test_an_error_and_a_broken_answer_are_absence(brain: Brain, rasa: Rasa) -> None:
    for answer in (PlainTextResponse("no", 500), PlainTextResponse("no json")):
        rasa.reply = lambda _, answer=answer: answer
        with pytest.raises(BrainUnavailable):
            await brain.respond("c", "在吗", CONTEXT)


async def test_slowness_is_absence_too(hasty: Brain, rasa: Rasa) -> None:
    rasa.seconds = 1
    with pytest.raises(BrainUnavailable):
        await hasty.respond("c", "在吗", CONTEXT)
    assert await hasty.parse("着火了") == Understanding()


async def test_a_message_is_understood_without_an_answer(brain: Brain, rasa: Rasa) -> None:
    rasa.understand = lambda _: {
        "intent": {"name": "emergency", "confidence": 0.9},
        "entities": [
            {"entity": "danger", "value": "fire"},
            {"entity": "building", "value": "3栋"},
            {"entity": "building", "value": "8栋"},
        ],
    }
    assert await brain.parse("着火了") == Understanding(
        intent="emergency", confidence=0.9, entities={"building": "3栋"}, danger="fire"
    )
    assert rasa.parsed == ["着火了"] and rasa.heard == []


async def test_it_is_ready_when_rasa_says_so(brain: Brain) -> None:
    assert await brain.ready()
    gone = Brain("http://127.0.0.1:1")
    assert not await gone.ready()
    await gone.close()
