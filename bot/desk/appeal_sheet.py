"""One appeal on a sheet at the right: all fields, what happened so far, and the next step."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from actions.appeals.appeal import STATUS_WORDS, AppealStatus, IllegalTransition, StaleAppeal
from bot.desk import texts, words
from bot.desk.render import Renderer
from bot.desk.seat import Seat
from bot.desk.service import AppealFile, DeskServices
from bot.staff.member import StaffMember
from bot.theme import tell


class AppealSheet:
    """Opens over any page; what is typed stays until the change has succeeded."""

    def __init__(
        self,
        services: DeskServices,
        seat: Seat,
        renderer: Renderer,
        on_changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._services = services
        self._seat = seat
        self._renderer = renderer
        self._on_changed = on_changed
        self._file: AppealFile | None = None
        self._target: AppealStatus | None = None
        with (
            ui.dialog().props(
                f"position=right maximized aria-label={words.APPEALS}"
            ) as self._dialog,
            ui.card().classes("sheet"),
        ):
            with ui.element("div").classes("sheet-top"):
                self._head = ui.html("", sanitize=False).classes("sheet-title")
                self._chat = ui.button(words.OPEN_CHAT, on_click=self._open_chat)
                self._chat.props("flat no-caps dense")
                close = ui.button(icon="close", on_click=self._dialog.close)
                close.props(f'flat round dense aria-label="{words.CLOSE}"')
            with ui.element("div").classes("sheet-body"):
                self._facts = ui.html("", sanitize=False)
                self._next_step()
                self._colleagues_note()
                with ui.element("div").classes("sheet-part"):
                    ui.label(words.HISTORY).classes("sheet-h").props("role=heading aria-level=2")
                    self._history = ui.html("", sanitize=False)

    async def open(self, appeal_id: int) -> None:
        """Show an appeal; nothing is chosen or written yet."""

        async def deed(_: StaffMember) -> None:
            self._show(await self._services.appeal_file(appeal_id))
            self._note.set_value("")
            self._inner.set_value("")
            self._choose(None)
            self._dialog.open()

        await self._seat.attempt(deed)

    def _next_step(self) -> None:
        with ui.element("div").classes("sheet-part"):
            ui.label(words.MOVE_TITLE).classes("sheet-h").props("role=heading aria-level=2")
            self._wrong = ui.label().classes("sheet-wrong").props("role=alert")
            self._targets = ui.element("div").classes("targets")
            self._no_moves = ui.label(words.NO_MOVES).classes("side-none")
            with ui.element("div") as self._form:
                self._note = ui.textarea(words.MOVE_NOTE, on_change=self._preview_note)
                self._note.props("outlined autogrow debounce=300 maxlength=500").classes("w-full")
                self._preview = ui.label().classes("preview")
                self._preview.props(f'data-label="{words.MOVE_PREVIEW}"')
                self._submit = ui.button(words.MOVE_SUBMIT, on_click=self._move)
                self._submit.props("unelevated no-caps")

    def _colleagues_note(self) -> None:
        with ui.element("div").classes("sheet-part"):
            ui.label(words.NOTE_TITLE).classes("sheet-h").props("role=heading aria-level=2")
            with ui.element("div").classes("sheet-line"):
                self._inner = ui.input(words.NOTE_LABEL).props("outlined dense maxlength=500")
                note = ui.button(words.NOTE_SUBMIT, on_click=self._annotate)
                note.props("flat no-caps").classes("mh-quiet")

    def _show(self, file: AppealFile) -> None:
        before, self._file = self._file, file
        self._head.set_content(self._renderer.appeal_head(file.appeal))
        self._facts.set_content(self._renderer.appeal(file.appeal))
        self._history.set_content(self._renderer.history(file))
        self._chat.set_visibility(file.appeal.conversation_id is not None)
        if before is None or before.targets != file.targets:
            self._targets.clear()
            with self._targets:
                for target in file.targets:
                    button = ui.element("button").props(f"type=button data-target={target}")
                    button.on("click", lambda _, target=target: self._choose(target))
                    with button:
                        ui.label(STATUS_WORDS[target])
        self._no_moves.set_visibility(not file.targets)

    def _choose(self, target: AppealStatus | None) -> None:
        self._target = target
        self._wrong.set_visibility(False)
        for button in self._targets.default_slot.children:
            chosen = target is not None and button.props.get("data-target") == target
            button.props(f"aria-pressed={'true' if chosen else 'false'}")
        self._form.set_visibility(target is not None)
        self._preview_note()

    def _preview_note(self) -> None:
        if self._file and self._target:
            appeal, note = self._file.appeal, (self._note.value or "").strip()
            said = texts.announcement(appeal, appeal.status, self._target, note)
            self._preview.set_text(said)

    async def _move(self) -> None:
        file, target = self._file, self._target
        if file is None or target is None:
            return
        self._submit.disable()

        async def deed(staff: StaffMember) -> None:
            try:
                changed = await self._services.move_appeal(
                    file.appeal.id, staff, target, self._note.value or "", file.appeal.version
                )
            except (StaleAppeal, IllegalTransition) as refusal:
                # What was written stays; what stands above is fresh again.
                self._show(await self._services.appeal_file(file.appeal.id))
                self._choose(target if self._file and target in self._file.targets else None)
                self._wrong.set_text(f"{refusal}{words.RELOADED}")
                self._wrong.set_visibility(True)
                self._form.set_visibility(True)
                return
            self._show(await self._services.appeal_file(file.appeal.id))
            self._note.set_value("")
            self._choose(None)
            tell(words.MOVED.format(status=STATUS_WORDS[target]))
            if not changed.reachable:
                tell(words.UNREACHABLE, "warning")

        await self._seat.attempt(deed)
        self._submit.enable()
        await self._on_changed()

    async def _annotate(self) -> None:
        file, note = self._file, (self._inner.value or "").strip()
        if file is None or not note:
            return

        async def deed(staff: StaffMember) -> None:
            await self._services.note_appeal(file.appeal.id, staff, note)
            self._show(await self._services.appeal_file(file.appeal.id))
            self._inner.set_value("")
            tell(words.NOTED)

        await self._seat.attempt(deed)

    def _open_chat(self) -> None:
        if self._file:
            ui.navigate.to(f"/desk?c={self._file.appeal.conversation_id}")
