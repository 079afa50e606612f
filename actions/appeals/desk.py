"""From an agreed draft to a filed appeal: place, grid and responsible party are looked up."""

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.intake import Draft
from actions.appeals.repository import Appeals
from actions.turn import TurnContext
from knowledge.places.repository import PlaceRepository

OTHER = "其他"


class AppealDesk:
    """Files appeals for the chat."""

    def __init__(self, appeals: Appeals, places: PlaceRepository) -> None:
        self._appeals = appeals
        self._places = places

    async def file(self, draft: Draft, context: TurnContext) -> Appeal:
        """File a draft; a place that is not known goes to the community's own desk, unassigned."""
        facts = draft.facts
        where = draft.where or facts.where
        category = facts.category or OTHER
        community = await self._places.find_community(f"{facts.community} {where}")
        building = party = None
        if community:
            if facts.building:
                building = await self._places.find_building(community.id, facts.building)
            party = await self._places.party_for(community.id, category)
        return await self._appeals.file(
            Filing(
                resident_id=context.resident_id,
                conversation_id=context.conversation_id,
                source_message_id=context.message_id,
                channel=context.channel,
                content=(draft.what or where)[:5000],
                category=category,
                place_text=where,
                community_id=community.id if community else None,
                grid_id=building.grid_id if building else None,
                building=facts.building,
                unit=facts.unit,
                room=facts.room,
                phone=facts.phone or context.phone,
                photos=facts.photos,
                lead_party_id=party.id if party else None,
            )
        )
