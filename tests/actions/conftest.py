"""The action server's actions on a real database, called as Rasa calls them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk.executor import ActionExecutor

from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Deed
from actions.appeals.desk import AppealDesk
from actions.appeals.draft import Draft, Facts
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.server import Services, build_executor, build_services
from actions.turn import TurnContext, TurnNote
from actions.voices import Voices
from knowledge.entries.entry import EntryContent
from knowledge.entries.repository import EntryRepository
from knowledge.places.loader import load_places
from knowledge.places.repository import PlaceRepository
from knowledge.search.decide import Decision
from knowledge.search.index import Hit
from knowledge.settings import PROJECT_ROOT
from knowledge.storage.database import Database
from tests.databases import Clock
from tests.published import Published

ZONE = ZoneInfo("Asia/Shanghai")
WANG = Actor(By.STAFF, "王芳（wang）")


class QuickSearch(Published):
    """Decides what a test put down for a question; everything else is unknown."""

    def __init__(self, entries: EntryRepository) -> None:
        super().__init__(entries)
        self.known: dict[str, Decision] = {}

    def knows(self, question: str, *entries: tuple[int, str], sure: bool = True) -> None:
        hits = tuple(Hit(id_, title, 1, title, 0.9, title) for id_, title in entries)
        self.known[question] = Decision("answer" if sure else "choices", hits)

    async def search(self, text: str, k: int = 3) -> Decision:
        await self.look()
        return self.known.get(text, Decision("unknown", ()))

    async def vector(self, text: str) -> None:
        """Without an encoder, words alone tell what is alike."""


@dataclass
class Said:
    """What an action said and did."""

    texts: list[str]
    buttons: list[dict[str, str]]
    note: TurnNote | None
    events: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def slots(self) -> dict[str, Any]:
        return {e["name"]: e["value"] for e in self.events if e["event"] == "slot"}


@dataclass
class ActionServer:
    """Runs one action by name with a tracker as Rasa sends it."""

    executor: ActionExecutor
    services: Services
    search: QuickSearch
    entries: EntryRepository
    _messages: list[int] = field(default_factory=lambda: [0])

    @property
    def desk(self) -> AppealDesk:
        return self.services.desk

    @property
    def appeals(self) -> Appeals:
        return self.services.appeals

    @property
    def voices(self) -> Voices:
        return self.services.voices

    async def run(
        self,
        action: str,
        text: str = "",
        intent: str = "inform",
        *,
        entities: dict[str, str] | None = None,
        slots: dict[str, Any] | None = None,
        form: bool = False,
        **context: Any,
    ) -> Said:
        found = [{"entity": name, "value": value} for name, value in (entities or {}).items()]
        tracker = {
            "sender_id": "c1.1",
            "slots": slots or {},
            "latest_message": {
                "text": text,
                "intent": {"name": intent, "confidence": 0.91},
                "entities": found,
                "metadata": self.context(raw_text=text, **context).model_dump(mode="json"),
            },
            "events": [],
            "active_loop": {"name": "appeal_form"} if form else {},
            "latest_action_name": "action_listen",
        }
        call = {"next_action": action, "tracker": tracker, "domain": {}}
        answer = await self.executor.run(call)
        assert answer is not None
        said = Said([], [], None, answer.events)
        for response in answer.responses:
            if response.get("text"):
                said.texts.append(response["text"])
                said.buttons += response["buttons"]
            if response.get("custom"):
                said.note = TurnNote.model_validate(response["custom"]["turn"])
        return said

    def context(self, resident_id: int = 1, **more: Any) -> TurnContext:
        self._messages[0] += 1
        fields = {"message_id": self._messages[0], "conversation_id": 1, "channel": "wechat"}
        return TurnContext.model_validate({**fields, "resident_id": resident_id, **more})

    async def filed(self, what: str = "电梯坏了", resident_id: int = 1, **facts: Any) -> Appeal:
        """An appeal of a resident, filed by the chat."""
        known = {"community": "青山里", "building": "8栋", "category": "电梯", **facts}
        draft = Draft(what=what, where="青山里8栋", confirmed=True, facts=Facts(**known))
        return await self.desk.file(draft, self.context(resident_id))

    async def done(self, appeal: Appeal, *path: Deed, actor: Actor = WANG) -> Appeal:
        """The appeal after staff, or somebody else, did these deeds one after the other."""
        for deed in path:
            appeal = await self.services.casework.act(appeal.id, deed, actor)
        return appeal

    async def kinds(self, appeal: Appeal) -> Sequence[str]:
        return [event.kind for event in await self.appeals.history(appeal.id)]


async def published(server: ActionServer, title: str, **sections: str) -> int:
    """An entry that residents may hear of."""
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


@pytest.fixture
async def server(database: Database, clock: Clock) -> ActionServer:
    places = PlaceRepository(database)
    await places.load(load_places(PROJECT_ROOT / "knowledge" / "content" / "places"))
    entries = EntryRepository(database, clock)
    search = QuickSearch(entries)
    services = build_services(database, search, entries, search.vector, clock, ZONE)
    return ActionServer(build_executor(services, patience_s=60), services, search, entries)
