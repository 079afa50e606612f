"""A question before a step that residents notice, with a note for the history."""

from nicegui import ui

from bot import theme
from bot.office import words


async def ask_note(title: str, text: str, action: str, *, grave: bool = False) -> str | None:
    """The note of somebody who goes on, or None if they do not."""
    with ui.dialog().props(f'aria-label="{title}"') as dialog, ui.card().classes("mh-dialog"):
        ui.label(title).classes("mh-h1")
        ui.label(text)
        note = ui.input(placeholder=words.NOTE)
        note.props(f'outlined autofocus maxlength=200 aria-label="{words.NOTE}"')
        note.on("keydown.enter", lambda: dialog.submit(note.value or ""))
        with ui.element("div").classes("mh-dialog-actions"):
            theme.quiet_button(words.CANCEL, dialog.close)
            ui.button(
                action,
                color="accent" if grave else "primary",
                on_click=lambda: dialog.submit(note.value or ""),
            ).props("unelevated")
    answer = await dialog
    dialog.delete()
    return answer if isinstance(answer, str) else None
