"""One door for what staff do at the desk, however it was asked for: page or API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from actions.appeals.appeal import Appeal, AppealEvent, AppealStatus, Filing
from actions.appeals.dispatch import Dispatch
from actions.appeals.repository import Appeals
from bot.conversations.contract import Outgoing
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
    """An appeal with its history and the moves that the table allows next."""

    appeal: Appeal
    history: list[AppealEvent]
    targets: list[AppealStatus]


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The parts that desk pages and desk API are made of."""

    guard: StaffGuard
    handoffs: Handoffs
    appeals: Appeals
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
        """File an appeal for the resident and tell them its number.

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
        reachable = await self._reachable(resident)
        if is_new:
            await self.handoffs.notify(resident.resident_id, texts.filed(appeal))
        return AppealChange(appeal, reachable, is_new)

    async def move_appeal(
        self,
        appeal_id: int,
        staff: StaffMember,
        target: AppealStatus,
        note: str = "",
        expected_version: int | None = None,
    ) -> AppealChange:
        """Change an appeal's status and tell the resident, in words that they understand.

        Raises `UnknownAppeal`, `IllegalTransition` and `StaleAppeal`; then nobody is told.
        """
        before = await self.appeals.get(appeal_id)
        note = note.strip()
        appeal = await self.appeals.move(appeal_id, target, staff.signature, note, expected_version)
        resident = await self.residents.of_resident(appeal.resident_id)
        reachable = await self._reachable(resident)
        told = texts.status_changed(appeal, before.status, note)
        await self.handoffs.notify(appeal.resident_id, told)
        return AppealChange(appeal, reachable)

    async def note_appeal(self, appeal_id: int, staff: StaffMember, note: str) -> Appeal:
        """Add a note to the history, for colleagues only; raises `UnknownAppeal`."""
        return await self.appeals.add(appeal_id, staff.signature, "note", note.strip())

    async def appeal_file(self, appeal_id: int) -> AppealFile:
        """Everything about one appeal; raises `UnknownAppeal`."""
        appeal = await self.appeals.get(appeal_id)
        history = await self.appeals.history(appeal_id)
        return AppealFile(appeal, history, texts.in_order(appeal.status))

    async def _reachable(self, resident: ResidentView) -> bool:
        window = await self.handoffs.write_window(resident.conversation_id)
        return window is None or window.left > 0

    async def _require_window(self, conversation_id: int) -> None:
        resident = await self.residents.of_conversation(conversation_id)
        window = await self.handoffs.write_window(conversation_id)
        if window is not None and window.left == 0:
            raise WindowClosed(closed_reason(window, resident.subscribed, self.clock()))


def closed_reason(window: WriteWindow, subscribed: bool, now: datetime) -> str:
    """Why nothing may be sent now."""
    if not subscribed:
        return texts.UNSUBSCRIBED
    return texts.WINDOW_PAST if window.until <= now else texts.WINDOW_USED_UP
