"""Where staff write: the box, common phrases, photos, and how long the channel still lets us."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import yaml
from nicegui import ui
from nicegui.events import GenericEventArguments, UploadEventArguments

from bot.conversations.views import WriteWindow
from bot.desk import words
from bot.desk.render import window_words
from bot.desk.seat import Seat
from bot.desk.service import PHOTO_BYTES, DeskServices, closed_reason
from bot.staff.member import StaffMember, introduced
from bot.theme import tell

_PHRASES = Path(__file__).parent / "phrases.yaml"


def phrases(name: str) -> list[str]:
    """The common phrases (常用语), with the name by which residents know who says them."""
    called = introduced(name)
    kept = yaml.safe_load(_PHRASES.read_text("utf-8"))
    return [str(phrase).format(name=called) for phrase in kept]


class WritePane:
    """The foot of the chat for the one who holds the conversation."""

    def __init__(
        self, services: DeskServices, seat: Seat, on_sent: Callable[[], Awaitable[None]]
    ) -> None:
        self._services = services
        self._seat = seat
        self._on_sent = on_sent
        self._client = ui.context.client
        self._conversation_id: int | None = None
        with ui.element("div").classes("write") as self.whole:
            with ui.element("div").classes("write-tools"):
                self._phrases_button()
                self._photo_button()
                self._window = ui.label().classes("write-window").props("role=status")
            with ui.element("div").classes("write-row"):
                self._box = (
                    ui.element("textarea")
                    .classes("write-box")
                    .props(
                        f'rows=1 maxlength=2000 aria-label="{words.WRITE_HINT}"'
                        f' placeholder="{words.WRITE_HINT}"'
                    )
                    .on("keydown", self._send, js_handler="(e) => desk.key(e, emit)")
                    .on("input", js_handler="(e) => desk.typed(e.target)")
                )
                self._button = ui.button(words.SEND).props("unelevated")
                self._button.on("click", self._send, js_handler="() => desk.send(emit)")

    def open(self, conversation_id: int) -> None:
        """Write to this conversation from now on; a draft left there comes back."""
        self._conversation_id = conversation_id
        self._client.run_javascript(f"desk.writeTo({conversation_id})")

    def limit(self, window: WriteWindow | None, subscribed: bool, now: datetime) -> None:
        """Show what the channel still lets through; close the box where that is nothing."""
        closed = window is not None and window.left == 0
        if window is None:
            self._window.set_text("")
        elif closed:
            self._window.set_text(closed_reason(window, subscribed, now))
        else:
            self._window.set_text(window_words(window, now))
        self._window.classes(add="is-closed") if closed else self._window.classes(
            remove="is-closed"
        )
        for control in (self._box, self._button, self._photo):
            control.props("disable disabled") if closed else control.props(
                remove="disable disabled"
            )

    def _phrases_button(self) -> None:
        with ui.button(words.PHRASES, icon="short_text").props("flat no-caps"), ui.menu() as menu:
            menu.classes("phrase-list")
            for phrase in phrases(self._seat.member.name):
                item = ui.menu_item(phrase)
                item.on("click", js_handler=f"() => desk.insert({_js(phrase)})")

    def _photo_button(self) -> None:
        upload = (
            ui.upload(
                auto_upload=True,
                max_file_size=PHOTO_BYTES,
                on_upload=self._send_photo,
                on_rejected=lambda: tell(words.PHOTO_REFUSED, "negative"),
            )
            .props("accept=image/*")
            .classes("upload-hidden")
        )
        self._photo = ui.button(words.PHOTO, icon="add_photo_alternate").props("flat no-caps")
        self._photo.on("click", js_handler=f"() => runMethod({upload.id}, 'pickFiles', [])")

    async def _send(self, event: GenericEventArguments) -> None:
        conversation_id = self._conversation_id
        if conversation_id is None:
            return

        async def deed(staff: StaffMember) -> None:
            await self._services.say(conversation_id, staff, str(event.args)[:2000])

        sent = await self._seat.attempt(deed)
        self._client.run_javascript(f"desk.sent({'false' if sent else 'true'})")
        await self._on_sent()

    async def _send_photo(self, event: UploadEventArguments) -> None:
        conversation_id = self._conversation_id
        if conversation_id is None:
            return
        data = await event.file.read()

        async def deed(staff: StaffMember) -> None:
            await self._services.say_photo(conversation_id, staff, data)

        await self._seat.attempt(deed)
        event.sender.run_method("reset")
        await self._on_sent()


def _js(text: str) -> str:
    """A JavaScript string that is safe inside a handler."""
    return "decodeURIComponent('" + quote(text) + "')"
