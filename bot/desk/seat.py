"""Who sits at a desk page, and the one way in which their doings succeed or are refused."""

import logging
from collections.abc import Awaitable, Callable

from nicegui import ui
from starlette.requests import Request

from actions.appeals.life import AppealError
from bot.conversations.handoffs import UnknownConversation
from bot.conversations.media import NotAPhoto
from bot.conversations.owners import OwnershipError
from bot.desk import words
from bot.desk.service import PhotoTooBig
from bot.staff.guard import StaffGuard
from bot.staff.member import NotAllowed, StaffMember
from bot.staff.sessions import COOKIE
from bot.theme import tell

log = logging.getLogger(__name__)

# Errors whose text is meant for the person at the desk.
SPOKEN = (
    OwnershipError,
    UnknownConversation,
    AppealError,
    NotAPhoto,
    PhotoTooBig,
    NotAllowed,
)


class Seat:
    """A signed-in member at an open page; a session that ended ends the page too."""

    def __init__(self, guard: StaffGuard, member: StaffMember, cookie: str) -> None:
        self._guard = guard
        self._cookie = cookie
        self.member = member

    @property
    def csrf(self) -> str:
        return self._guard.sessions.csrf_token(self._cookie)

    async def present(self) -> StaffMember | None:
        """The member, while the session lasts; who has left is led to the door."""
        member = await self._guard.sessions.read(self._cookie)
        if member is None:
            tell(words.SIGNED_OUT, "warning")
            ui.navigate.to("/signin?next=/desk")
        return member

    async def attempt(self, deed: Callable[[StaffMember], Awaitable[None]]) -> bool:
        """Do something in this person's name; a refusal is told on the page, and returns false."""
        member = await self.present()
        if member is None:
            return False
        try:
            await deed(member)
        except SPOKEN as refusal:
            tell(str(refusal), "negative")
            return False
        except Exception:
            log.exception("something at the desk failed")
            tell(words.FAILED, "negative")
            return False
        return True


async def seat_of(guard: StaffGuard, request: Request) -> Seat | None:
    """The seat of who asks for a page; None for a stranger."""
    member = await guard.current_staff(request)
    return Seat(guard, member, request.cookies[COOKIE]) if member else None
