"""The editor of one entry: what each button does, and what happens when two people edit."""

from nicegui import ui

from bot import theme
from bot.office import words
from bot.office.asking import ask_note
from bot.office.astray import goes_on
from bot.office.editing import REFUSALS, WouldGoAstray
from bot.office.fields import EntryFields
from bot.office.form import Values, content_of, values_of, with_question
from bot.office.history import History
from bot.office.reading import Preview, read_entry
from bot.office.services import OfficeServices
from bot.office.try_box import try_box
from bot.staff.member import StaffMember
from knowledge.entries.answers import shown
from knowledge.entries.entry import Entry, EntryStatus, StaleEdit
from knowledge.entries.misses import Miss

_ASK_BEFORE_LEAVING = """
<script>
window.addEventListener("beforeunload", event => { if (window.mhTyped) event.preventDefault(); });
</script>
"""


class EntryEditor:
    """The page below its title; `entry` is what was last seen in SQL, None until it is stored."""

    def __init__(
        self,
        services: OfficeServices,
        member: StaffMember,
        entry: Entry | None,
        asked: Miss | None,
    ) -> None:
        """`asked` is a question that the entry shall take in; it is settled once stored."""
        self._services = services
        self._editing = services.editing
        self._member = member
        self._entry = entry
        self._asked = asked
        self._typed = False
        self._may_edit = services.may_edit(member)

    async def build(self, values: Values) -> None:
        """Draw everything; `values` are those of the entry, or of an empty form."""
        stored = values
        if self._asked:
            values = with_question(values, self._asked.text)
        topics = list(await self._services.entries.topics())
        ui.add_head_html(_ASK_BEFORE_LEAVING)
        self._stale = ui.element("div").classes("mh-banner").props("role=alert")
        with self._stale:
            self._stale_banner()
        self._stale.set_visibility(False)
        with ui.element("div").classes("mh-two"):
            with ui.element("div"):
                self._fields = EntryFields(
                    values, topics, read_only=not self._may_edit, on_change=self._on_typed
                )
                if self._may_edit:
                    self._bar()
            with ui.element("aside"):
                self._state = ui.element("div").classes("of-state")
                self._preview = Preview(values)
                try_box(self._services)
                restore = self._restore if self._may_edit else None
                self._history = History(
                    self._services, self._fields.values, lambda: self._typed, restore
                )
        await self._show_state()
        if self._entry and self._asked and values != stored:
            self._mark_typed(True)
            theme.tell(words.question_ready(self._asked.text))

    @property
    def _seen(self) -> Entry:
        if self._entry is None:
            raise RuntimeError("the entry is not stored yet")
        return self._entry

    def _bar(self) -> None:
        with ui.element("div").classes("of-actions"):
            self._retire_button = ui.button(words.RETIRE, on_click=self._retire, color="accent")
            self._retire_button.props("flat")
            ui.element("div").classes("of-push")
            theme.quiet_button(words.SAVE, self._save)
            self._publish_button = ui.button(words.PUBLISH, on_click=self._publish)
            self._publish_button.props("unelevated")

    def _stale_banner(self) -> None:
        ui.icon("group").style("font-size:22px")
        with ui.element("div").classes("mh-grow"):
            self._stale_text = ui.label().style("font-weight:600")
            ui.label(words.STALE_KEPT)
            with ui.element("div").classes("of-choices"):
                for text, step in (
                    (words.STALE_LOOK, self._look),
                    (words.STALE_OVERWRITE, self._overwrite),
                    (words.STALE_TAKE, self._take),
                ):
                    theme.quiet_button(text, step).props("dense")

    def _on_typed(self) -> None:
        self._preview.show(self._fields.values())
        self._mark_typed(True)

    def _mark_typed(self, typed: bool) -> None:
        if self._may_edit and typed != self._typed:
            ui.run_javascript(f"window.mhTyped = {str(typed).lower()}")
        self._typed = typed
        if self._may_edit:
            self._enable_buttons()

    def _enable_buttons(self) -> None:
        entry = self._entry
        self._retire_button.set_visibility(
            entry is not None and entry.status is EntryStatus.PUBLISHED
        )
        self._publish_button.set_enabled(self._typed or entry is None or entry.draft is not None)

    async def _save(self) -> None:
        if await self._store():
            theme.tell(words.SAVED)

    async def _store(self) -> bool:
        """Keep what was typed as the draft; False if it could not be, and why was told."""
        if not self._fields.are_right():
            theme.tell(words.CHECK_FIRST, "warning")
            return False
        content = content_of(self._fields.values())
        settles = self._asked.id if self._asked else None
        try:
            if self._entry is None:
                entry = await self._editing.create(self._member, content, settles)
                ui.navigate.history.replace(f"/office/entries/{entry.id}")
            elif self._typed:
                entry = await self._editing.save(
                    self._member, self._entry.id, content, self._entry.updated_at, settles
                )
            else:
                return True
        except REFUSALS as error:
            self._refused(error)
            return False
        self._asked = None
        await self._now_is(entry)
        return True

    async def _publish(self) -> None:
        if not self._fields.are_right():
            theme.tell(words.CHECK_FIRST, "warning")
            return
        note = await ask_note(words.PUBLISH_TITLE, words.PUBLISH_TEXT, words.PUBLISH)
        if note is None or not await self._store():
            return
        self._publish_button.props("loading")
        try:
            entry = await self._publish_seen(note)
        except REFUSALS as error:
            self._refused(error)
            return
        finally:
            self._publish_button.props(remove="loading")
        if entry is not None:
            await self._now_is(entry)
            theme.tell(words.PUBLISHED)

    async def _publish_seen(self, note: str) -> Entry | None:
        """The entry as published; None if its editor would rather mend it first."""
        seen = self._seen
        try:
            return await self._editing.publish(self._member, seen.id, note, seen.updated_at)
        except WouldGoAstray as error:
            if not await goes_on(error.outcomes):
                return None
        return await self._editing.publish(self._member, seen.id, note, seen.updated_at, True)

    async def _retire(self) -> None:
        note = await ask_note(words.RETIRE_TITLE, words.RETIRE_TEXT, words.RETIRE, grave=True)
        if note is None:
            return
        seen = self._seen
        try:
            entry = await self._editing.retire(self._member, seen.id, note, seen.updated_at)
        except REFUSALS as error:
            self._refused(error)
            return
        typed = self._typed
        await self._now_is(entry)
        self._mark_typed(typed)
        theme.tell(words.RETIRED)

    async def _restore(self, version: int) -> None:
        seen = self._seen
        try:
            entry = await self._editing.restore(self._member, seen.id, version, seen.updated_at)
        except REFUSALS as error:
            self._refused(error)
            return
        await self._adopt(entry)
        # The history that was clicked, and its dialog, may be gone by now.
        with self._state:
            theme.tell(words.RESTORED)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, StaleEdit):
            self._stale_text.set_text(str(error))
            self._stale.set_visibility(True)
            ui.run_javascript("window.scrollTo({top: 0, behavior: 'smooth'})")
        else:
            theme.tell(str(error), "negative")

    async def _look(self) -> None:
        entry = await self._services.entries.get(self._seen.id)
        with (
            ui.dialog(value=True).props(f'aria-label="{words.STALE_TITLE}"') as dialog,
            ui.card().classes("mh-dialog of-wide"),
        ):
            ui.label(words.STALE_TITLE).classes("mh-h1")
            with ui.element("div").classes("of-scroll"):
                read_entry(shown(entry), self._fields.values())
            with ui.element("div").classes("mh-dialog-actions"):
                ui.button(words.CLOSE, on_click=dialog.close).props("unelevated")
        dialog.on("hide", dialog.delete)

    async def _overwrite(self) -> None:
        self._entry = await self._services.entries.get(self._seen.id)
        self._typed = True
        await self._save()

    async def _take(self) -> None:
        await self._adopt(await self._services.entries.get(self._seen.id))

    async def _adopt(self, entry: Entry) -> None:
        """Show what is stored instead of what was typed."""
        values = values_of(shown(entry))
        self._fields.fill(values)
        self._preview.show(values)
        await self._now_is(entry)

    async def _now_is(self, entry: Entry) -> None:
        self._entry = entry
        self._stale.set_visibility(False)
        self._mark_typed(False)
        await self._show_state()

    async def _show_state(self) -> None:
        entry = self._entry
        self._state.clear()
        with self._state:
            theme.chip(*words.STATUS[entry.status if entry else EntryStatus.DRAFT])
            if entry and entry.status is EntryStatus.PUBLISHED and entry.draft:
                theme.chip(words.PENDING, "ochre")
            ui.label(
                words.version(entry.version) if entry and entry.version else words.VERSION_NONE
            )
            if entry:
                when = self._services.when(entry.updated_at)
                ui.label(words.changed(entry.updated_by, when)).classes("mh-note")
        if self._may_edit:
            self._enable_buttons()
        await self._history.show(entry.id if entry else None)
