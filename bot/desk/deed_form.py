"""The form of one deed on the sheet: exactly what the deed needs, and what the resident will hear."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from nicegui import ui
from nicegui.element import Element
from pydantic import ValidationError

from actions.appeals.deeds import DEED, WORDS_MOST, Deed
from actions.appeals.life import MOVE_WORDS, Move
from actions.dispatch.dispatch import Assignment
from bot.desk import case_words as words
from bot.desk import words as desk_words
from bot.desk.cases import Case, Cases
from bot.desk.deed_forms import FORMS, Field, Kind, wrong_words
from bot.desk.photo_field import PhotoField
from bot.desk.seat import Seat
from bot.theme import quiet_button

# Words over which the sheet stays small; longer ones grow the box.
_WORDS_SHOWN = "outlined autogrow debounce=300"


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom an appeal may go to, and whom the rules suggest; empty for other deeds."""

    parties: Mapping[int, str] = field(default_factory=dict)
    suggestion: Assignment | None = None


@dataclass(frozen=True, slots=True)
class _Control:
    """One field on the page: how to read it, and what of it appears and disappears."""

    field: Field
    read: Callable[[], Any]
    whole: Element


class DeedForm:
    """Built anew for each deed that is chosen; what is typed stays until the deed is done."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        do: Callable[[Deed], Awaitable[None]],
        cancel: Callable[[], Awaitable[None]],
    ) -> None:
        self._cases = cases
        self._seat = seat
        self._do = do
        self._cancel = cancel
        self._case: Case | None = None
        self._choices = Choices()
        self._controls: list[_Control] = []
        self.move: Move | None = None
        self._whole = ui.element("div").classes("deed")
        self._whole.set_visibility(False)

    def open(self, case: Case, move: Move, choices: Choices) -> None:
        """An empty form for a move of this appeal."""
        self._case, self.move, self._choices, self._controls = case, move, choices, []
        self._whole.clear()
        with self._whole:
            ui.label(MOVE_WORDS[move]).classes("deed-h").props("role=heading aria-level=3")
            ui.label(words.LEADS[move]).classes("deed-lead")
            if choices.suggestion:
                ui.label(suggestion_words(choices.suggestion)).classes("deed-hint")
            self._wrong = ui.label().classes("sheet-wrong").props("role=alert")
            for each in FORMS[move]:
                self._controls.append(self._control(each))
            self._preview = ui.label().classes("preview")
            self._preview.props(f'data-label="{words.PREVIEW}"')
            self._silent = ui.label(words.NO_PREVIEW).classes("deed-silent")
            with ui.element("div").classes("deed-actions"):
                quiet_button(desk_words.CANCEL, self._cancel)
                confirm = words.CONFIRM.format(move=MOVE_WORDS[move])
                self._submit = ui.button(confirm, on_click=self._done)
                self._submit.props("unelevated no-caps")
        self.refuse("")
        self._changed()
        self._whole.set_visibility(True)

    def close(self) -> None:
        """Nothing is chosen; what was typed is gone."""
        self.move = None
        self._whole.set_visibility(False)
        self._whole.clear()

    def reload(self, case: Case) -> None:
        """The appeal as it stands now, under what was typed."""
        self._case = case
        if self.move:
            self._changed()

    def refuse(self, why: str) -> None:
        """Say why it did not work, above what was typed; empty takes it back."""
        self._wrong.set_text(why)
        self._wrong.set_visibility(bool(why))

    def _control(self, asked: Field) -> _Control:
        with ui.element("div").classes("deed-field") as whole:
            match asked.kind:
                case Kind.WORDS:
                    box = ui.textarea(asked.label, on_change=self._changed)
                    box.props(f"{_WORDS_SHOWN} maxlength={WORDS_MOST} {_hint(asked)}")
                    return _Control(asked, lambda: box.value or "", whole)
                case Kind.PARTY | Kind.HELPERS:
                    many = asked.kind is Kind.HELPERS
                    chosen = self._suggested(many)
                    select = ui.select(
                        dict(self._choices.parties),
                        label=asked.label,
                        value=chosen,
                        multiple=many,
                        with_input=not many,
                        on_change=self._changed,
                    )
                    select.props(f"outlined options-dense {_hint(asked)}")
                    if many:
                        select.props("use-chips")
                    return _Control(asked, lambda: select.value, whole)
                case Kind.MOMENT | Kind.DAY:
                    day_only = asked.kind is Kind.DAY
                    when = ui.input(asked.label, on_change=self._changed)
                    when.props(
                        f"outlined stack-label type={'date' if day_only else 'datetime-local'}"
                    )
                    return _Control(asked, lambda: self._moment(when.value, day_only), whole)
                case Kind.PHOTOS:
                    photos = PhotoField(self._cases, self._seat)
                    return _Control(asked, lambda: list(photos.value), whole)
                case Kind.CHOICE:
                    note = f"（{asked.hint}）" if asked.hint else ""
                    ui.label(f"{asked.label}{note}").classes("deed-label")
                    radio = ui.radio(dict(asked.options), on_change=self._changed)
                    radio.props(f'inline aria-label="{asked.label}"')
                    return _Control(asked, lambda: radio.value, whole)

    def _suggested(self, helpers: bool) -> Any:
        """Who is suggested, if they may be chosen; an appeal that moves on keeps its helpers."""
        suggestion, parties = self._choices.suggestion, self._choices.parties
        if self.move is Move.REDISPATCH and self._case and helpers:
            return [each for each in self._case.appeal.helper_ids if each in parties]
        if suggestion is None or suggestion.lead is None:
            return [] if helpers else None
        if helpers:
            return [each.id for each in suggestion.helpers if each.id in parties]
        current = self._case.appeal.lead_party_id if self._case else None
        lead = suggestion.lead.id
        return lead if lead in parties and lead != current else None

    def _moment(self, written: str | None, day_only: bool) -> datetime | None:
        """What was chosen on the wall clock here; a day begins with its first office hour."""
        if not written:
            return None
        calendar = self._cases.deadlines.calendar
        if day_only:
            midnight = datetime.combine(date.fromisoformat(written), datetime.min.time())
            return calendar.next_opening(midnight.replace(tzinfo=calendar.zone))
        return datetime.fromisoformat(written).replace(tzinfo=calendar.zone)

    def _values(self) -> dict[str, Any]:
        """What was filled in; what is not asked, or was left open, is not there."""
        read = {each.field.name: each.read() for each in self._controls}
        asked = {each.field.name for each in self._controls if _is_asked(each.field, read)}
        return {name: value for name, value in read.items() if name in asked and value is not None}

    def _deed(self) -> Deed:
        return DEED.validate_python({"move": self.move, **self._values()})

    def _changed(self) -> None:
        """Show what is asked now, and what the resident would hear."""
        if self._case is None or self.move is None or len(self._controls) < len(FORMS[self.move]):
            return
        read = {each.field.name: each.read() for each in self._controls}
        for control in self._controls:
            control.whole.set_visibility(_is_asked(control.field, read))
        try:
            deed = self._deed()
        except ValidationError:
            # Not filled in yet: nothing to foresee.
            said, refused, is_whole = "", "", False
        else:
            parties = self._choices.parties
            foreseen = self._cases.foresee(self._case, deed, self._seat.member, parties)
            said, refused, is_whole = foreseen.said, foreseen.refused, True
        self.refuse(refused)
        self._preview.set_text(said)
        self._preview.set_visibility(bool(said))
        self._silent.set_visibility(is_whole and not said and not refused)

    async def _done(self) -> None:
        if self.move is None:
            return
        try:
            deed = self._deed()
        except ValidationError as error:
            self.refuse(wrong_words(error, self.move))
            return
        self._submit.disable()
        await self._do(deed)
        self._submit.enable()


def _hint(asked: Field) -> str:
    """An empty hint would keep its line free."""
    return f'hint="{asked.hint}"' if asked.hint else ""


def _is_asked(asked: Field, read: Mapping[str, Any]) -> bool:
    return asked.needs is None or read.get(asked.needs[0]) == asked.needs[1]


def suggestion_words(suggestion: Assignment) -> str:
    """建议派给青山里物业，协办：…。理由：…"""
    why = suggestion.why.rstrip("。")
    if suggestion.lead is None:
        return words.NO_SUGGESTION.format(why=f"{why}。")
    helpers = "、".join(each.name for each in suggestion.helpers)
    return words.SUGGESTED.format(
        lead=suggestion.lead.name,
        helpers=words.SUGGESTED_HELPERS.format(helpers=helpers) if helpers else "",
        why=f"{why}。",
    )
