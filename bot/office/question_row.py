"""One question without a sure answer: how often, what came near, and what to do about it."""

from collections.abc import Awaitable, Mapping
from typing import Any

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.editing import REFUSALS
from bot.office.services import OfficeServices
from bot.staff.member import StaffMember
from knowledge.entries.misses import Miss, MissKind


class QuestionRow:
    """Draws itself where it is made, and goes away once the question is settled."""

    def __init__(
        self,
        services: OfficeServices,
        member: StaffMember,
        miss: Miss,
        titles: Mapping[int, str],
    ) -> None:
        """`titles` are those of the entries that the question names."""
        self._editing = services.editing
        self._member = member
        self._miss = miss
        self._may_edit = services.may_edit(member)
        with ui.element("div").classes("of-miss") as self._row:
            with ui.element("div").classes("of-miss-main"):
                ui.label(miss.text).classes("of-miss-text")
                with ui.element("div").classes("of-row-meta"):
                    ui.label(words.asked(miss.times))
                    ui.label(services.when(miss.last_at))
                    if miss.kind is MissKind.OFFERED:
                        self._untapped()
                    elif nearest := titles.get(miss.nearest_entry_id or 0):
                        self._link(f"{words.NEAREST}{nearest}", miss.nearest_entry_id)
            if self._may_edit:
                self._actions()
            if miss.kind is MissKind.OFFERED:
                self._choices(titles)

    def _untapped(self) -> None:
        if not self._miss.taps:
            theme.chip(words.NOBODY_TAPPED, "ochre")
        elif self._miss.untapped:
            ui.label(words.left_untapped(self._miss.untapped))

    def _choices(self, titles: Mapping[int, str]) -> None:
        with ui.element("ul").classes("of-offered"):
            for entry_id in self._miss.choices:
                if entry_id in titles:
                    with ui.element("li").classes("of-offered-one"):
                        self._choice(entry_id, titles[entry_id])

    def _choice(self, entry_id: int, title: str) -> None:
        self._link(title, entry_id)
        taps = self._miss.taps.get(entry_id)
        ui.label(words.tapped(taps) if taps else "").classes("of-taps")
        if self._may_edit:

            async def add() -> None:
                await self._settle(
                    self._editing.add_question(self._member, entry_id, self._miss.id),
                    words.question_added(title),
                )

            ui.button(words.ADD_QUESTION, on_click=add).props("flat dense no-caps").classes("of-do")

    def _link(self, text: str, entry_id: int | None) -> None:
        """To an entry, where an editor finds the question among its own already."""
        ui.link(text, f"/office/entries/{entry_id}?miss={self._miss.id}")

    def _actions(self) -> None:
        async def settle() -> None:
            step = self._editing.resolve_miss(self._member, self._miss.id)
            await self._settle(step, words.SETTLED)

        with ui.element("div").classes("of-miss-actions"):
            path = f"/office/entries/new?miss={self._miss.id}"
            ui.link(words.WRITE_ENTRY, path).classes("of-do")
            ui.button(words.SETTLE, on_click=settle).props("flat dense no-caps").classes("of-do")

    async def _settle(self, step: Awaitable[Any], done: str) -> None:
        try:
            await step
        except REFUSALS as error:
            theme.tell(str(error), "negative")
            return
        # First: the button that was clicked goes with the row.
        theme.tell(done)
        self._row.delete()
