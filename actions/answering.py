"""Answers questions from knowledge: a sure answer, three choices, or an honest 不知道 (kept)."""

import json
from dataclasses import dataclass
from typing import Protocol

from actions import texts
from actions.answers import Buttons, full_answer, section_answer, sections_asked
from actions.turn import EntryRef, Outcome, TurnNote
from knowledge.entries.repository import EntryRepository
from knowledge.search.decide import Decision
from knowledge.search.index import Hit
from knowledge.search.rows import Indexed

_CHOICES = 3
_SURE_OF_A_LETTER = 0.85


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


class Answering:
    """The one door from a question to an answer, for Rasa's actions and the gateway's fallback."""

    def __init__(self, search: Search, entries: EntryRepository) -> None:
        self._search = search
        self._entries = entries

    async def answer(self, question: str, chat: bool = False) -> Reply:
        """Answer a question; `chat` says that one without an answer is small talk, not a miss."""
        decision = await self._search.search(question, k=_CHOICES)
        if decision.kind == "answer":
            reply = _full(self._search.found(decision.hits[0].entry_id), question)
            if reply is not None:
                return reply
        if decision.kind == "choices" and not chat:
            refs = [
                EntryRef(id=hit.entry_id, title=hit.title, version=hit.version)
                for hit in decision.hits[:_CHOICES]
            ]
            buttons = tuple(
                (ref.title, "/choose" + json.dumps({"entry": str(ref.id)})) for ref in refs
            )
            note = TurnNote(
                outcome=Outcome.CHOICES, choices=refs, remember={"asked": question[:200]}
            )
            return Reply(texts.CHOICES, (*buttons, texts.PERSON_BUTTON), note)
        if chat:
            return Reply(texts.CHAT["chitchat"], (), TurnNote(outcome=Outcome.CHAT))
        await self._keep_miss(question, decision.hits[0] if decision.hits else None)
        return Reply(texts.UNKNOWN, (texts.PERSON_BUTTON,), TurnNote(outcome=Outcome.UNKNOWN))

    async def answer_letter(self, letter: str) -> Reply:
        """Answer a long message that asks: only where knowledge is very sure of it.

        A letter tells of one case; an entry that merely sounds alike would not fit it.
        """
        decision = await self._search.search(letter, k=1)
        nearest = decision.hits[0] if decision.hits else None
        if nearest and decision.kind == "answer" and nearest.confidence >= _SURE_OF_A_LETTER:
            reply = _full(self._search.found(nearest.entry_id), letter)
            if reply is not None:
                return reply
        await self._keep_miss(letter, nearest)
        note = TurnNote(outcome=Outcome.UNKNOWN)
        return Reply(texts.UNKNOWN_LETTER, (texts.PERSON_BUTTON,), note)

    async def _keep_miss(self, question: str, nearest: Hit | None) -> None:
        await self._entries.record_miss(
            question,
            nearest.entry_id if nearest else None,
            nearest.confidence if nearest else 0.0,
        )

    async def entry(self, entry_id: int, question: str) -> Reply | None:
        """The answer of one entry; None where it is not published any more."""
        return _full(await self._search.entry(entry_id), question)

    async def about(self, entry_id: int, question: str) -> Reply | None:
        """The part of an entry that a follow-up asks for; None where it asks for no such part."""
        entry = await self._search.entry(entry_id)
        if entry is None or not sections_asked(question):
            return None
        said = section_answer(entry.content, question)
        if said is None:
            text = texts.SECTION_MISSING.format(title=entry.content.title)
            return Reply(text, (texts.PERSON_BUTTON,), _answered(entry))
        return Reply(said[0], said[1], _answered(entry))


def _full(entry: Indexed | None, question: str) -> Reply | None:
    if entry is None:
        return None
    text, buttons = full_answer(entry.content, question)
    return Reply(text, buttons, _answered(entry))


def _answered(entry: Indexed) -> TurnNote:
    ref = EntryRef(id=entry.id, title=entry.content.title, version=entry.version)
    return TurnNote(outcome=Outcome.ANSWERED, entry=ref, remember={"topic": entry.id})
