"""A question beside another matter in one message (顺便问一下): found, and answered in the same turn."""

import re
from dataclasses import dataclass, field

from actions.answering import Answering, Reply
from actions.appeals.draft import Said, is_letter
from actions.appeals.intake import DETOURS
from actions.parts import Parts, parts_of
from actions.speaking import Heard

_MOST_QUESTIONS = 2
_TROUBLE = re.compile(
    r"坏|漏|堵|吵|臭|破|断|裂|没人[管修收扫]|投诉|举报|反映|扰民|不亮|停[水电]|占用|报修|不通|失灵"
)


@dataclass(slots=True)
class Two:
    """A message of two matters: what is left for the form, and the answers to what it asked."""

    said: Said
    replies: list[Reply] = field(default_factory=list)


class Beside:
    """Takes questions out of messages that tell a problem, or a form's answer, too."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def answered(self, heard: Heard, asked: str | None) -> Two | None:
        """Both matters of a message; None where it is about one.

        `asked` is what the form asked for; None where the message begins a filing.
        """
        if is_letter(heard.question):
            return None
        parts = parts_of(heard.question)
        if not parts.questions or not parts.told:
            return None
        if asked is None and not tells_trouble(parts, heard.said):
            return None
        replies = [
            reply
            for question in parts.questions[:_MOST_QUESTIONS]
            if (reply := await self._answering.answer_beside(question, parts.announced))
        ]
        if not replies:
            return None
        intent = heard.said.intent
        if intent in DETOURS:
            intent = "file_appeal" if asked is None else "inform"
        return Two(heard.said.model_copy(update={"text": parts.told, "intent": intent}), replies)


def tells_trouble(parts: Parts, said: Said) -> bool:
    """Whether what a message tells beside its question is a problem to be filed."""
    problem = said.entities.get("problem")
    return bool(problem and problem in parts.told) or bool(_TROUBLE.search(parts.told))
