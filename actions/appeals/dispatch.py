"""Who gets an appeal (派单): community, grid and responsible party are looked up from its place."""

from actions.appeals.appeal import Filing
from knowledge.places.repository import PlaceRepository


class Dispatch:
    """Completes a filing; one whose place is not known stays unassigned, for the community desk."""

    def __init__(self, places: PlaceRepository) -> None:
        self._places = places

    async def complete(self, filing: Filing, near: str = "") -> Filing:
        """The filing with what is known of its place; `near` helps where its text names none."""
        community = await self._places.find_community(filing.place_text)
        community = community or await self._places.find_community(near)
        if community is None:
            return filing
        building = await self._places.find_building(community.id, filing.building)
        party = await self._places.party_for(community.id, filing.category)
        found = {
            "community_id": community.id,
            "grid_id": building.grid_id if building else None,
            "lead_party_id": party.id if party else None,
        }
        return filing.model_copy(update=found)
