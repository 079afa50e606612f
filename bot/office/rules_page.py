"""/office/dispatch: the dispatch rules (派单规则) as text, tried, saved, looked back on, restored."""

from collections.abc import Sequence

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from actions.dispatch.reading import BadRules
from actions.dispatch.rules import read_rules
from actions.dispatch.versions import RulesVersion, StaleRules
from bot import theme
from bot.office import dispatch_words as words
from bot.office.asking import ask_note
from bot.office.dispatching import REFUSALS
from bot.office.place_services import PlaceServices
from bot.office.rules_try import rules_try_box
from bot.staff.member import StaffMember

PATH = "/office/dispatch"


def register(services: PlaceServices) -> None:
    @ui.page(PATH, title=words.RULES)
    async def rules(request: Request) -> Response | None:
        member = await services.office.enter(request, PATH)
        if not isinstance(member, StaffMember):
            return member
        may_edit = services.office.may_edit(member)
        with theme.page(words.RULES, words.RULES_LEAD if may_edit else words.READ_ONLY):
            await RulesEditor(services, member, may_edit).build()
        return None


class RulesEditor:
    """The page below its title; `_seen` is the version that the text began from."""

    def __init__(self, services: PlaceServices, member: StaffMember, may_edit: bool) -> None:
        self._services = services
        self._editing = services.dispatching
        self._member = member
        self._may_edit = may_edit

    async def build(self) -> None:
        self._seen = await self._editing.rules.newest()
        self._stale = ui.element("div").classes("mh-banner").props("role=alert")
        with self._stale:
            self._stale_banner()
        self._stale.set_visibility(False)
        with ui.element("div").classes("mh-two"):
            with ui.element("div"):
                with theme.card() as sheet:
                    sheet.classes("of-rules")
                    self._text = ui.codemirror(
                        self._seen.text, language="YAML", line_wrapping=True, indent="  "
                    )
                    self._text.classes("of-rules-text").props(f'aria-label="{words.EDITOR}"')
                    if not self._may_edit:
                        self._text.disable()
                    self._problems = ui.element("div").classes("of-problems")
                    self._problems.props("role=status aria-live=polite")
                if self._may_edit:
                    self._bar()
            with ui.element("aside"):
                await rules_try_box(self._services, lambda: self._text.value)
                with theme.card(words.HISTORY):
                    self._history = ui.element("div").classes("of-history")
        await self._show_history()

    def _bar(self) -> None:
        with ui.element("div").classes("of-actions"):
            ui.element("div").classes("of-push")
            theme.quiet_button(words.CHECK, self._check)
            ui.button(words.SAVE, on_click=self._save).props("unelevated")

    def _stale_banner(self) -> None:
        ui.icon("group").style("font-size:22px")
        with ui.element("div").classes("mh-grow"):
            self._stale_text = ui.label().style("font-weight:600")
            ui.label(words.STALE_KEPT)
            with ui.element("div").classes("of-choices"):
                theme.quiet_button(words.OVERWRITE, self._overwrite).props("dense")
                theme.quiet_button(words.TAKE_THEIRS, self._take_theirs).props("dense")

    def _check(self) -> bool:
        try:
            read_rules(self._text.value)
        except BadRules as error:
            self._show_problems(error.problems)
            return False
        self._show_problems(())
        theme.tell(words.RIGHT)
        return True

    def _show_problems(self, problems: Sequence[str]) -> None:
        self._problems.clear()
        if problems:
            with self._problems:
                ui.label(words.WRONG).classes("of-warning")
                for problem in problems:
                    ui.label(problem).classes("of-problem")

    async def _save(self) -> None:
        if self._text.value == self._seen.text:
            theme.tell(words.SAME, "warning")
            return
        try:
            read_rules(self._text.value)
        except BadRules as error:
            self._show_problems(error.problems)
            return
        note = await ask_note(words.SAVE_TITLE, words.SAVE_TEXT, words.SAVE)
        if note is not None:
            await self._store(note)

    async def _store(self, note: str) -> None:
        try:
            saved = await self._editing.save(
                self._member, self._text.value, note, self._seen.version
            )
        except StaleRules as error:
            self._stale_text.set_text(str(error))
            self._stale.set_visibility(True)
            return
        except REFUSALS as error:
            theme.tell(str(error), "negative")
            return
        await self._now_is(saved)

    async def _overwrite(self) -> None:
        self._seen = await self._editing.rules.newest()
        await self._save()

    async def _take_theirs(self) -> None:
        await self._now_is(await self._editing.rules.newest(), told=False)

    async def _now_is(self, version: RulesVersion, *, told: bool = True) -> None:
        self._seen = version
        self._text.value = version.text
        self._stale.set_visibility(False)
        self._show_problems(())
        await self._show_history()
        if told:
            theme.tell(words.saved(version.version))

    async def _show_history(self) -> None:
        steps = await self._editing.rules.history()
        self._history.clear()
        with self._history:
            for step in steps:
                self._step(step)
            if not steps:
                ui.label(words.NO_HISTORY).classes("mh-note")

    def _step(self, step: RulesVersion) -> None:
        with ui.element("button").classes("of-step").props("type=button") as button:
            ui.label(words.version(step.version)).classes("of-step-version")
            when = self._services.office.when(step.created_at)
            ui.label(f"{words.author(step.author)} · {when}").classes("mh-note")
            if step.note:
                ui.label(step.note).classes("of-step-note")
        button.on("click", lambda: self._open(step))

    def _open(self, step: RulesVersion) -> None:
        with (
            ui.dialog(value=True).props(f'aria-label="{words.HISTORY}"') as dialog,
            ui.card().classes("mh-dialog of-wide"),
        ):
            ui.label(words.version(step.version)).classes("mh-h1")
            with ui.element("div").classes("of-scroll"):
                ui.label(step.text).classes("of-pre of-old-rules")
            if self._may_edit:
                ui.label(words.RESTORE_TEXT)
            with ui.element("div").classes("mh-dialog-actions"):
                theme.quiet_button(words.CLOSE, dialog.close)
                if self._may_edit:

                    async def restore() -> None:
                        dialog.close()
                        # The dialog and the step that opened it are gone before this has ended.
                        with self._stale:
                            await self._restore(step.version)

                    ui.button(words.RESTORE, icon="history", on_click=restore).props("unelevated")
        dialog.on("hide", dialog.delete)

    async def _restore(self, version: int) -> None:
        try:
            restored = await self._editing.restore(self._member, version, self._seen.version)
        except StaleRules as error:
            self._stale_text.set_text(str(error))
            self._stale.set_visibility(True)
            return
        except REFUSALS as error:
            theme.tell(str(error), "negative")
            return
        await self._now_is(restored)
