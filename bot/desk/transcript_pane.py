"""The messages of a conversation on the screen: lines are added and rewritten singly."""

from bisect import bisect
from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.conversations import deliveries, store
from bot.conversations.views import TranscriptLine
from bot.desk import words
from bot.desk.render import Renderer

SHOWN_AT_FIRST = 50
SHOWN_AT_MOST = 200
# Deliveries that may still change; the last lines are read again until they settle.
UNSETTLED = {store.RECEIVED, deliveries.HELD, deliveries.PENDING, deliveries.SENDING}
REREAD_AT_MOST = 30


class TranscriptPane:
    """The log in the middle of the desk."""

    def __init__(
        self,
        renderer: Renderer,
        on_older: Callable[[], Awaitable[None]],
        on_file: Callable[[TranscriptLine], None],
    ) -> None:
        self._renderer = renderer
        self._on_file = on_file
        self._client = ui.context.client
        self._lines: list[TranscriptLine] = []
        self._elements: dict[int, ui.html] = {}
        self.whole = self._log = (
            ui.element("div")
            .classes("chat-log")
            .props(f'role=log tabindex=0 aria-label="{words.CONVERSATION}"')
            .on(
                "click",
                self._clicked,
                js_handler="(e) => { const b = e.target.closest('[data-file]');"
                " if (b) emit(Number(b.dataset.file)); }",
            )
        )
        with self._log:
            self._older = ui.element("button").classes("chat-older").props("type=button")
            self._older.on("click", on_older, js_handler="() => { desk.older(); emit(); }")
            with self._older:
                ui.label(words.OLDER)
        with ui.element("button").classes("chat-below").props("type=button"):
            ui.label(words.NEW_BELOW)

    @property
    def first_id(self) -> int | None:
        return self._lines[0].id if self._lines else None

    def reread_after(self, changed: int | None = None) -> int:
        """After which message id the newest lines are to be read: new ones and unsettled ones."""
        if not self._lines:
            return 0
        last = self._lines[-REREAD_AT_MOST:]
        again = [line.id for line in last if line.delivery in UNSETTLED]
        return min(last[-1].id, *(number - 1 for number in (*again, changed or last[-1].id + 1)))

    def show(self, lines: list[TranscriptLine]) -> None:
        """Another conversation: start with its last lines."""
        for element in self._elements.values():
            element.delete()
        self._lines, self._elements = [], {}
        self._older.set_visibility(len(lines) >= SHOWN_AT_FIRST)
        self.merge(lines)
        self._client.run_javascript("desk.toEnd()")

    def merge(self, lines: list[TranscriptLine]) -> None:
        """Add lines that are new, rewrite those that changed, leave all others alone."""
        first = self.first_id
        for line in lines:
            if line.kind == "event" and not line.text:
                continue
            if line.id in self._elements:
                self._rewrite(line)
            elif first is None or line.id > first:
                self._insert(line)
        for line in self._lines[:-SHOWN_AT_MOST]:
            self._elements.pop(line.id).delete()
            self._older.set_visibility(True)
        del self._lines[:-SHOWN_AT_MOST]

    def prepend(self, lines: list[TranscriptLine]) -> None:
        """Put older lines on top."""
        self._older.set_visibility(len(lines) >= SHOWN_AT_FIRST)
        for line in lines:
            if line.kind != "event" or line.text:
                self._insert(line)

    def _insert(self, line: TranscriptLine) -> None:
        position = bisect([known.id for known in self._lines], line.id)
        self._lines.insert(position, line)
        with self._log:
            element = ui.html(self._render(position), sanitize=False)
        self._elements[line.id] = element
        if position < len(self._lines) - 1:
            element.move(self._log, position + 1)
            self._refresh(position + 1)

    def _rewrite(self, line: TranscriptLine) -> None:
        position = bisect([known.id for known in self._lines], line.id) - 1
        if self._lines[position] != line:
            self._lines[position] = line
            self._refresh(position)

    def _refresh(self, position: int) -> None:
        self._elements[self._lines[position].id].set_content(self._render(position))

    def _render(self, position: int) -> str:
        before = self._lines[position - 1] if position else None
        return self._renderer.line(self._lines[position], before)

    def _clicked(self, event: GenericEventArguments) -> None:
        for line in self._lines:
            if line.id == event.args:
                self._on_file(line)
