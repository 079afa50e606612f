"""/office: the list of knowledge entries, a box to try questions, questions without an answer."""

from urllib.parse import urlencode

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from bot import theme
from bot.office import words
from bot.office.misses_page import misses_card
from bot.office.services import OfficeServices
from bot.office.try_box import try_box
from bot.staff.member import StaffMember
from knowledge.entries.answers import Counts, shown
from knowledge.entries.entry import Entry, EntryStatus

PATH = "/office"
SIZE = 12


def register(services: OfficeServices) -> None:
    @ui.page(PATH, title=words.KNOWLEDGE)
    async def office(
        request: Request, q: str = "", status: str = "", topic: str = "", page: int = 1
    ) -> Response | None:
        member = await services.enter(request, PATH)
        if not isinstance(member, StaffMember):
            return member
        may_edit = services.may_edit(member)
        with theme.page(words.KNOWLEDGE, words.LEAD) as actions:
            if may_edit:
                with actions:
                    ui.button(
                        words.NEW,
                        icon="add",
                        on_click=lambda: ui.navigate.to(f"{PATH}/entries/new"),
                    ).props("unelevated")
            with ui.element("div").classes("mh-two"):
                with theme.card() as sheet:
                    sheet.classes("of-list")
                    chosen = status if status in set(EntryStatus) else ""
                    listing = EntryListing(services, q, chosen, topic, max(page, 1))
                    await listing.build()
                with ui.element("aside").classes("mh-aside"):
                    try_box(services)
                    await misses_card(services, member)
        return None


class EntryListing:
    """Filters, one page of rows, and the pages' numbers; only the rows are ever drawn anew."""

    def __init__(
        self, services: OfficeServices, search: str, status: str, topic: str, page: int
    ) -> None:
        self._services = services
        self._filter = {"q": search, "status": status, "topic": topic}
        self._page = page
        self._asked = 0

    async def build(self) -> None:
        counts = await self._services.entries.counts()
        topics = await self._services.entries.topics()
        with ui.element("div").classes("of-filters"):
            search = ui.input(
                placeholder=words.SEARCH,
                value=self._filter["q"],
                on_change=lambda event: self._choose(q=event.value or ""),
            )
            search.props(f'outlined dense clearable debounce=300 aria-label="{words.SEARCH}"')
            search.classes("of-search")
            with search.add_slot("prepend"):
                ui.icon("search")
            options = {"": words.ALL_TOPICS} | {
                name: f"{name}（{number}）" for name, number in topics.items()
            }
            wanted = self._filter["topic"]
            ui.select(
                options,
                value=wanted if wanted in options else "",
                on_change=lambda event: self._choose(topic=event.value),
            ).props(f'outlined dense options-dense aria-label="{words.ALL_TOPICS}"').classes(
                "of-topic"
            )
        with ui.element("div").classes("of-tabs").props("role=group"):
            self._tabs = {
                status: self._tab(status, label, number) for status, label, number in _tabs(counts)
            }
            self._total = ui.label().classes("of-total")
        self._rows = ui.element("div").classes("of-rows")
        self._pages = ui.pagination(1, 1, direction_links=True, on_change=self._turn)
        self._pages.props("max-pages=7 flat active-design=unelevated").classes("of-pages")
        await self._show()

    def _tab(self, status: str, label: str, number: int) -> ui.element:
        with ui.element("button").classes("of-tab").props("type=button") as tab:
            ui.label(label)
            ui.label(str(number)).classes("of-tab-number")
        tab.on("click", lambda: self._choose(status=status))
        return tab

    async def _choose(self, **changed: str) -> None:
        self._filter.update(changed)
        self._page = 1
        await self._show()

    async def _turn(self) -> None:
        if self._pages.value and self._pages.value != self._page:
            self._page = self._pages.value
            await self._show()

    async def _show(self) -> None:
        self._asked += 1
        asked = self._asked
        wanted = self._filter
        found = await self._services.entries.list(
            wanted["q"],
            EntryStatus(wanted["status"]) if wanted["status"] else None,
            wanted["topic"],
            self._page,
            SIZE,
        )
        if asked != self._asked:  # somebody typed on meanwhile
            return
        for status, tab in self._tabs.items():
            current = status == wanted["status"]
            tab.classes(**{"add" if current else "remove": "is-active"})
            tab.props(f"aria-pressed={str(current).lower()}")
        self._total.set_text(words.total(found.total))
        self._rows.clear()
        with self._rows:
            for entry in found.entries:
                self._row(entry)
            if not found.entries:
                theme.nothing(words.NO_ENTRIES, "search_off")
        self._pages.max = max(1, -(-found.total // SIZE))
        self._pages.value = self._page
        self._pages.set_visibility(found.total > SIZE)
        self._remember()

    def _row(self, entry: Entry) -> None:
        content = shown(entry)
        with ui.link(target=f"{PATH}/entries/{entry.id}").classes("of-row"):
            with ui.element("div").classes("of-row-main"):
                ui.label(content.title).classes("of-row-title")
                ui.label(content.answer).classes("of-row-answer")
                with ui.element("div").classes("of-row-meta"):
                    ui.label(content.topic)
                    ui.label(words.questions(len(content.questions)))
                    when = self._services.when(entry.updated_at)
                    ui.label(words.changed(entry.updated_by, when))
            with ui.element("div").classes("of-row-marks"):
                if entry.status is not EntryStatus.PUBLISHED:
                    theme.chip(*words.STATUS[entry.status])
                elif entry.draft:
                    theme.chip(words.PENDING, "ochre")

    def _remember(self) -> None:
        """Keep the filter in the address, so that going back finds the list as it was."""
        kept = {name: value for name, value in self._filter.items() if value}
        if self._page > 1:
            kept["page"] = str(self._page)
        ui.navigate.history.replace(f"{PATH}?{urlencode(kept)}" if kept else PATH)


def _tabs(counts: Counts) -> list[tuple[str, str, int]]:
    numbers = {
        EntryStatus.PUBLISHED: counts.published,
        EntryStatus.DRAFT: counts.draft,
        EntryStatus.RETIRED: counts.retired,
    }
    return [
        ("", words.ALL, sum(numbers.values())),
        *((status.value, words.STATUS[status][0], number) for status, number in numbers.items()),
    ]
