"""An entry to be read: as residents see it, and as a text to compare with."""

from datetime import date

from nicegui import ui

from actions.answers import full_answer
from bot import theme
from bot.office import words
from bot.office.form import SECTIONS, Values, as_typed, typed_date, values_of
from knowledge.entries.entry import EntryContent


class Preview:
    """What a resident gets who asks the first question; each text is set singly as it is typed."""

    def __init__(self, values: Values) -> None:
        self._checked_on = typed_date(values) or date.min
        with theme.card(words.PREVIEW, words.PREVIEW_NOTE):
            with ui.element("div").classes("of-phone") as self._phone:
                self._question = ui.label().classes("of-bubble of-bubble-mine")
                self._answer = ui.label().classes("of-bubble of-pre")
                with ui.element("div").classes("of-offers") as self._offers:
                    self._chips = [ui.label().classes("of-offer") for _ in SECTIONS]
            self._hint = ui.label().classes("mh-note of-hint")
        self.show(values)

    def show(self, values: Values) -> None:
        self._checked_on = typed_date(values) or self._checked_on
        content = as_typed(values, self._checked_on)
        question = next(iter(content.questions), "")
        text, buttons = full_answer(content, question) if content.answer else ("", ())
        self._question.set_text(question)
        self._question.set_visibility(bool(question))
        self._answer.set_text(text)
        self._answer.set_visibility(bool(text))
        self._offers.set_visibility(bool(buttons))
        titles = [title for title, _ in buttons]
        for position, chip in enumerate(self._chips):
            chip.set_text(titles[position] if position < len(titles) else "")
            chip.set_visibility(position < len(titles))
        self._phone.set_visibility(bool(question or text))
        self._hint.set_text(words.PREVIEW_NO_ANSWER if question else words.PREVIEW_EMPTY)
        self._hint.set_visibility(not text)


def read_entry(content: EntryContent, now: Values) -> None:
    """All fields of a text; those that differ from `now` are marked."""
    for name, value in values_of(content).items():
        if name in ("local", "belongs") or not (value or now[name]):
            continue
        with ui.element("div").classes("of-read"):
            with ui.element("div").classes("mh-label"):
                ui.label(words.FIELDS[name][0])
                if value != now[name]:
                    theme.chip(words.DIFFERENT, "ochre")
            ui.label(value or "—").classes("of-pre")
