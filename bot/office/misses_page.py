"""未答问题: what residents asked and got no sure answer to, one list for each kind."""

from collections.abc import Sequence

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from bot import theme
from bot.office import words
from bot.office.question_row import QuestionRow
from bot.office.services import OfficeServices
from bot.staff.member import StaffMember
from knowledge.entries.misses import Miss, MissKind

PATH = "/office/misses"
ON_CARD = 4
ON_PAGE = 100
_NONE = {
    MissKind.UNKNOWN: words.NO_MISSES,
    MissKind.OFFERED: words.NO_OFFERS,
}


def register(services: OfficeServices) -> None:
    @ui.page(PATH, title=words.MISSES)
    async def misses(request: Request, kind: str = "") -> Response | None:
        member = await services.enter(request, "/office")
        if not isinstance(member, StaffMember):
            return member
        shown = MissKind(kind) if kind in set(MissKind) else MissKind.UNKNOWN
        back = (words.BACK_TO_LIST, "/office")
        with theme.page(words.MISSES, words.MISSES_LEAD, back=back), theme.card() as sheet:
            sheet.classes("of-asked")
            await _tabs(services, shown)
            with ui.element("div").classes("of-misses"):
                ui.label(words.MISS_NOTES[shown]).classes("mh-note")
                await _rows(services, member, shown, ON_PAGE)
        return None


async def misses_card(services: OfficeServices, member: StaffMember) -> None:
    """The most asked ones without an answer, for the side of the list."""
    with theme.card(words.MISSES) as sheet:
        await _rows(services, member, MissKind.UNKNOWN, ON_CARD)
        with sheet:
            ui.link(words.SHOW_ALL_MISSES, PATH).classes("of-more")


async def _tabs(services: OfficeServices, shown: MissKind) -> None:
    with ui.element("nav").classes("of-tabs"):
        for kind, label in words.MISS_KINDS.items():
            with ui.link(target=f"{PATH}?kind={kind}").classes("of-tab") as tab:
                ui.label(label)
                number = await services.entries.open_misses(kind)
                ui.label(str(number)).classes("of-tab-number")
            if kind is shown:
                tab.classes("is-active").props("aria-current=page")


async def _rows(services: OfficeServices, member: StaffMember, kind: MissKind, limit: int) -> None:
    found = await services.entries.misses(limit=limit, kind=kind)
    titles = await services.entries.titles(_named(found))
    for miss in found:
        QuestionRow(services, member, miss, titles)
    if not found:
        theme.nothing(_NONE[kind], "task_alt")


def _named(found: Sequence[Miss]) -> set[int]:
    """The entries that the rows speak of."""
    named = {entry_id for miss in found for entry_id in miss.choices}
    return named | {miss.nearest_entry_id for miss in found if miss.nearest_entry_id is not None}
