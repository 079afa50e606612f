"""The right column: who the resident is, what was before, and their appeals."""

from collections.abc import Callable

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.conversations.views import TranscriptLine
from bot.desk import words
from bot.desk.appeal_sheet import AppealSheet
from bot.desk.asking import ask_name
from bot.desk.cases import Cases
from bot.desk.filing_dialog import FilingDialog
from bot.desk.render import Renderer
from bot.desk.residents import ResidentView
from bot.desk.seat import Seat
from bot.staff.member import StaffMember
from bot.theme import tell

APPEALS_SHOWN = 10
PICK_APPEAL_JS = (
    "(e) => { const b = e.target.closest('[data-appeal]'); if (b) emit(Number(b.dataset.appeal)); }"
)


class SidePane:
    """What staff know of the resident while they talk."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        renderer: Renderer,
        sheet: AppealSheet,
        see: Callable[[str], None],
    ) -> None:
        self._services = cases.desk
        self._seat = seat
        self._renderer = renderer
        self._resident: ResidentView | None = None
        self._sheet = sheet
        self._filing = FilingDialog(cases.desk, seat, self.refresh)
        with ui.element("aside").classes("side").props(f'aria-label="{words.RESIDENT}"'):
            back = ui.button(words.BACK_TO_CHAT, icon="arrow_back", on_click=lambda: see("chat"))
            back.props("flat no-caps").classes("only-narrow")
            with ui.element("div") as self._whole:
                with ui.element("div").classes("side-head"):
                    ui.label(words.RESIDENT).classes("side-title").props(
                        "role=heading aria-level=2"
                    )
                    name = ui.button(words.NAME_CHANGE, icon="edit", on_click=self._name)
                    name.props("flat no-caps").classes("mh-quiet")
                self._facts = ui.html("", sanitize=False)
                with ui.element("div").classes("side-head"):
                    ui.label(words.APPEALS).classes("side-title").props("role=heading aria-level=2")
                    add = ui.button(words.FILE, icon="add", on_click=self._file)
                    add.props("flat no-caps").classes("mh-quiet")
                self._list = ui.html("", sanitize=False)
                self._list.on("click", self._open_appeal, js_handler=PICK_APPEAL_JS)
        self._whole.set_visibility(False)

    async def show(self, resident: ResidentView) -> None:
        """Bring the column up to date; what did not change is not sent again."""
        self._resident = resident
        self._whole.set_visibility(True)
        self._facts.set_content(self._renderer.resident(resident))
        appeals = await self._services.appeals.of_resident(resident.resident_id, APPEALS_SHOWN)
        self._list.set_content(self._renderer.resident_appeals(appeals))

    def file_from(self, line: TranscriptLine) -> None:
        """Write an appeal down from what the resident said in this message."""
        if self._resident:
            self._filing.open(self._resident, line)

    def _file(self) -> None:
        if self._resident:
            self._filing.open(self._resident)

    async def _name(self) -> None:
        resident = self._resident
        if resident is None:
            return
        name = await ask_name(resident.name if resident.named else "")
        if name is None:
            return

        async def deed(_: StaffMember) -> None:
            named = await self._services.name_resident(resident.conversation_id, name)
            tell(words.NAMED)
            if self._resident and self._resident.conversation_id == named.conversation_id:
                await self.show(named)

        await self._seat.attempt(deed)

    async def _open_appeal(self, event: GenericEventArguments) -> None:
        await self._sheet.open(int(event.args))

    async def refresh(self) -> None:
        """Read the resident's appeals anew."""
        if self._resident:
            await self.show(self._resident)
