"""历史: every version of an entry, to read and to restore."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.form import Values
from bot.office.reading import read_entry
from bot.office.services import OfficeServices
from knowledge.entries.entry import EntryVersion


class History:
    """A card of versions; `restore` is called with the version's number, None if not allowed."""

    def __init__(
        self,
        services: OfficeServices,
        now: Callable[[], Values],
        unsaved: Callable[[], bool],
        restore: Callable[[int], Awaitable[None]] | None,
    ) -> None:
        self._services = services
        self._now = now
        self._unsaved = unsaved
        self._restore = restore
        with theme.card(words.HISTORY):
            self._steps = ui.element("div").classes("of-history")

    async def show(self, entry_id: int | None) -> None:
        steps = await self._services.entries.versions(entry_id) if entry_id else []
        self._steps.clear()
        with self._steps:
            for step in steps:
                self._step(step)
            if not steps:
                ui.label(words.NO_HISTORY).classes("mh-note")

    def _step(self, step: EntryVersion) -> None:
        with ui.element("button").classes("of-step").props("type=button") as button:
            with ui.element("div").classes("of-step-line"):
                ui.label(words.version(step.version)).classes("of-step-version")
                theme.chip(
                    words.ACTIONS[step.action], "pine" if step.action == "publish" else "plain"
                )
            ui.label(words.changed(step.editor, self._services.when(step.at))).classes("mh-note")
            if step.note:
                ui.label(step.note).classes("of-step-note")
        button.on("click", lambda: self._open(step))

    def _open(self, step: EntryVersion) -> None:
        restore = self._restore
        with (
            ui.dialog(value=True).props(f'aria-label="{words.HISTORY}"') as dialog,
            ui.card().classes("mh-dialog of-wide"),
        ):
            ui.label(words.version(step.version)).classes("mh-h1")
            with ui.element("div").classes("of-scroll"):
                read_entry(step.content, self._now())
            if restore and self._unsaved():
                ui.label(words.RESTORE_REPLACES).classes("of-warning")
            with ui.element("div").classes("mh-dialog-actions"):
                theme.quiet_button(words.CLOSE, dialog.close)
                if restore:

                    async def choose() -> None:
                        dialog.close()
                        await restore(step.version)

                    ui.button(words.RESTORE, icon="history", on_click=choose).props("unelevated")
        dialog.on("hide", dialog.delete)
