"""未答问题: what residents asked and nobody has written an answer for yet."""

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from bot import theme
from bot.office import words
from bot.office.editing import REFUSALS
from bot.office.services import OfficeServices
from bot.staff.member import StaffMember
from knowledge.entries.misses import Miss

PATH = "/office/misses"
ON_CARD = 4


def register(services: OfficeServices) -> None:
    @ui.page(PATH, title=words.MISSES)
    async def misses(request: Request) -> Response | None:
        member = await services.enter(request, "/office")
        if not isinstance(member, StaffMember):
            return member
        back = (words.BACK_TO_LIST, "/office")
        with theme.page(words.MISSES, words.MISSES_LEAD, back=back), theme.card():
            await _rows(services, member, limit=100)
        return None


async def misses_card(services: OfficeServices, member: StaffMember) -> None:
    """The most asked ones, for the side of the list."""
    with theme.card(words.MISSES) as sheet:
        await _rows(services, member, limit=ON_CARD)
        with sheet:
            ui.link(words.SHOW_ALL_MISSES, PATH).classes("of-more")


async def _rows(services: OfficeServices, member: StaffMember, limit: int) -> None:
    found = await services.entries.misses(limit=limit)
    nearest = {miss.nearest_entry_id for miss in found if miss.nearest_entry_id is not None}
    titles = await services.entries.titles(nearest)
    for miss in found:
        _row(services, member, miss, titles.get(miss.nearest_entry_id or 0, ""))
    if not found:
        theme.nothing(words.NO_MISSES, "task_alt")


def _row(services: OfficeServices, member: StaffMember, miss: Miss, nearest: str) -> None:
    with ui.element("div").classes("of-miss") as row:
        with ui.element("div").classes("of-miss-main"):
            ui.label(miss.text).classes("of-miss-text")
            with ui.element("div").classes("of-row-meta"):
                ui.label(words.asked(miss.times))
                ui.label(services.when(miss.last_at))
                if nearest:
                    path = f"/office/entries/{miss.nearest_entry_id}"
                    ui.link(f"{words.NEAREST}{nearest}", path)
        if not services.may_edit(member):
            return

        async def settle() -> None:
            try:
                await services.editing.resolve_miss(member, miss.id)
            except REFUSALS as error:
                theme.tell(str(error), "negative")
                return
            row.delete()
            theme.tell(words.SETTLED)

        with ui.element("div").classes("of-miss-actions"):
            ui.link(words.WRITE_ENTRY, f"/office/entries/new?miss={miss.id}").classes("of-do")
            ui.button(words.SETTLE, on_click=settle).props("flat dense no-caps").classes("of-do")
