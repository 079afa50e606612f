"""One appeal on a sheet at the right: who has it, what can be done now, all facts, its history."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from actions.appeals.deeds import Deed
from actions.appeals.effects import RETURNS_BEFORE_SECRETARY
from actions.appeals.life import MOVE_WORDS, STATUS_WORDS, AppealError, Move, StaleAppeal
from actions.clock.watch import EVENT_WORDS
from bot.desk import case_words as words
from bot.desk import words as desk_words
from bot.desk.alike_part import AlikePart
from bot.desk.case_render import CaseRenderer
from bot.desk.cases import Case, Cases
from bot.desk.deed_form import Choices, DeedForm
from bot.desk.deed_forms import FORMS, GROUPS
from bot.desk.seat import Seat
from bot.desk.steps import actor_words
from bot.staff.member import Role, StaffMember
from bot.theme import tell

_TO_PARTY = frozenset({Move.DISPATCH, Move.REDISPATCH})


class AppealSheet:
    """Opens over any page; what is typed stays until the change has succeeded."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        renderer: CaseRenderer,
        on_changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._cases = cases
        self._seat = seat
        self._renderer = renderer
        self._on_changed = on_changed
        self._case: Case | None = None
        with (
            ui.dialog().props(f"position=right maximized aria-label={words.APPEALS}") as dialog,
            ui.card().classes("sheet"),
        ):
            self._dialog = dialog
            with ui.element("div").classes("sheet-top"):
                self._head = ui.html("", sanitize=False).classes("sheet-title")
                self._chat = ui.button(words.OPEN_CHAT, on_click=self._open_chat)
                self._chat.props("flat no-caps dense")
                close = ui.button(icon="close", on_click=dialog.close)
                close.props(f'flat round dense aria-label="{desk_words.CLOSE}"')
            with ui.element("div").classes("sheet-body") as self._body:
                self._top = ui.html("", sanitize=False)
                self._notes()
                self._alike = AlikePart(cases, seat, renderer, self.open, self._merged)
                with ui.element("div").classes("sheet-part"):
                    _heading(words.NEXT)
                    self._moves = ui.element("div").classes("moves")
                    self._form = DeedForm(cases, seat, self._do, lambda: self._choose(None))
                with ui.element("div").classes("sheet-part"):
                    _heading(words.FACTS)
                    self._facts = ui.html("", sanitize=False)
                with ui.element("div").classes("sheet-part"):
                    _heading(words.HISTORY)
                    self._history = ui.html("", sanitize=False)

    async def open(self, appeal_id: int) -> None:
        """Show an appeal; nothing is chosen or written yet."""

        async def deed(staff: StaffMember) -> None:
            case = await self._cases.open(appeal_id, staff)
            self._form.close()
            await self._show(case)
            self._dialog.open()

        await self._seat.attempt(deed)

    def _notes(self) -> None:
        """What has to be known before anything is done: merged already, or for the secretary."""
        with ui.element("div").classes("sheet-note") as self._part_of:
            self._part_of_text = ui.label()
            self._into = ui.button(on_click=self._open_into).props("flat no-caps dense")
        with ui.element("div").classes("sheet-note sheet-note-seal") as self._secretary:
            self._secretary_text = ui.label()

    async def _show(self, case: Case) -> None:
        self._case = case
        appeal, now = case.appeal, self._cases.now
        self._head.set_content(self._renderer.head(appeal))
        self._top.set_content(self._renderer.top(case, now))
        self._facts.set_content(self._renderer.facts(case))
        self._history.set_content(self._renderer.history(case, now))
        self._chat.set_visibility(appeal.conversation_id is not None)
        self._part_of.set_visibility(bool(case.part_of))
        self._part_of_text.set_text(words.MERGED_INTO.format(number=case.part_of))
        self._into.set_text(words.OPEN_INTO.format(number=case.part_of))
        returned = Move.DISPATCH in case.file.moves and appeal.returns >= RETURNS_BEFORE_SECRETARY
        told = words.FOR_SECRETARY.format(returns=appeal.returns)
        self._secretary.set_visibility(returned)
        self._secretary_text.set_text(told if self._is_secretary else told + words.ASK_SECRETARY)
        self._show_moves(case)
        await self._alike.show(appeal)

    def _show_moves(self, case: Case) -> None:
        self._moves.clear()
        with self._moves:
            for title, group in zip(words.GROUPS, GROUPS, strict=True):
                moves = [move for move in group if move in case.file.moves and move in FORMS]
                if not moves:
                    continue
                with ui.element("div").classes("move-row"):
                    ui.label(title).classes("move-title")
                    with ui.element("div").classes("targets"):
                        for move in moves:
                            self._move_button(move)
            if case.appeal.is_open and not self._is_secretary:
                ui.label(words.SECRETARY_ONLY).classes("deed-silent")
        self._mark_chosen()

    def _move_button(self, move: Move) -> None:
        button = ui.element("button").props(f"type=button data-move={move}")
        button.on("click", lambda: self._choose(move))
        with button:
            ui.label(MOVE_WORDS[move])

    async def _choose(self, move: Move | None) -> None:
        case = self._case
        if move is None or case is None:
            self._form.close()
        else:
            choices = Choices()
            if move in _TO_PARTY:
                parties = await self._cases.parties_for(case.appeal.community_id)
                choices = Choices(parties, await self._cases.suggestion(case.appeal))
            self._form.open(case, move, choices)
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        for button in self._moves.descendants():
            if move := button.props.get("data-move"):
                button.props(f"aria-pressed={'true' if move == self._form.move else 'false'}")

    async def _do(self, chosen: Deed) -> None:
        case = self._case
        if case is None:
            return

        async def deed(staff: StaffMember) -> None:
            try:
                changed = await self._cases.desk.act(
                    case.appeal.id, staff, chosen, case.appeal.version
                )
            except AppealError as refusal:
                await self._refused(case, chosen.move, refusal, staff)
                return
            self._form.close()
            await self._show(await self._cases.open(case.appeal.id, staff))
            status = STATUS_WORDS[changed.appeal.status]
            tell(words.MOVED.format(move=MOVE_WORDS[chosen.move], status=status))
            if not changed.reachable:
                tell(desk_words.UNREACHABLE, "warning")

        # The form, and with it the button that was pressed, goes when the deed is done.
        with self._body:
            await self._seat.attempt(deed)
            await self._on_changed()

    async def _refused(
        self, before: Case, move: Move, refusal: AppealError, staff: StaffMember
    ) -> None:
        """What was written stays; what stands above is fresh again."""
        case = await self._cases.open(before.appeal.id, staff)
        await self._show(case)
        self._form.reload(case)
        why = str(refusal)
        if isinstance(refusal, StaleAppeal):
            why = _who_was_faster(case) if move in case.file.moves else ""
            why = why or words.NOT_NOW.format(move=MOVE_WORDS[move])
        self._form.refuse(why)

    async def _merged(self, into_id: int) -> None:
        await self.open(into_id)
        await self._on_changed()

    async def _open_into(self) -> None:
        if self._case and self._case.appeal.duplicate_of is not None:
            await self.open(self._case.appeal.duplicate_of)

    def _open_chat(self) -> None:
        if self._case:
            ui.navigate.to(f"/desk?c={self._case.appeal.conversation_id}")

    @property
    def _is_secretary(self) -> bool:
        return self._seat.member.role.reaches(Role.SECRETARY)


def _who_was_faster(case: Case) -> str:
    """Who changed it meanwhile; reminders and alarms change nothing."""
    changes = (each for each in reversed(case.file.history) if each.kind not in EVENT_WORDS)
    last = next(changes)
    what = words.STEPS.get(last.kind, last.kind)
    return words.STALE.format(who=actor_words(last), what=what)


def _heading(text: str) -> None:
    ui.label(text).classes("sheet-h").props("role=heading aria-level=2")
