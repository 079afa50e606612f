"""/office/entries/…: write an entry, publish it, retire it, look back."""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import theme
from bot.office import words
from bot.office.editor import EntryEditor
from bot.office.form import blank, values_of
from bot.office.services import OfficeServices
from bot.staff.member import StaffMember
from knowledge.entries.answers import shown
from knowledge.entries.entry import UnknownEntry
from knowledge.entries.misses import Miss, UnknownMiss

LIST = "/office"


def register(services: OfficeServices) -> None:
    @ui.page(f"{LIST}/entries/new", title=words.NEW)
    async def new_entry(request: Request, miss: int | None = None) -> Response | None:
        member = await services.enter(request, LIST)
        if not isinstance(member, StaffMember):
            return member
        if not services.may_edit(member):
            return RedirectResponse(LIST, 303)
        asked = await _asked(services, miss)
        with theme.page(words.NEW, words.NEW_LEAD, back=(words.BACK_TO_LIST, LIST)):
            await EntryEditor(services, member, None, asked).build(blank(services.today()))
        return None

    @ui.page(f"{LIST}/entries/{{entry_id}}", title=words.KNOWLEDGE)
    async def entry_page(
        request: Request, entry_id: int, miss: int | None = None
    ) -> Response | None:
        member = await services.enter(request, LIST)
        if not isinstance(member, StaffMember):
            return member
        try:
            entry = await services.entries.get(entry_id)
        except UnknownEntry as error:
            with theme.page(str(error), back=(words.BACK_TO_LIST, LIST)):
                return None
        may_edit = services.may_edit(member)
        asked = await _asked(services, miss) if may_edit else None
        lead = "" if may_edit else words.READ_ONLY
        with theme.page(shown(entry).title, lead, back=(words.BACK_TO_LIST, LIST)):
            await EntryEditor(services, member, entry, asked).build(values_of(shown(entry)))
        return None


async def _asked(services: OfficeServices, miss_id: int | None) -> Miss | None:
    """The question that an entry is written or opened for."""
    if miss_id is None:
        return None
    try:
        return await services.entries.miss(miss_id)
    except UnknownMiss as error:
        theme.tell(str(error), "warning")
        return None
