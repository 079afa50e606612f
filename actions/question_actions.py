"""Actions that answer service questions from knowledge (知识问答)."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.answering import Answering
from actions.appeals.intake import is_letter
from actions.speaking import Heard, hear, speak
from actions.turn import Outcome, TurnNote


class _Question(Action):  # type: ignore[misc]
    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def _answer(self, dispatcher: CollectingDispatcher, heard: Heard, question: str) -> None:
        reply = await self._answering.answer(question, chat=_chat_for(heard))
        speak(dispatcher, heard, reply.text, reply.note, reply.buttons)


class AnswerQuestion(_Question):
    """A question, or a message that nobody understood: knowledge may know."""

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if not is_letter(heard.question) or heard.filing:
            await self._answer(dispatcher, heard, heard.question)
            return []
        if heard.said.intent != "ask_service":
            return [FollowupAction("appeal_form")]
        reply = await self._answering.answer_letter(heard.question)
        speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
        return []


class FollowUp(_Question):
    """A question that leaves the subject out: it is about what was spoken of before."""

    def name(self) -> str:
        return "action_follow_up"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        topic = heard.context.memory.get("topic")
        if topic:
            reply = await self._answering.about(int(topic), heard.question)
            if reply is not None:
                speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
                return []
        await self._answer(dispatcher, heard, heard.question)
        return []


class Choose(_Question):
    """One of the choices that were offered."""

    def name(self) -> str:
        return "action_choose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        entry = heard.said.entities.get("entry", "")
        asked = str(heard.context.memory.get("asked") or "")
        reply = await self._answering.entry(int(entry), asked) if entry.isdecimal() else None
        if reply is None:
            await self._answer(dispatcher, heard, heard.question)
        else:
            speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
        return []


class Chat(Action):  # type: ignore[misc]
    """Greetings, thanks and the like."""

    def name(self) -> str:
        return "action_chat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        intent = heard.said.intent
        missed = intent == "unhelpful"
        buttons = (texts.PERSON_BUTTON,) if missed else ()
        outcome = Outcome.UNKNOWN if missed else Outcome.CHAT
        text = texts.CHAT.get(intent, texts.CHAT["chitchat"])
        speak(dispatcher, heard, text, TurnNote(outcome=outcome), buttons)
        return []


def _chat_for(heard: Heard) -> bool:
    """Whether a message that knowledge does not know is small talk rather than a question."""
    return heard.said.intent in ("chitchat", "out_of_scope") and heard.said.confidence >= 0.6
