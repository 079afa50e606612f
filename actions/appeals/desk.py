"""From a draft that the resident agreed to, to a filed appeal; and what is put right afterwards."""

from typing import Any

from actions.appeals import deeds
from actions.appeals.appeal import Appeal, Filing, is_quarrel, kind_of
from actions.appeals.casework import Casework
from actions.appeals.draft import Draft, Facts
from actions.appeals.life import Actor, By
from actions.appeals.repository import Appeals
from actions.dispatch.dispatch import Dispatch
from actions.scanned import code_for
from actions.turn import TurnContext
from knowledge.categories.tree import OTHER, category_tree

RESIDENT = "resident"
_STAFF = Actor(By.STAFF, "staff")
# What a place decides is looked up anew, and another content has another title.
_SHARED = (Appeal.model_fields.keys() & Filing.model_fields.keys()) - {
    "title",
    "community_id",
    "grid_id",
    "lead_party_id",
    "helper_ids",
}


def resident(context: TurnContext) -> Actor:
    """The resident of a turn, who may act on their own appeals."""
    return Actor(By.RESIDENT, RESIDENT, resident_id=context.resident_id)


class AppealDesk:
    """Files appeals for the chat."""

    def __init__(self, appeals: Appeals, casework: Casework, dispatch: Dispatch) -> None:
        self._appeals = appeals
        self._casework = casework
        self._dispatch = dispatch

    async def file(self, draft: Draft, context: TurnContext) -> Appeal:
        """File a draft, with the note of the staff member who spoke with the resident before."""
        is_new = await self._appeals.filed_from(context.message_id) is None
        appeal = await self._appeals.file(await self.completed(draft, context))
        note = context.memory.get("staff_note")
        # The same message heard again finds the appeal with its note.
        if note and is_new:
            told = deeds.Note(note=str(note)[: deeds.WORDS_MOST])
            appeal = await self._casework.act(appeal.id, told, _STAFF)
        return appeal

    async def completed(self, draft: Draft, context: TurnContext) -> Filing:
        """What would be filed of a draft: its place looked up, its responsible party found."""
        facts = draft.facts
        where = draft.where or facts.where
        content = (draft.what or where)[:5000]
        filing = Filing(
            resident_id=context.resident_id,
            conversation_id=context.conversation_id,
            source_message_id=context.message_id,
            channel=context.channel,
            kind=kind_of(content),
            content=content,
            category=facts.category or OTHER,
            **_official(facts),
            place_text=where,
            building=facts.building,
            unit=facts.unit,
            room=facts.room,
            latitude=facts.latitude,
            longitude=facts.longitude,
            place_code=code_for(context.memory, facts),
            phone=facts.phone or context.phone,
            photos=facts.photos,
        )
        return await self._dispatch.complete(filing, facts.community or context.home)

    async def amend(
        self, appeal: Appeal, changes: dict[str, Any], words: str, context: TurnContext
    ) -> Appeal:
        """Put right what was filed, in the resident's `words`; another place is dispatched anew."""
        if {"place_text", "category"} & changes.keys():
            known = {name: getattr(appeal, name) for name in _SHARED}
            filing = Filing.model_validate({**known, **changes})
            found = await self._dispatch.complete(filing, appeal.community)
            if found.community_id is not None:
                places = (
                    "community_id",
                    "grid_id",
                    "lead_party_id",
                    "helper_ids",
                    "urgency",
                    "tags",
                )
                changes = {**changes, **{name: getattr(found, name) for name in places}}
        if is_quarrel(changes.get("category", "")):
            changes = {**changes, "confidential": True}
        return await self._casework.amend(appeal.id, resident(context), changes, words)


def _official(facts: Facts) -> dict[str, Any]:
    """The official category as it was read; where nothing was read, the one of the leaf."""
    leaves = (leaf for leaf in category_tree().leaves if leaf.key == facts.category)
    leaf = next(leaves, None)
    path = list(leaf.official) if leaf and leaf.key != OTHER else []
    read = facts.official_category
    if read and path[:1] != [read]:
        path = [read]
    return {
        "official_category": path[0] if path else "",
        "official_path": path,
        "official_confidence": round(facts.official_confidence, 4) if read else None,
    }
