"""The one door for changes of dispatch rules and place codes: pages and REST come through here."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import URGENCY_WORDS, Filing
from actions.dispatch.dispatch import Assignment, Dispatch
from actions.dispatch.reading import BadRules
from actions.dispatch.rules import read_rules
from actions.dispatch.versions import DispatchRules, RulesVersion, StaleRules, UnknownVersion
from bot.office.editing import EDITORS
from bot.staff.accounts import StaffAccounts
from bot.staff.member import StaffError, StaffMember
from knowledge.places.codes import BadLabel, CodeKind, PlaceCode, PlaceCodes
from knowledge.places.repository import PlaceRepository, UnknownPlace

# What may be refused, in words for the person who asked.
REFUSALS = (StaffError, BadRules, StaleRules, UnknownVersion, UnknownPlace, BadLabel)


class Trial(BaseModel):
    """A question to the rules: 谁来管 3栋的电梯问题?"""

    model_config = ConfigDict(str_strip_whitespace=True)

    community_id: int = Field(description="小区编号")
    category: str = Field(min_length=1, max_length=40, description="诉求类别")
    place: str = Field("", max_length=200, description="地点，比如 3栋2单元")
    content: str = Field("", max_length=500, description="居民的原话；紧急程度看它")


class Chosen(BaseModel):
    """A party that would act."""

    id: int
    name: str
    kind: str = Field(description="责任主体类型")


class Outcome(BaseModel):
    """Who would get it, and why."""

    lead: Chosen | None = Field(description="主办；没有则由社区人工派单")
    helpers: list[Chosen] = Field(description="协办")
    community: str
    grid: str = Field(description="网格；对不上则为空")
    place_source: str = Field(description="地点从哪里知道的")
    rule: str = Field(description="用了哪一条规则")
    why: str = Field(description="理由")
    urgency: str = Field(description="紧急程度")
    tags: list[str]
    version: int = Field(description="规则版本；0 为自带规则")


@dataclass(frozen=True, slots=True)
class DispatchEditing:
    """Checks the right as of now, then changes; tries without changing."""

    rules: DispatchRules
    dispatch: Dispatch
    places: PlaceRepository
    codes: PlaceCodes
    accounts: StaffAccounts

    async def save(self, member: StaffMember, text: str, note: str, expected: int) -> RulesVersion:
        """Raises BadRules, StaleRules and StaffError."""
        return await self.rules.save(text, await self._editor(member), note, expected)

    async def restore(self, member: StaffMember, version: int, expected: int) -> RulesVersion:
        """Raises UnknownVersion, StaleRules and StaffError."""
        return await self.rules.restore(version, await self._editor(member), expected)

    async def try_out(self, trial: Trial, text: str | None = None) -> Outcome:
        """Who would get an appeal by the rules in force, or by `text`, which need not be saved.

        Raises UnknownPlace and BadRules.
        """
        book = read_rules(text) if text is not None else None
        community = await self.places.community(trial.community_id)
        filing = Filing(
            resident_id=0,
            channel="office",
            content=trial.content or trial.category,
            category=trial.category,
            place_text=trial.place,
        )
        given = await self.dispatch.assign(filing, community.name, book)
        grid = given.filing.grid_id
        return _outcome(given, (await self.places.grid(grid)).name if grid else "")

    async def make_codes(
        self, member: StaffMember, community_id: int, kinds: frozenset[CodeKind]
    ) -> Sequence[PlaceCode]:
        """Raises UnknownPlace and StaffError."""
        await self._editor(member)
        return await self.codes.ensure(community_id, kinds)

    async def add_spot(
        self, member: StaffMember, community_id: int, label: str, grid_id: int | None = None
    ) -> PlaceCode:
        """Raises UnknownPlace, BadLabel and StaffError."""
        await self._editor(member)
        return await self.codes.add_spot(community_id, label, grid_id)

    async def _editor(self, member: StaffMember) -> str:
        return (await self.accounts.acting(member, EDITORS)).signature


def _outcome(given: Assignment, grid: str) -> Outcome:
    def chosen(party_id: int, name: str, kind: str) -> Chosen:
        return Chosen(id=party_id, name=name, kind=kind)

    lead, community = given.lead, given.found.community
    return Outcome(
        lead=chosen(lead.id, lead.name, lead.kind.label) if lead else None,
        helpers=[chosen(party.id, party.name, party.kind.label) for party in given.helpers],
        community=community.name if community else "",
        grid=grid,
        place_source=given.found.source,
        rule=given.rule.name,
        why=given.why,
        urgency=URGENCY_WORDS[given.filing.urgency],
        tags=given.filing.tags,
        version=given.version,
    )
