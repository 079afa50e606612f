"""Before publishing: which exam questions would find the wrong answer, and whether to go on."""

from collections.abc import Sequence

from nicegui import ui

from bot.office import words
from knowledge.search.exam import Outcome


async def goes_on(outcomes: Sequence[Outcome]) -> bool:
    """Show the questions; True if the editor wants to publish all the same."""
    with (
        ui.dialog().props(f'aria-label="{words.ASTRAY_TITLE}"') as dialog,
        ui.card().classes("mh-dialog of-wide"),
    ):
        ui.label(words.ASTRAY_TITLE).classes("mh-h1")
        ui.label(words.ASTRAY_TEXT)
        with ui.element("div").classes("of-scroll"):
            for outcome in outcomes:
                _line(outcome)
        with ui.element("div").classes("mh-dialog-actions"):
            ui.button(words.ASTRAY_ON, color="accent", on_click=lambda: dialog.submit(True)).props(
                "flat"
            )
            ui.button(words.ASTRAY_BACK, on_click=dialog.close).props("unelevated autofocus")
    answer = await dialog
    dialog.delete()
    return answer is True


def _line(outcome: Outcome) -> None:
    asked = outcome.question
    with ui.element("div").classes("of-miss-main of-astray"):
        ui.label(asked.text).classes("of-miss-text")
        with ui.element("div").classes("of-row-meta"):
            path = f"/office/entries/{asked.entry_id}"
            ui.link(words.astray_should(asked.title, asked.must_find), path, new_tab=True)
            if asked.must_find:
                ui.label(words.astray_finds(outcome.found))
            elif asked.belongs:
                ui.label(words.astray_belongs(asked.belongs))
