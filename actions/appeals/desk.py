"""From a draft that the resident agreed to, to a filed appeal; and what is put right afterwards."""

from typing import Any

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.dispatch import Dispatch
from actions.appeals.draft import Draft
from actions.appeals.repository import Appeals
from actions.turn import TurnContext

OTHER = "其他"
_SHARED = Appeal.model_fields.keys()


class AppealDesk:
    """Files appeals for the chat."""

    def __init__(self, appeals: Appeals, dispatch: Dispatch) -> None:
        self._appeals = appeals
        self._dispatch = dispatch

    async def file(self, draft: Draft, context: TurnContext) -> Appeal:
        """File a draft, with the note of the staff member who spoke with the resident before."""
        facts = draft.facts
        where = draft.where or facts.where
        filing = Filing(
            resident_id=context.resident_id,
            conversation_id=context.conversation_id,
            source_message_id=context.message_id,
            channel=context.channel,
            content=(draft.what or where)[:5000],
            category=facts.category or OTHER,
            place_text=where,
            building=facts.building,
            unit=facts.unit,
            room=facts.room,
            phone=facts.phone or context.phone,
            photos=facts.photos,
        )
        near = facts.community or str(context.home.get("community") or "")
        appeal = await self._appeals.file(await self._dispatch.complete(filing, near))
        note = context.memory.get("staff_note")
        # The same message heard again finds the appeal with its note.
        if note and appeal.version == 1:
            appeal = await self._appeals.add(appeal.id, "staff", "note", str(note))
        return appeal

    async def amend(self, appeal: Appeal, changes: dict[str, Any], words: str) -> Appeal:
        """Put right what was filed, in the resident's `words`; another place is dispatched anew."""
        if {"place_text", "category"} & changes.keys():
            known = {name: getattr(appeal, name) for name in Filing.model_fields.keys() & _SHARED}
            filing = Filing.model_validate({**known, **changes})
            found = await self._dispatch.complete(filing, appeal.community)
            if found.community_id is not None:
                places = ("community_id", "grid_id", "lead_party_id")
                changes = {**changes, **{name: getattr(found, name) for name in places}}
        return await self._appeals.amend(appeal.id, "resident", changes, words)
