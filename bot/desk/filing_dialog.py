"""Write an appeal down for a resident, from the chat."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from pydantic import ValidationError

from bot.conversations.views import TranscriptLine
from bot.desk import words
from bot.desk.render import home_words
from bot.desk.residents import ResidentView
from bot.desk.seat import Seat
from bot.desk.service import AppealDraft, DeskServices
from bot.staff.member import StaffMember
from bot.theme import tell
from knowledge.places.place import CATEGORIES


class FilingDialog:
    """What happened, of which kind, where, and whom to call."""

    def __init__(
        self, services: DeskServices, seat: Seat, on_filed: Callable[[], Awaitable[None]]
    ) -> None:
        self._services = services
        self._seat = seat
        self._on_filed = on_filed
        self._resident: ResidentView | None = None
        self._line: TranscriptLine | None = None
        with (
            ui.dialog().props(f"aria-label={words.FILE}") as self._dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.FILE).classes("mh-h2")
            ui.label(words.FILE_LEAD).classes("mh-note")
            self._content = ui.textarea(words.FILE_CONTENT).props(
                "outlined autogrow maxlength=5000"
            )
            self._category = ui.select(list(CATEGORIES), label=words.FILE_CATEGORY)
            self._category.props("outlined options-dense")
            self._place = ui.input(words.FILE_PLACE).props("outlined maxlength=200")
            self._phone = ui.input(words.FILE_PHONE).props("outlined type=tel maxlength=40")
            with ui.element("div").classes("mh-dialog-actions"):
                cancel = ui.button(words.CANCEL, on_click=self._dialog.close)
                cancel.props("flat no-caps").classes("mh-quiet")
                self._submit = ui.button(words.FILE_SUBMIT, on_click=self._file)
                self._submit.props("unelevated no-caps")

    def open(self, resident: ResidentView, line: TranscriptLine | None = None) -> None:
        """Start a new appeal; from a message where one is given."""
        self._resident, self._line = resident, line
        self._content.set_value(line.text if line else "")
        self._category.set_value(None)
        self._place.set_value(home_words(resident.home))
        self._phone.set_value(resident.phone)
        self._dialog.open()

    async def _file(self) -> None:
        draft, resident = self._draft(), self._resident
        if draft is None or resident is None:
            return
        self._submit.disable()

        async def deed(staff: StaffMember) -> None:
            filed = await self._services.file_appeal(resident.conversation_id, staff, draft)
            said = words.FILED if filed.is_new else words.FILED_BEFORE
            tell(said.format(number=filed.appeal.number))
            if filed.is_new and not filed.reachable:
                tell(words.UNREACHABLE, "warning")
            self._dialog.close()

        await self._seat.attempt(deed)
        self._submit.enable()
        await self._on_filed()

    def _draft(self) -> AppealDraft | None:
        line = self._line
        try:
            return AppealDraft(
                content=self._content.value or "",
                category=self._category.value or "",
                place_text=self._place.value or "",
                phone=self._phone.value or "",
                source_message_id=line.id if line else None,
                photos=[line.media_id] if line and line.media_id and line.kind == "image" else [],
            )
        except ValidationError as error:
            wrong = error.errors()[0]["loc"][0]
            field = words.FILE_CATEGORY if wrong == "category" else words.FILE_CONTENT
            tell(words.MISSING.format(field=field), "negative")
            return None
