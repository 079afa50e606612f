"""Who gets an appeal (派单): its place is found, a rule decides, the community's parties answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.appeals.appeal import Filing, Urgency
from actions.dispatch.rules import Case, Duty, Fallback, Rule, RuleBook
from actions.dispatch.versions import DispatchRules
from actions.dispatch.whereabouts import Clues, Found, Whereabouts
from knowledge.categories.tree import category_tree
from knowledge.places.codes import PlaceCodes
from knowledge.places.place import Party, PartyKind, building_key
from knowledge.places.repository import PlaceRepository
from knowledge.storage.database import Database

SECRETARY_TAG, MEDIATOR_TAG = "书记牵头", "需要调解"
# Who receives what nobody else can take (首接负责).
_LAST_RESORT = (PartyKind.COMMUNITY, PartyKind.STREET)
Near = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A filing completed, and why: the rule, its version, the place, and who was chosen."""

    filing: Filing
    found: Found
    rule: Rule | Fallback
    version: int
    lead: Party | None
    helpers: Sequence[Party]
    haste: str

    @property
    def why(self) -> str:
        """One line for the desk and for whoever gets the appeal."""
        parts = [self.found.why, self.rule.why.rstrip("。") if self.lead else "待社区人工派单"]
        if self.haste:
            parts.append(self.haste.rstrip("。"))
        return "；".join(parts) + "。"


class Dispatch:
    """Completes a filing; one whose place is not known stays unassigned, for the community desk."""

    def __init__(
        self, places: PlaceRepository, whereabouts: Whereabouts, rules: DispatchRules
    ) -> None:
        self._places = places
        self._whereabouts = whereabouts
        self._rules = rules

    @classmethod
    def on(cls, database: Database, clock: Callable[[], datetime]) -> "Dispatch":
        """The dispatch of a database, with its places, codes and rules."""
        places = PlaceRepository(database)
        whereabouts = Whereabouts(places, PlaceCodes(database, clock))
        return cls(places, whereabouts, DispatchRules(database, clock))

    async def complete(self, filing: Filing, near: Near = "") -> Filing:
        """The filing with its place, lead and helpers; its urgency is only ever raised.

        `near` is the resident's remembered home, or the community alone: it helps where the filing
        names none.
        """
        return (await self.assign(filing, near)).filing

    async def assign(
        self, filing: Filing, near: Near = "", book: RuleBook | None = None
    ) -> Assignment:
        """As `complete`, with the reasons; `book` are rules to try, else those in force decide."""
        version, in_force = await self._rules.in_force()
        book = book or in_force
        home = (
            {"community": near}
            if isinstance(near, str)
            else {k: str(v or "") for k, v in near.items()}
        )
        found = await self._whereabouts.of(
            Clues(
                text=filing.place_text,
                building=filing.building,
                code=filing.place_code,
                latitude=filing.latitude,
                longitude=filing.longitude,
                home=home,
            )
        )
        case = Case(
            category=filing.category,
            kind=found.community.kind if found.community else None,
            place=filing.place_text,
            content=filing.content,
        )
        rule, haste = book.decide(case), book.haste(case)
        lead: Party | None = None
        helpers: list[Party] = []
        if found.community is not None:
            parties = await self._places.parties(found.community.id)
            lead, helpers = _chosen(rule, parties, filing.category)
        given = Assignment(filing, found, rule, version, lead, helpers, haste.why if haste else "")
        completed = filing.model_copy(
            update={
                "community_id": found.community.id if found.community else None,
                "grid_id": found.grid_id,
                **_building(filing, found),
                "lead_party_id": lead.id if lead else None,
                "helper_ids": [party.id for party in helpers],
                "urgency": _raised(filing.urgency, haste.urgency if haste else Urgency.NORMAL),
                "why": given.why,
                "tags": list(dict.fromkeys([*filing.tags, *_tags(rule)])),
            }
        )
        return replace(given, filing=completed)


def _building(filing: Filing, found: Found) -> dict[str, str]:
    """The building as it was told; where the words name another one, unit and room go with it."""
    if not found.building or building_key(filing.building) == building_key(found.building):
        return {}
    if filing.building:
        return {"building": found.building, "unit": "", "room": ""}
    return {"building": found.building}


def _chosen(
    duty: Duty, parties: Sequence[Party], category: str
) -> tuple[Party | None, list[Party]]:
    """The lead, by preference, then the community, then the street; and the helpers there are."""
    kinds = dict.fromkeys([*duty.lead, *_LAST_RESORT])
    leads = (_of_kind(kind, parties, category) for kind in kinds)
    lead = next((party for party in leads if party is not None), None)
    helpers: list[Party] = []
    for kind in duty.helpers:
        party = _of_kind(kind, parties, category)
        if party is not None and party != lead and party not in helpers:
            helpers.append(party)
    return lead, helpers


def _of_kind(kind: PartyKind, parties: Sequence[Party], category: str) -> Party | None:
    """Of several parties of a kind, the one that handles the category, else the first."""
    same = [party for party in parties if party.kind is kind]
    for key in (category, category_tree().dispatch_of(category)):
        for party in same:
            if key in party.handles:
                return party
    return same[0] if same else None


def _tags(duty: Duty) -> list[str]:
    wanted = ((duty.secretary, SECRETARY_TAG), (duty.mediator, MEDIATOR_TAG))
    return [tag for needed, tag in wanted if needed]


def _raised(urgency: Urgency, floor: Urgency) -> Urgency:
    return max(urgency, floor, key=list(Urgency).index)
