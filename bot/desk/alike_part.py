"""Likely duplicates on the sheet (疑似重复): what is proposed, and merging after a question."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import GenericEventArguments

from actions.appeals.appeal import Appeal
from actions.likeness.finder import Alike
from bot.desk import case_words as words
from bot.desk.asking import confirm
from bot.desk.case_render import CaseRenderer
from bot.desk.cases import Cases
from bot.desk.seat import Seat
from bot.desk.standing_words import holder_words
from bot.staff.member import StaffMember
from bot.theme import tell

_PICK_JS = (
    "(e) => { const b = e.target.closest('[data-merge],[data-appeal]');"
    " if (b) emit({merge: Number(b.dataset.merge || 0), open: Number(b.dataset.appeal || 0)}); }"
)


class AlikePart:
    """Stands above the deeds, where there is anything to propose."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        renderer: CaseRenderer,
        open_appeal: Callable[[int], Awaitable[None]],
        on_merged: Callable[[int], Awaitable[None]],
    ) -> None:
        self._cases = cases
        self._seat = seat
        self._renderer = renderer
        self._open = open_appeal
        self._on_merged = on_merged
        self._appeal: Appeal | None = None
        self._found: dict[int, Alike] = {}
        with ui.element("div").classes("sheet-part") as self._whole:
            ui.label(words.ALIKE).classes("sheet-h").props("role=heading aria-level=2")
            ui.label(words.ALIKE_LEAD).classes("deed-lead")
            self._list = ui.html("", sanitize=False)
            self._list.on("click", self._pick, js_handler=_PICK_JS)
        self._whole.set_visibility(False)

    async def show(self, appeal: Appeal) -> None:
        """What is proposed for this appeal now."""
        self._appeal = appeal
        found = await self._cases.alike(appeal)
        self._found = {each.appeal.id: each for each in found}
        self._list.set_content(self._renderer.alike(found, self._cases.now))
        self._whole.set_visibility(bool(found))

    async def _pick(self, event: GenericEventArguments) -> None:
        if event.args["merge"]:
            await self._merge(int(event.args["merge"]))
        else:
            await self._open(int(event.args["open"]))

    async def _merge(self, into_id: int) -> None:
        appeal, into = self._appeal, self._found.get(into_id)
        if appeal is None or into is None:
            return
        number = into.appeal.number
        lead = words.MERGE_LEAD.format(
            title=appeal.title, number=number, holder=holder_words(into.appeal)
        )
        if not await confirm(words.MERGE_TITLE.format(number=number), lead, words.MERGE):
            return

        async def deed(staff: StaffMember) -> None:
            await self._cases.merge(appeal.id, into_id, staff)
            tell(words.MERGED_DONE.format(number=number))

        if await self._seat.attempt(deed):
            await self._on_merged(into_id)
