"""What the office's pages are built from, and how each of them begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from bot import theme
from bot.office import words
from bot.office.editing import EDITORS, KnowledgeEditing
from bot.staff.accounts import StaffAccounts
from bot.staff.guard import StaffGuard
from bot.staff.member import StaffMember
from knowledge.entries.repository import EntryRepository

_CSS = (Path(__file__).parent / "office.css").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class OfficeServices:
    """Built once by the process, passed to every page."""

    editing: KnowledgeEditing
    guard: StaffGuard
    clock: Callable[[], datetime]
    timezone: ZoneInfo

    @property
    def entries(self) -> EntryRepository:
        return self.editing.entries

    @property
    def accounts(self) -> StaffAccounts:
        return self.editing.accounts

    async def enter(self, request: Request, active: str) -> StaffMember | RedirectResponse:
        """Begin a page: theme and header for a member, else the way to the sign-in page."""
        member = await self.guard.admit(request)
        if isinstance(member, StaffMember):
            theme.apply_theme()
            ui.add_css(_CSS)
            theme.header(member, active=active, csrf=self.guard.csrf_token(request))
        return member

    def may_edit(self, member: StaffMember) -> bool:
        return member.role.reaches(EDITORS)

    def when(self, moment: datetime) -> str:
        return words.when(moment, self.clock(), self.timezone)

    def today(self) -> date:
        return self.clock().astimezone(self.timezone).date()
