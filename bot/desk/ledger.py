"""The list of appeals: tabs, filters, search, page by page, and the way out as a table."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from nicegui import ui
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

from actions.appeals.worklist import Filters
from bot.desk import case_words as words
from bot.desk.appeal_sheet import AppealSheet
from bot.desk.burst_banner import BurstBanner
from bot.desk.case_render import CaseRenderer
from bot.desk.cases import Cases
from bot.desk.seat import Seat
from bot.desk.side_pane import PICK_APPEAL_JS
from bot.desk.tabs import Listing, Tab, filters_of, listing
from knowledge.categories.tree import category_tree

PAGE = 20
EXPORT_PATH = "/api/v1/appeals/export.xlsx"
# Colleagues, residents and the clock change what stands here.
REFRESH_SECONDS = 20.0
_PICK_TAB_JS = "(e) => { const b = e.target.closest('[data-tab]'); if (b) emit(b.dataset.tab); }"


class Ledger:
    """The page under /desk/appeals."""

    def __init__(self, cases: Cases, seat: Seat, renderer: CaseRenderer) -> None:
        self._cases = cases
        self._renderer = renderer
        self._filters = Filters()
        self._tab = Tab.TO_DISPATCH
        self._page = 0
        self._bursts = BurstBanner(cases, seat, self._open_id, self.refresh)
        self.sheet = AppealSheet(cases, seat, renderer, self.refresh)
        with ui.element("main").classes("ledger"):
            with ui.element("div").classes("ledger-top"):
                ui.label(words.APPEALS).classes("mh-h1").props("role=heading aria-level=1")
                search = ui.input(placeholder=words.SEARCH, on_change=self._narrow("text"))
                search.props(f'outlined dense clearable debounce=300 aria-label="{words.SEARCH}"')
                search.classes("ledger-search")
                with ui.element("a").classes("ledger-export mh-quiet q-btn") as self._export:
                    ui.icon("download")
                    ui.label(words.EXPORT)
            self._tabs = ui.html("", sanitize=False).classes("statuses")
            self._tabs.props(f'role=group aria-label="{words.TABS}"')
            self._tabs.on("click", self._choose, js_handler=_PICK_TAB_JS)
            self._selects()
            self._rows = ui.html("", sanitize=False)
            self._rows.on("click", self._open, js_handler=PICK_APPEAL_JS)
            with ui.element("div").classes("pager") as self._pager:
                self._newer = ui.button(words.NEWER, on_click=lambda: self._turn(-1))
                self._where = ui.label()
                self._older = ui.button(words.OLDER_PAGE, on_click=lambda: self._turn(1))
                for button in (self._newer, self._older):
                    button.props("flat no-caps").classes("mh-quiet")
        ui.timer(REFRESH_SECONDS, self.refresh, immediate=False)

    async def start(self) -> None:
        """Fill the filters and the first page."""
        communities = await self._cases.places.communities()
        self._community.set_options({each.id: each.name for each in communities})
        self._party.set_options(await self._cases.parties_for(None))
        await self._bursts.look()
        await self.refresh()
        if self._tab is Tab.TO_DISPATCH and not self._shown.total:
            # Nothing waits to be dispatched: what is in hand comes next.
            self._tab = Tab.IN_HAND
            await self.refresh()

    async def refresh(self) -> None:
        """Read what stands on this page now."""
        found = await self._found()
        pages = max(-(-found.total // PAGE), 1)
        if self._page >= pages:
            self._page = pages - 1
            found = await self._found()
        self._shown = found
        self._tabs.set_content(self._renderer.tabs(found, self._tab))
        self._rows.set_content(self._renderer.rows(found.items, self._cases.now))
        here = words.PAGES.format(page=self._page + 1, pages=pages, total=found.total)
        self._where.set_text(here)
        self._newer.set_enabled(self._page > 0)
        self._older.set_enabled(self._page < pages - 1)
        self._pager.set_visibility(pages > 1)
        self._export.props(f'href="{self._export_address()}" download')

    def _selects(self) -> None:
        with ui.element("div").classes("ledger-filters"):
            self._community = self._select(words.COMMUNITY, "community_id", {})
            self._party = self._select(words.PARTY, "party_id", {})
            leaves = {key: key for key in category_tree().keys}
            self._select(words.CATEGORY, "category", leaves)

    def _select(self, label: str, name: str, options: dict[Any, str]) -> ui.select:
        select = ui.select(
            options, label=label, with_input=True, clearable=True, on_change=self._narrow(name)
        )
        select.props("outlined dense options-dense")
        return select

    def _narrow(self, name: str) -> Callable[[ValueChangeEventArguments[Any]], Any]:
        """A handler that filters by this field from now on; emptied, it filters nothing."""

        async def narrow(event: ValueChangeEventArguments[Any]) -> None:
            empty = Filters.model_fields[name].default
            value = event.value.strip() if isinstance(event.value, str) else event.value
            self._filters = self._filters.model_copy(update={name: value or empty})
            self._page = 0
            await self.refresh()

        return narrow

    async def _found(self) -> Listing:
        return await listing(
            self._cases.desk.appeals,
            self._tab,
            self._filters,
            self._cases.now,
            limit=PAGE,
            offset=self._page * PAGE,
        )

    def _export_address(self) -> str:
        """Everything that the tab shows with these filters, not the page alone."""
        asked = filters_of(self._tab, self._filters, self._cases.now)
        values = asked.model_dump(mode="json", exclude_defaults=True)
        named = {"text": "q", "statuses": "status"}
        pairs = {named.get(name, name): value for name, value in values.items()}
        return f"{EXPORT_PATH}?{urlencode(pairs, doseq=True)}"

    async def _choose(self, event: GenericEventArguments) -> None:
        self._tab, self._page = Tab(event.args), 0
        await self.refresh()

    async def _turn(self, by: int) -> None:
        self._page += by
        await self.refresh()

    async def _open(self, event: GenericEventArguments) -> None:
        await self._open_id(int(event.args))

    async def _open_id(self, appeal_id: int) -> None:
        await self.sheet.open(appeal_id)
