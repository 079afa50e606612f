"""Small questions of the desk: go on or not, and what a resident is called."""

from nicegui import ui

from bot.desk import words
from bot.desk.residents import NAME_CHARS
from bot.theme import quiet_button


async def confirm(title: str, lead: str, action: str) -> bool:
    """Whether somebody goes on with a step that a resident or a colleague notices."""
    with ui.dialog().props(f'aria-label="{action}"') as dialog, ui.card().classes("mh-dialog"):
        ui.label(title).classes("mh-h2")
        ui.label(lead).classes("mh-note")
        with ui.element("div").classes("mh-dialog-actions"):
            quiet_button(words.CANCEL, dialog.close)
            ui.button(action, on_click=lambda: dialog.submit(True)).props("unelevated autofocus")
    answer = await dialog
    dialog.delete()
    return answer is True


async def ask_name(known: str) -> str | None:
    """The name that was typed, None if they left it as it was."""
    with (
        ui.dialog().props(f'aria-label="{words.NAME_CHANGE}"') as dialog,
        ui.card().classes("mh-dialog"),
    ):
        ui.label(words.NAME_CHANGE).classes("mh-h2")
        ui.label(words.NAME_LEAD).classes("mh-note")
        name = ui.input(value=known)
        name.props(f'outlined autofocus maxlength={NAME_CHARS} aria-label="{words.NAME}"')
        name.on("keydown.enter", lambda: dialog.submit(name.value or ""))
        with ui.element("div").classes("mh-dialog-actions"):
            quiet_button(words.CANCEL, dialog.close)
            ui.button(words.NAME_SAVE, on_click=lambda: dialog.submit(name.value or "")).props(
                "unelevated"
            )
    answer = await dialog
    dialog.delete()
    return answer if isinstance(answer, str) else None
