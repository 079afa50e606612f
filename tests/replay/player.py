"""Plays messages, each resident's in order, and reads from the records what was decided."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from bot.conversations.tables import ConversationRow, MessageRow, ResidentRow
from knowledge.storage.database import Database
from tests.replay.messages import Line
from tests.simulators.wechat import WeChatPlatform

# WeChat takes up to 2,048 bytes of text from a user in one message.
LONGEST_BYTES = 2000
PATIENCE = 15.0


class Played(BaseModel):
    """One message and what became of it, as a line of the output."""

    text: str
    reply: str
    intent: str
    confidence: float
    outcome: str
    entry: str
    category: str
    appeal: str
    reason: str
    seconds: float


def clipped(text: str) -> str:
    """A letter as WeChat would let it be typed: the first 2,000 bytes."""
    return text.encode()[:LONGEST_BYTES].decode(errors="ignore")


class Player:
    """Plays through one platform against one service whose records it may read."""

    def __init__(self, platform: WeChatPlatform, database: Database, run: str) -> None:
        self._platform = platform
        self._database = database
        self._run = run

    async def play(
        self, lines: Sequence[Line], at_once: int, advance: Callable[[], None]
    ) -> list[Played]:
        """Play all lines, `at_once` residents at a time; in the order of the file."""
        by_resident: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            by_resident[line.resident].append(number)
        played: dict[int, Played] = {}
        places = asyncio.Semaphore(at_once)

        async def one_resident(resident: str, numbers: list[int]) -> None:
            async with places:
                for number in numbers:
                    played[number] = await self._say(f"{self._run}-{resident}", lines[number].text)
                    advance()

        async with asyncio.TaskGroup() as group:
            for resident, numbers in by_resident.items():
                group.create_task(one_resident(resident, numbers))
        return [played[number] for number in range(len(lines))]

    async def _say(self, openid: str, text: str) -> Played:
        began = time.perf_counter()
        replies = await self._platform.say(openid, clipped(text), wait=PATIENCE)
        seconds = time.perf_counter() - began
        note = await self._note(openid)
        return Played(
            text=text,
            reply="\n".join(replies),
            intent=note.get("intent") or "",
            confidence=note.get("confidence") or 0.0,
            outcome=note.get("outcome") or ("" if replies else "dropped"),
            entry=(note.get("entry") or {}).get("title") or "",
            category=note.get("category") or "",
            appeal=note.get("appeal") or "",
            reason=(note.get("handoff") or {}).get("reason") or "",
            seconds=round(seconds, 4),
        )

    async def _note(self, openid: str) -> dict[str, Any]:
        async with self._database.read() as session:
            note = await session.scalar(
                select(MessageRow.understanding)
                .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
                .join(ResidentRow, ResidentRow.id == ConversationRow.resident_id)
                .where(ResidentRow.channel_user == openid, MessageRow.direction == "in")
                .order_by(MessageRow.id.desc())
                .limit(1)
            )
        return note or {}
