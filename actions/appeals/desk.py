"""From a draft that the resident agreed to, to a filed appeal."""

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.dispatch import Dispatch
from actions.appeals.intake import Draft
from actions.appeals.repository import Appeals
from actions.turn import TurnContext

OTHER = "其他"


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
        appeal = await self._appeals.file(await self._dispatch.complete(filing, facts.community))
        note = context.memory.get("staff_note")
        # The same message heard again finds the appeal with its note.
        if note and appeal.version == 1:
            appeal = await self._appeals.add(appeal.id, "staff", "note", str(note))
        return appeal
