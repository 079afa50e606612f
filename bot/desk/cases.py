"""The desk's door to casework (诉求办理): one appeal with all around it, what a deed will do, merging."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from actions.appeals.appeal import Appeal, Filing
from actions.appeals.deeds import Deed
from actions.appeals.effects import Scene, change
from actions.appeals.life import OPEN, AppealError, Move
from actions.clock.deadlines import WorkingDeadlines
from actions.dispatch.dispatch import Assignment
from actions.likeness.assembly import Neighbours
from actions.likeness.bursts import Burst
from actions.likeness.finder import Alike
from actions.likeness.joining import Follower
from bot.appeals import words as news
from bot.appeals.herald import APPEALS
from bot.desk import texts
from bot.desk.service import PHOTO_BYTES, AppealFile, DeskServices, PhotoTooBig, actor_of
from bot.staff.member import StaffMember
from knowledge.places.repository import PlaceRepository, UnknownPlace

# What a place decides is looked up anew; who is responsible is what is asked.
_LOOKED_UP = {"community_id", "grid_id", "lead_party_id", "helper_ids"}
_SAME = (Appeal.model_fields.keys() & Filing.model_fields.keys()) - _LOOKED_UP
_PARTY_KEYS = ("party_id", "from_party_id")


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal with what stands around it.

    `parties` names those that its history mentions; `part_of` is the number of the appeal that it
    was merged into, or empty.
    """

    appeal: Appeal
    file: AppealFile
    parties: dict[int, str]
    followers: list[Follower]
    part_of: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a deed would do: the words that the resident would hear, or why it would be refused."""

    said: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Cases:
    """What the appeals side of the desk is made of."""

    desk: DeskServices
    neighbours: Neighbours
    places: PlaceRepository
    deadlines: WorkingDeadlines

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    async def open(self, appeal_id: int, staff: StaffMember) -> Case:
        """Raises `UnknownAppeal`."""
        file = await self.desk.appeal_file(appeal_id, staff)
        appeal = file.appeal
        mentioned = (
            party_id
            for event in file.history
            for key in _PARTY_KEYS
            for party_id in [event.details.get(key)]
        )
        helpers = (each for event in file.history for each in event.details.get("helper_ids", []))
        into = appeal.duplicate_of
        return Case(
            appeal,
            file,
            await self._named({each for each in (*mentioned, *helpers) if each}),
            await self.neighbours.joining.followers(appeal.id) if appeal.followers else [],
            (await self.desk.appeals.get(into)).number if into else "",
        )

    async def parties_for(self, community_id: int | None) -> dict[int, str]:
        """Who may get an appeal of this community; of an unknown one, everybody."""
        if community_id is not None:
            return {party.id: party.name for party in await self.places.parties(community_id)}
        named: dict[int, str] = {}
        for community in await self.places.communities():
            for party in await self.places.parties(community.id):
                where = f"{community.name} · " if party.community_id else ""
                named.setdefault(party.id, f"{where}{party.name}")
        return named

    async def suggestion(self, appeal: Appeal) -> Assignment:
        """Whom the rules in force would give this appeal, and why."""
        filing = Filing.model_validate({name: getattr(appeal, name) for name in _SAME})
        return await self.desk.dispatch.assign(filing, appeal.community)

    def foresee(
        self, case: Case, deed: Deed, staff: StaffMember, parties: Mapping[int, str]
    ) -> Foreseen:
        """Decide as `Casework` would, without doing it; `parties` names who may get it."""
        rested = (each.at for each in reversed(case.file.history) if each.kind == Move.SUSPEND)
        scene = Scene(actor_of(staff), self.now, self.deadlines, next(rested, None))
        try:
            to = change(case.appeal, deed, scene)
        except AppealError as refusal:
            return Foreseen(refused=str(refusal))
        after = case.appeal.model_copy(update={**to.columns, "status": to.status})
        if lead := parties.get(to.columns.get("lead_party_id") or 0):
            after.lead_party = lead
        said = news.preview(
            after,
            deed.move,
            deed.words,
            {**deed.details},
            now=self.now,
            calendar=self.deadlines.calendar,
        )
        return Foreseen(said)

    async def save_photo(self, data: bytes) -> int:
        """Raises `NotAPhoto` and `PhotoTooBig`."""
        if len(data) > PHOTO_BYTES:
            raise PhotoTooBig(texts.PHOTO_TOO_BIG)
        return await self.desk.media.save(data, "image/*")

    async def alike(self, appeal: Appeal) -> list[Alike]:
        """Open appeals that are likely the same; none for what is merged or over already."""
        if appeal.status not in OPEN or appeal.duplicate_of is not None:
            return []
        return await self.neighbours.merging.proposals(appeal.id)

    async def merge(self, appeal_id: int, into_id: int, staff: StaffMember) -> Appeal:
        """Raises what `Merging.merge` raises; everybody is told."""
        into = await self.neighbours.merging.merge(appeal_id, into_id, actor_of(staff))
        await self.desk.live.publish(APPEALS, "news")
        return into

    async def bursts(self) -> list[Burst]:
        """What many households report at this moment, the newest first."""
        return await self.neighbours.bursts.running()

    async def notify(self, burst: Burst, text: str, staff: StaffMember) -> Appeal:
        """One notice for all households of a burst; its appeals become one."""
        appeal = await self.neighbours.bursts.notify(burst, text, actor_of(staff))
        await self.desk.live.publish(APPEALS, "news")
        return appeal

    async def _named(self, party_ids: Iterable[int]) -> dict[int, str]:
        named: dict[int, str] = {}
        for party_id in party_ids:
            try:
                named[party_id] = (await self.places.party(party_id)).name
            except UnknownPlace:
                continue
        return named
