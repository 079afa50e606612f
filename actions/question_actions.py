"""Actions that answer service questions from knowledge (知识问答)."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import texts
from actions.amending_actions import Amend
from actions.answering import Answering
from actions.appeal_actions import Progress
from actions.appeals.draft import is_letter
from actions.appeals.intake import insists
from actions.appeals.short_answers import wrong_part
from actions.beside import tells_trouble
from actions.elsewhere import Elsewhere
from actions.followups import subject_of
from actions.parts import parts_of
from actions.speaking import Heard, hear, speak
from actions.turn import Outcome, TurnNote

_TWO = 2
_FOREIGN = re.compile(r"[A-Za-z]{2,}.*[A-Za-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")


class _Question(Action):  # type: ignore[misc]
    def __init__(self, answering: Answering, elsewhere: Elsewhere) -> None:
        self._answering = answering
        self._elsewhere = elsewhere

    async def _answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, question: str
    ) -> list[dict[str, Any]]:
        """Say what knowledge is sure of, else where the matter belongs, else what may be meant."""
        if _FOREIGN.search(question) and not _HAN.search(question):
            speak(dispatcher, heard, texts.FOREIGN, TurnNote(outcome=Outcome.UNKNOWN))
            return []
        reply = await self._answering.answer_surely(question)
        if reply is None:
            kept = None if heard.filing else self._elsewhere.tell(dispatcher, heard)
            if kept is not None:
                return kept
            reply = await self._answering.answer(question, chat=_chat_for(heard))
        speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
        return []

    async def _follow_up(self, dispatcher: CollectingDispatcher, heard: Heard) -> bool:
        reply = await self._answering.follow_up(
            _point(heard.question),
            heard.context.memory,
            asks_on=heard.said.intent == "ask_followup",
        )
        if reply is not None:
            speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
        return reply is not None


class AnswerQuestion(_Question):
    """A question, or a message that nobody understood: knowledge may know."""

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if is_letter(heard.question) and not heard.filing:
            return await self._answer_letter(dispatcher, heard)
        parts = parts_of(heard.question)
        if parts.questions and tells_trouble(parts, heard.said) and not heard.filing:
            # The form answers the question and takes the problem in.
            return [FollowupAction("appeal_form")]
        if await self._follow_up(dispatcher, heard):
            return []
        if parts.announced and len(parts.questions) == _TWO:
            replies = [await self._answering.answer_beside(q, True) for q in parts.questions]
            if all(replies):
                for reply in filter(None, replies):
                    speak(dispatcher, heard, reply.text, reply.note)
                return []
        return await self._answer(dispatcher, heard, heard.question)

    async def _answer_letter(
        self, dispatcher: CollectingDispatcher, heard: Heard
    ) -> list[dict[str, Any]]:
        if heard.said.intent != "ask_service":
            return [FollowupAction("appeal_form")]
        reply = await self._answering.answer_letter(heard.question)
        if reply is not None:
            speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
            return []
        kept = self._elsewhere.tell(dispatcher, heard)
        if kept is not None:
            return kept
        note = TurnNote(outcome=Outcome.ASKED_BACK)
        speak(dispatcher, heard, texts.UNKNOWN_LETTER, note)
        return [FollowupAction("appeal_form")]


class FollowUp(_Question):
    """A question that leaves the subject out: it is about what was spoken of before."""

    def __init__(self, answering: Answering, elsewhere: Elsewhere, progress: Progress) -> None:
        super().__init__(answering, elsewhere)
        self._progress = progress

    def name(self) -> str:
        return "action_follow_up"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if await self._follow_up(dispatcher, heard):
            return []
        memory = heard.context.memory
        if not memory.get("topic") and memory.get("appeal") and not subject_of(heard.question):
            # What was talked of last is an appeal: 要多久, 找谁.
            return await self._progress.run(dispatcher, tracker, domain)
        return await self._answer(dispatcher, heard, heard.question)


class Choose(_Question):
    """One of the choices that were offered."""

    def name(self) -> str:
        return "action_choose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        entry = heard.said.entities.get("entry", "")
        memory = heard.context.memory
        reply = await self._answering.chosen(int(entry), memory) if entry.isdecimal() else None
        if reply is None:
            return await self._answer(dispatcher, heard, heard.question)
        speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
        return []


class Chat(_Question):
    """Greetings, thanks and the like; a question or a problem that comes with them is served."""

    def __init__(self, answering: Answering, elsewhere: Elsewhere, amend: Amend) -> None:
        super().__init__(answering, elsewhere)
        self._amend = amend

    def name(self) -> str:
        return "action_chat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        heard = hear(tracker)
        if not heard.filing:
            served = await self._more_than_chat(dispatcher, tracker, heard)
            if served is not None:
                return served
        intent = heard.said.intent
        missed = intent == "unhelpful"
        buttons = (texts.PERSON_BUTTON,) if missed else ()
        outcome = Outcome.UNKNOWN if missed else Outcome.CHAT
        text = texts.CHAT.get(intent, texts.CHAT["chitchat"])
        # A matter that a resident may yet insist on is kept through a word of thanks.
        note = TurnNote(outcome=outcome, open_matter=bool(tracker.get_slot("appeal_what")))
        speak(dispatcher, heard, text, note, buttons)
        return []

    async def _more_than_chat(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard
    ) -> list[dict[str, Any]] | None:
        question = heard.question
        if tracker.get_slot("appeal_what") and insists(question):
            return [FollowupAction("appeal_form")]
        if heard.said.intent == "deny" and wrong_part(question):
            return await self._amend.run(dispatcher, tracker, {})
        parts = parts_of(question)
        if tells_trouble(parts, heard.said) and (parts.questions or heard.said.entities):
            return [FollowupAction("appeal_form")]
        if parts.questions and not is_letter(question):
            if await self._follow_up(dispatcher, heard):
                return []
            reply = await self._answering.answer_beside(parts.questions[0], parts.announced)
            if reply is not None:
                speak(dispatcher, heard, reply.text, reply.note, reply.buttons)
                return []
        return self._elsewhere.tell(dispatcher, heard)


def _point(text: str) -> str:
    """The question without the thanks and greetings before it."""
    questions = parts_of(text).questions
    return questions[0] if len(questions) == 1 else text


def _chat_for(heard: Heard) -> bool:
    """Whether a message that knowledge does not know is small talk rather than a question."""
    return heard.said.intent in ("chitchat", "out_of_scope") and heard.said.confidence >= 0.6
