"""The list of appeals: search, one status or all, page by page."""

from nicegui import ui
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

from actions.appeals.appeal import AppealStatus
from bot.desk import words
from bot.desk.appeal_sheet import AppealSheet
from bot.desk.render import Renderer
from bot.desk.seat import Seat
from bot.desk.service import DeskServices
from bot.desk.side_pane import PICK_APPEAL_JS

PAGE = 20


class Ledger:
    """The page under /desk/appeals."""

    def __init__(self, services: DeskServices, seat: Seat, renderer: Renderer) -> None:
        self._services = services
        self._renderer = renderer
        self._text = ""
        self._status: AppealStatus | None = None
        self._page = 0
        self.sheet = AppealSheet(services, seat, renderer, self.refresh)
        with ui.element("div").classes("ledger"):
            with ui.element("div").classes("ledger-top"):
                ui.label(words.APPEALS).classes("mh-h1").props("role=heading aria-level=1")
                search = ui.input(placeholder=words.SEARCH, on_change=self._search)
                search.props(f'outlined dense clearable debounce=300 aria-label="{words.SEARCH}"')
                search.classes("ledger-search")
            self._statuses = ui.html("", sanitize=False).classes("statuses")
            self._statuses.on(
                "click",
                self._choose,
                js_handler="(e) => { const b = e.target.closest('[data-status]');"
                " if (b) emit(b.dataset.status); }",
            )
            self._rows = ui.html("", sanitize=False)
            self._rows.on("click", self._open, js_handler=PICK_APPEAL_JS)
            with ui.element("div").classes("pager") as self._pager:
                self._newer = ui.button(words.NEWER, on_click=lambda: self._turn(-1))
                self._where = ui.label()
                self._older = ui.button(words.OLDER_PAGE, on_click=lambda: self._turn(1))
                for button in (self._newer, self._older):
                    button.props("flat no-caps").classes("mh-quiet")

    async def refresh(self) -> None:
        """Read what stands on this page now."""
        appeals = self._services.appeals
        counts = await appeals.count_by_status(self._text)
        total = counts.get(self._status, 0) if self._status else sum(counts.values())
        pages = max(-(-total // PAGE), 1)
        self._page = min(self._page, pages - 1)
        found = await appeals.search(self._text, self._status, limit=PAGE, offset=self._page * PAGE)
        self._statuses.set_content(self._renderer.statuses(counts, self._status))
        self._rows.set_content(self._renderer.appeals(found))
        self._where.set_text(f"{self._page + 1} / {pages}")
        self._newer.set_enabled(self._page > 0)
        self._older.set_enabled(self._page < pages - 1)
        self._pager.set_visibility(pages > 1)

    async def _search(self, event: ValueChangeEventArguments[str | None]) -> None:
        self._text, self._page = (event.value or "").strip(), 0
        await self.refresh()

    async def _choose(self, event: GenericEventArguments) -> None:
        self._status, self._page = AppealStatus(event.args) if event.args else None, 0
        await self.refresh()

    async def _turn(self, by: int) -> None:
        self._page += by
        await self.refresh()

    async def _open(self, event: GenericEventArguments) -> None:
        await self.sheet.open(int(event.args))
