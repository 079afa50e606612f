"""The note that goes with a conversation given back to the assistant; “无” is a note too."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.desk import words


class ReturnDialog:
    """Asks for the note; closes once the conversation is back."""

    def __init__(self, give_back: Callable[[str], Awaitable[bool]]) -> None:
        self._give_back = give_back
        with (
            ui.dialog().props(f"aria-label={words.RETURN_TITLE}") as self._dialog,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.RETURN_TITLE).classes("mh-h2")
            ui.label(words.RETURN_LEAD).classes("mh-note")
            self._note = (
                ui.textarea(on_change=self._typed)
                .props(
                    f'outlined autogrow autofocus maxlength=500 aria-label="{words.RETURN_NOTE}"'
                )
                .classes("w-full")
            )
            with ui.element("div").classes("mh-dialog-actions"):
                nothing = ui.button(words.NOTHING_TO_SAY, on_click=self._nothing)
                nothing.props("flat no-caps").classes("mh-quiet")
                ui.space()
                ui.button(words.CANCEL, on_click=self._dialog.close).props("flat no-caps").classes(
                    "mh-quiet"
                )
                self._submit = ui.button(words.RETURN, on_click=self._done)
                self._submit.props("unelevated no-caps")

    def open(self) -> None:
        self._note.set_value("")
        self._typed()
        self._dialog.open()

    def _nothing(self) -> None:
        self._note.set_value(words.NOTHING_TO_SAY)

    def _typed(self) -> None:
        self._submit.set_enabled(bool((self._note.value or "").strip()))

    async def _done(self) -> None:
        if await self._give_back(self._note.value.strip()):
            self._dialog.close()
