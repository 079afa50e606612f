"""One door for what staff do at the desk, however it was asked for: page or API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import Appeal, AppealEvent, Filing
from actions.appeals.casework import Casework
from actions.appeals.deeds import Deed
from actions.appeals.life import Actor, By, Move, allowed
from actions.appeals.repository import Appeals
from actions.clock.calendar import WorkingCalendar
from actions.dispatch.dispatch import Dispatch
from bot.appeals import words as news
from bot.appeals.herald import APPEALS
from bot.conversations.contract import UNREACHABLE, Outgoing
from bot.conversations.handoffs import Handoffs
from bot.conversations.live import DESK, Live, conversation_topic
from bot.conversations.media import MediaStore
from bot.conversations.owners import OwnershipError
from bot.conversations.views import TranscriptLine, WriteWindow
from bot.desk import texts
from bot.desk.residents import NAME_CHARS, Residents, ResidentView
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, Role, StaffMember

PHOTO_BYTES = 8 * 1024 * 1024
# Who may take a conversation from a colleague's hands.
MAY_TAKE_OVER = Role.SECRETARY


class WindowClosed(OwnershipError):
    """The channel lets nobody write to this resident now; its text is Chinese, for staff."""


class PhotoTooBig(ValueError):
    """The photo has more bytes than we take; its text is Chinese, for staff."""


class AppealDraft(BaseModel):
    """What staff write down when they file an appeal for a resident."""

    model_config = ConfigDict(str_strip_whitespace=True)

    content: str = Field(min_length=1, max_length=5000)
    category: str = Field(min_length=1, max_length=40)
    place_text: str = Field("", max_length=200)
    phone: str = Field("", max_length=40)
    source_message_id: int | None = None
    photos: list[int] = []


@dataclass(frozen=True, slots=True)
class AppealChange:
    """An appeal after a change, and whether the resident can be reached on their channel now.

    `is_new` is false where nothing was filed, because the message had been filed before.
    """

    appeal: Appeal
    reachable: bool
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class AppealFile:
    """An appeal with its history and the moves that the table allows whoever looks at it."""

    appeal: Appeal
    history: list[AppealEvent]
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The parts that desk pages and desk API are made of."""

    guard: StaffGuard
    handoffs: Handoffs
    appeals: Appeals
    casework: Casework
    residents: Residents
    dispatch: Dispatch
    media: MediaStore
    live: Live
    clock: Callable[[], datetime]
    zone: ZoneInfo

    async def take_over(self, conversation_id: int, staff: StaffMember) -> None:
        """Take a conversation from a colleague; raises `NotAllowed` and `OwnershipError`."""
        if not staff.role.reaches(MAY_TAKE_OVER):
            raise NotAllowed(MAY_TAKE_OVER)
        await self.handoffs.take_over(conversation_id, staff.id)

    async def name_resident(self, conversation_id: int, name: str) -> ResidentView:
        """Set the resident's name on every desk; raises `UnknownConversation`."""
        await self.residents.rename(conversation_id, " ".join(name.split())[:NAME_CHARS])
        await self.live.publish(conversation_topic(conversation_id), "message")
        await self.live.publish(DESK, "queue", conversation_id=conversation_id)
        return await self.residents.of_conversation(conversation_id)

    async def say(self, conversation_id: int, staff: StaffMember, text: str) -> Outgoing:
        """Write to the resident; raises `NotYours` and `WindowClosed`."""
        await self._require_window(conversation_id)
        return await self.handoffs.say(conversation_id, staff.id, text.strip())

    async def say_photo(
        self, conversation_id: int, staff: StaffMember, data: bytes, text: str = ""
    ) -> Outgoing:
        """Send a photo; raises `NotAPhoto`, `PhotoTooBig`, `NotYours` and `WindowClosed`."""
        if len(data) > PHOTO_BYTES:
            raise PhotoTooBig(texts.PHOTO_TOO_BIG)
        await self._require_window(conversation_id)
        media_id = await self.media.save(data, "image/*")
        return await self.handoffs.say(conversation_id, staff.id, text.strip(), media_id)

    async def transcript(
        self, conversation_id: int, before: int | None = None, limit: int = 50
    ) -> list[TranscriptLine]:
        """Messages of a conversation, oldest first; raises `UnknownConversation`."""
        await self.residents.of_conversation(conversation_id)
        return await self.handoffs.transcript(conversation_id, before, limit)

    async def file_appeal(
        self, conversation_id: int, staff: StaffMember, draft: AppealDraft
    ) -> AppealChange:
        """File an appeal for the resident; the herald tells them its number.

        A message that an appeal was filed from before files no second one, and tells nothing.
        """
        resident = await self.residents.of_conversation(conversation_id)
        source = draft.source_message_id
        is_new = source is None or await self.appeals.filed_from(source) is None
        filing = await self.dispatch.complete(
            Filing(
                resident_id=resident.resident_id,
                conversation_id=conversation_id,
                channel=resident.channel,
                building=resident.home.get("building", ""),
                unit=resident.home.get("unit", ""),
                room=resident.home.get("room", ""),
                **draft.model_dump(),
            ),
            near=resident.home.get("community", ""),
        )
        appeal = await self.appeals.file(filing, staff.signature)
        await self.live.publish(APPEALS, "news")
        return AppealChange(appeal, await self._reachable(resident), is_new)

    async def act(
        self,
        appeal_id: int,
        staff: StaffMember,
        deed: Deed,
        expected_version: int | None = None,
    ) -> AppealChange:
        """Do a deed; the herald tells the resident what concerns them.

        Raises what `Casework.act` raises; then nobody is told.
        """
        appeal = await self.casework.act(appeal_id, deed, actor_of(staff), expected_version)
        resident = await self.residents.of_resident(appeal.resident_id)
        await self.live.publish(APPEALS, "news")
        return AppealChange(appeal, await self._reachable(resident))

    def announcement(self, appeal: Appeal, move: Move, note: str, **details: object) -> str:
        """What the resident will hear of a move; empty where it is none of theirs."""
        calendar = WorkingCalendar(self.zone)
        return news.preview(appeal, move, note, details, now=self.clock(), calendar=calendar)

    async def appeal_file(self, appeal_id: int, staff: StaffMember) -> AppealFile:
        """Everything about one appeal; raises `UnknownAppeal`."""
        appeal = await self.appeals.get(appeal_id)
        history = await self.appeals.history(appeal_id)
        return AppealFile(appeal, history, allowed(appeal.status, actor_of(staff).by))

    async def _reachable(self, resident: ResidentView) -> bool:
        if resident.channel in UNREACHABLE:
            return False
        window = await self.handoffs.write_window(resident.conversation_id)
        return window is None or window.left > 0

    async def _require_window(self, conversation_id: int) -> None:
        resident = await self.residents.of_conversation(conversation_id)
        window = await self.handoffs.write_window(conversation_id)
        if window is not None and window.left == 0:
            raise WindowClosed(closed_reason(window, resident.subscribed, self.clock()))


def actor_of(staff: StaffMember) -> Actor:
    """A member as the one who acts: an administrator counts as a secretary."""
    by = By.SECRETARY if staff.role.reaches(Role.SECRETARY) else By.STAFF
    return Actor(by, staff.signature)


def closed_reason(window: WriteWindow, subscribed: bool, now: datetime) -> str:
    """Why nothing may be sent now."""
    if not subscribed:
        return texts.UNSUBSCRIBED
    return texts.WINDOW_PAST if window.until <= now else texts.WINDOW_USED_UP
