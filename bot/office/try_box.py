"""试一试: type a question and see what residents would get."""

import logging

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.services import OfficeServices
from knowledge.search.decide import Decision

log = logging.getLogger(__name__)
SHOWN = 4


def try_box(services: OfficeServices) -> None:
    """A card with the box; the answer appears below it."""
    with theme.card(words.TRY, words.TRY_NOTE):
        with ui.element("form").classes("of-try") as form:
            question = ui.input(placeholder=words.TRY_PLACEHOLDER)
            question.props(f'outlined dense maxlength=200 aria-label="{words.TRY_PLACEHOLDER}"')
            button = ui.button(words.TRY_BUTTON).props("unelevated type=submit")
        result = ui.element("div").classes("of-try-result").props("aria-live=polite")

    async def ask() -> None:
        text = (question.value or "").strip()
        if not text:
            return
        button.props("loading")
        try:
            decision = await services.editing.try_search(text)
        except Exception:
            # Whatever search does, the page must go on: this is a look, not a change.
            log.exception("trying a question failed")
            theme.tell(words.TRY_FAILED, "negative")
            return
        finally:
            button.props(remove="loading")
        result.clear()
        with result:
            _show(decision)

    form.on("submit.prevent", ask)


def _show(decision: Decision) -> None:
    theme.chip(*words.VERDICT[decision.kind])
    if decision.kind == "unknown":
        ui.label(words.UNKNOWN_MEANS).classes("mh-note of-means")
    if not decision.hits:
        ui.label(words.NO_HITS).classes("mh-note")
    for hit in decision.hits[:SHOWN]:
        with ui.link(target=f"/office/entries/{hit.entry_id}").classes("of-hit"):
            with ui.element("div").classes("of-hit-line"):
                ui.label(hit.title).classes("of-hit-title")
                ui.label(f"{hit.confidence:.0%}").classes("of-hit-number")
            with ui.element("div").classes("of-bar"):
                ui.element("div").style(f"width:{min(max(hit.confidence, 0), 1):.0%}")
            ui.label(words.matched(hit.matched)).classes("mh-note of-hit-matched")
