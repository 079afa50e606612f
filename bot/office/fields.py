"""The inputs of the editor: labels, live validation, and the values that were typed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.form import EXAM, SECTIONS, Values, complaints

_LONG = frozenset({"questions", "answer", *SECTIONS, *EXAM})


class EntryFields:
    """Built once for a page; `fill` changes what it shows, `values` tells what stands there."""

    def __init__(
        self,
        values: Values,
        topics: list[str],
        *,
        read_only: bool,
        on_change: Callable[[], None],
    ) -> None:
        self._read_only = read_only
        self._on_change = on_change
        self._filling = False
        self._initial = values
        self._inputs: dict[str, Any] = {}
        with theme.card():
            with ui.element("div").classes("of-title-topic"):
                self._text("title")
                self._text("topic", autocomplete=topics)
            self._text("questions")
            self._text("answer")
        with (
            theme.card(words.SECTIONS_TITLE, words.SECTIONS_NOTE),
            ui.element("div").classes("of-sections"),
        ):
            for name in SECTIONS:
                self._text(name)
        with theme.card(words.EXAM_TITLE, words.EXAM_NOTE):
            for name in EXAM:
                self._text(name)
        with theme.card(words.ORIGIN_TITLE):
            with ui.element("div").classes("of-origin"):
                self._text("source")
                self._text("checked_on").props("type=date")
            switch = ui.switch(
                words.LOCAL_SWITCH, value=values["local"], on_change=self._changed
            ).classes("of-switch")
            switch.set_enabled(not read_only)
            self._inputs["local"] = switch

    def values(self) -> Values:
        return self._initial | {name: field.value for name, field in self._inputs.items()}

    def fill(self, values: Values) -> None:
        """Show other values; this is no change by the person."""
        self._filling = True
        self._initial = values
        for name, field in self._inputs.items():
            field.value = values[name]
        self._filling = False

    def are_right(self) -> bool:
        """Judge all fields, mark what is wrong, and bring the first of it into view."""
        wrong = complaints(self.values())
        for name, field in self._inputs.items():
            if name != "local":
                field.error = wrong.get(name)
        first = next((name for name in self._inputs if name in wrong), None)
        if first:
            self._inputs[first].run_method("focus")
        return not wrong

    def _text(self, name: str, autocomplete: list[str] | None = None) -> Any:
        label, note = words.FIELDS[name]
        with ui.element("div").classes(f"mh-field of-field-{name}"):
            with ui.element("label").classes("mh-label") as heading:
                ui.label(label)
                if note and not self._read_only:
                    ui.label(note).classes("mh-note")
            options: dict[str, Any] = {
                "value": self._initial[name],
                "validation": partial(self._judge, name),
                "on_change": self._changed,
            }
            if name in _LONG:
                field: Any = ui.textarea(**options).props("autogrow")
            else:
                field = ui.input(autocomplete=autocomplete, **options)
            field.props(f'outlined dense debounce=250 aria-label="{label}"')
            if self._read_only:
                field.props("readonly")
            heading.props(f"for={field.html_id}")
        self._inputs[name] = field
        return field

    def _judge(self, name: str, value: Any) -> str | None:
        return complaints(self.values() | {name: value}).get(name)

    def _changed(self) -> None:
        if not self._filling:
            self._on_change()
