"""Answers questions from knowledge: a sure answer, three choices, or an honest 不知道 (kept)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from actions import texts
from actions.answers import Buttons, full_answer, section_answer, sections_asked
from actions.followups import SECTION_QUESTIONS, Topic, only_names, subject_of
from actions.parts import point_of
from actions.turn import EntryRef, Outcome, TurnNote
from knowledge.entries.repository import EntryRepository
from knowledge.search.decide import Decision
from knowledge.search.index import Hit
from knowledge.search.rows import Indexed

_CHOICES = 3
_SURE_OF_A_LETTER = 0.85
# A spoken tale with a question at its end; a written letter is longer, and its question hangs on it.
_TALE, _POINT = 160, 40


class Search(Protocol):
    """What `knowledge.search.service.KnowledgeSearch` does."""

    async def search(self, text: str, k: int = 3) -> Decision: ...

    async def entry(self, entry_id: int) -> Indexed | None: ...

    def found(self, entry_id: int) -> Indexed | None: ...


@dataclass(slots=True)
class Reply:
    """Words, buttons and the decision behind them."""

    text: str
    buttons: Buttons
    note: TurnNote


def utc_now() -> datetime:
    return datetime.now(UTC)


class Answering:
    """The one door from a question to an answer, for Rasa's actions and the gateway's fallback."""

    def __init__(
        self,
        search: Search,
        entries: EntryRepository,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._search = search
        self._entries = entries
        self._clock = clock

    async def answer(self, question: str, chat: bool = False, can_tap: bool = True) -> Reply:
        """Answer a question; `chat` says that one without an answer is small talk, not a miss.

        Where the resident cannot tap (`can_tap`), choices are no help: the question is a miss.
        """
        decision = await self._search.search(question, k=_CHOICES)
        if decision.kind == "answer":
            reply = self._full(self._search.found(decision.hits[0].entry_id), question)
            if reply is not None:
                return reply
        if decision.kind == "choices" and can_tap and not chat:
            refs = [_ref(hit) for hit in decision.hits[:_CHOICES]]
            buttons = tuple(
                (ref.title, "/choose" + json.dumps({"entry": str(ref.id)})) for ref in refs
            )
            offer = await self._entries.record_offer(
                question, [ref.id for ref in refs], decision.hits[0].confidence
            )
            remember = {"asked": question[:200], "topic": None, "offer": offer}
            note = TurnNote(outcome=Outcome.CHOICES, choices=refs, remember=remember)
            return Reply(texts.CHOICES, (*buttons, texts.PERSON_BUTTON), note)
        if chat:
            return Reply(texts.CHAT["chitchat"], (), TurnNote(outcome=Outcome.CHAT))
        await self._keep_miss(question, decision.hits[0] if decision.hits else None)
        return Reply(texts.UNKNOWN, (texts.PERSON_BUTTON,), TurnNote(outcome=Outcome.UNKNOWN))

    async def answer_beside(self, question: str, announced: bool) -> Reply | None:
        """Answer a question that stands beside another matter in one message, without buttons.

        One that nothing sets apart (`announced`) may belong to that matter: it is answered only
        where knowledge is sure, else None comes back.
        """
        if not subject_of(question):
            return None
        decision = await self._search.search(question, k=_CHOICES)
        if decision.kind == "answer":
            reply = self._full(self._search.found(decision.hits[0].entry_id), question)
            if reply is not None:
                return Reply(reply.text, (), reply.note)
        if not announced:
            return None
        if decision.kind == "choices":
            refs = [_ref(hit) for hit in decision.hits[:_CHOICES]]
            named = "、".join(f"“{ref.title}”" for ref in refs)
            text = texts.CHOICES_BESIDE.format(question=question[:30], named=named)
            return Reply(text, (), TurnNote(outcome=Outcome.CHOICES, choices=refs))
        await self._keep_miss(question, decision.hits[0] if decision.hits else None)
        text = texts.UNKNOWN_BESIDE.format(question=question[:30])
        return Reply(text, (), TurnNote(outcome=Outcome.ASKED_BACK))

    async def answer_surely(self, question: str, at_least: float = 0.0) -> Reply | None:
        """The answer where knowledge is sure of it; None, and no miss kept, where it is not."""
        decision = await self._search.search(question, k=1)
        if decision.kind != "answer" or decision.hits[0].confidence < at_least:
            return None
        return self._full(self._search.found(decision.hits[0].entry_id), question)

    async def answer_letter(self, letter: str) -> Reply | None:
        """Answer a long message that asks: only where knowledge is very sure of it.

        A letter tells of one case; an entry that merely sounds alike would not fit it. Where the
        letter comes to its point at last (讲了半天，就是想问高龄津贴怎么领), the point is asked too.
        None where there is no such answer; the letter is kept for the office.
        """
        reply = await self.answer_surely(letter, _SURE_OF_A_LETTER)
        point = point_of(letter)
        if reply is None and subject_of(point) and len(letter) <= _TALE and len(point) <= _POINT:
            reply = await self.answer_surely(point, _SURE_OF_A_LETTER)
        if reply is None:
            await self._keep_miss(letter, None)
        return reply

    async def follow_up(self, question: str, memory: dict[str, Any], asks_on: bool) -> Reply | None:
        """Answer a question that leans on the entry talked of before; None where it does not.

        A follow-up that only names another subject (那居住证呢) gets the same sections of that
        subject's entry. `asks_on` says that the message was understood as a follow-up: then what
        names something that knowledge does not know is still about the topic.
        """
        topic = Topic.recalled(memory, self._clock())
        if topic is None:
            return None
        asked = sections_asked(question)
        subject = subject_of(question)
        if not subject:
            return await self.about(topic.entry, asked) if asked else None
        if not asked and only_names(question):
            return await self._switched(subject, topic)
        if not asks_on:
            return None
        other = await self.answer_surely(question)
        if other is not None:
            return other
        return await self.about(topic.entry, asked) if asked else None

    async def _switched(self, subject: str, topic: Topic) -> Reply | None:
        sections = topic.sections or ["steps"]
        decision = await self._search.search(subject + SECTION_QUESTIONS[sections[0]], k=1)
        hit = decision.hits[0] if decision.hits else None
        if hit is None or (decision.kind != "answer" and subject not in hit.title):
            return None
        if not topic.sections:
            return await self.entry(hit.entry_id, subject)
        return await self.about(hit.entry_id, sections)

    async def _keep_miss(self, question: str, nearest: Hit | None) -> None:
        await self._entries.record_miss(
            question,
            nearest.entry_id if nearest else None,
            nearest.confidence if nearest else 0.0,
        )

    async def chosen(self, entry_id: int, memory: dict[str, Any]) -> Reply | None:
        """The answer of a choice that was tapped, noted for the office with what was asked first.

        None where the entry is not published any more.
        """
        reply = await self.entry(entry_id, str(memory.get("asked") or ""))
        offer = memory.get("offer")
        if reply is not None and isinstance(offer, int):
            await self._entries.record_tap(offer, entry_id)
            # Whoever looks at a second choice asked only once.
            reply.note.remember["offer"] = None
        return reply

    async def entry(self, entry_id: int, question: str) -> Reply | None:
        """The answer of one entry; None where it is not published any more."""
        return self._full(await self._search.entry(entry_id), question)

    async def about(self, entry_id: int, sections: Sequence[str]) -> Reply | None:
        """Some sections of an entry; None where it is not published any more."""
        entry = await self._search.entry(entry_id)
        if entry is None:
            return None
        note = self._answered(entry, sections)
        said = section_answer(entry.content, sections)
        if said is None:
            text = texts.SECTION_MISSING.format(title=entry.content.title)
            return Reply(text, (texts.PERSON_BUTTON,), note)
        return Reply(said[0], said[1], note)

    def _full(self, entry: Indexed | None, question: str) -> Reply | None:
        if entry is None:
            return None
        text, buttons = full_answer(entry.content, question)
        return Reply(text, buttons, self._answered(entry, sections_asked(question)))

    def _answered(self, entry: Indexed, sections: Sequence[str]) -> TurnNote:
        ref = EntryRef(id=entry.id, title=entry.content.title, version=entry.version)
        topic = Topic(entry=entry.id, sections=list(sections), at=self._clock())
        remember = {"topic": topic.model_dump(mode="json")}
        return TurnNote(outcome=Outcome.ANSWERED, entry=ref, remember=remember)


def _ref(hit: Hit) -> EntryRef:
    return EntryRef(id=hit.entry_id, title=hit.title, version=hit.version)
