"""An entry to be read: as residents see it, and as a text to compare with."""

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.form import SECTIONS, Values, values_of
from knowledge.entries.entry import EntryContent


class Preview:
    """What a resident gets on the telephone; each text is set singly as it is typed."""

    def __init__(self, values: Values) -> None:
        with theme.card(words.PREVIEW):
            with ui.element("div").classes("of-phone"):
                self._question = ui.label().classes("of-bubble of-bubble-mine")
                with ui.element("div").classes("of-bubble") as self._bubble:
                    self._answer = ui.label().classes("of-pre")
                    self._sections = {name: _line(name) for name in SECTIONS}
            self._empty = ui.label(words.PREVIEW_EMPTY).classes("mh-note")
        self.show(values)

    def show(self, values: Values) -> None:
        question = next(iter((values["questions"] or "").strip().splitlines()), "")
        answer = (values["answer"] or "").strip()
        self._question.set_text(question)
        self._question.set_visibility(bool(question))
        self._answer.set_text(answer)
        self._bubble.set_visibility(bool(answer))
        self._empty.set_visibility(not answer)
        for name, (line, text) in self._sections.items():
            typed = (values[name] or "").strip()
            text.set_text(typed)
            line.set_visibility(bool(typed))


def _line(name: str) -> tuple[ui.element, ui.label]:
    with ui.element("div").classes("of-section-line") as line:
        ui.label(words.FIELDS[name][0]).classes("of-section-name")
        text = ui.label().classes("of-pre")
    return line, text


def read_entry(content: EntryContent, now: Values) -> None:
    """All fields of a text; those that differ from `now` are marked."""
    for name, value in values_of(content).items():
        if name == "local" or not (value or now[name]):
            continue
        with ui.element("div").classes("of-read"):
            with ui.element("div").classes("mh-label"):
                ui.label(words.FIELDS[name][0])
                if value != now[name]:
                    theme.chip(words.DIFFERENT, "ochre")
            ui.label(value or "—").classes("of-pre")
