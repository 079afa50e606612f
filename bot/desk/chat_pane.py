"""The middle of the desk: one conversation, live, with what may be done about it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nicegui import ui

from bot.conversations.handoffs import UnknownConversation
from bot.conversations.live import conversation_topic
from bot.conversations.owners import Owner
from bot.conversations.views import TranscriptLine
from bot.desk import words
from bot.desk.asking import confirm
from bot.desk.render import Renderer
from bot.desk.residents import ResidentView
from bot.desk.return_dialog import ReturnDialog
from bot.desk.seat import Seat
from bot.desk.service import MAY_TAKE_OVER, DeskServices
from bot.desk.transcript_pane import SHOWN_AT_FIRST, TranscriptPane
from bot.desk.write_pane import WritePane
from bot.staff.member import StaffMember
from bot.theme import tell

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0


class ChatPane:
    """Shows the conversation that is open and follows it until another one is."""

    def __init__(
        self,
        services: DeskServices,
        seat: Seat,
        renderer: Renderer,
        see: Callable[[str], None],
        on_resident: Callable[[ResidentView], Awaitable[None]],
        on_file: Callable[[TranscriptLine], None],
    ) -> None:
        self._services = services
        self._seat = seat
        self._renderer = renderer
        self._on_resident = on_resident
        self._resident: ResidentView | None = None
        self._following: asyncio.Task[None] | None = None
        self._return_dialog = ReturnDialog(self._give_back)
        with ui.element("section").classes("chat").props(f'aria-label="{words.CONVERSATION}"'):
            self._none = ui.element("div").classes("chat-none")
            with self._none:
                ui.icon("forum")
                with ui.element("b"):
                    ui.label(words.PICK_ONE)
                ui.label(words.PICK_ONE_HINT)
            with ui.element("div").classes("chat-top") as self._top:
                self._back_button(see)
                self._who = ui.html("", sanitize=False).classes("chat-who")
                self._requeue = ui.button(words.REQUEUE, on_click=self._ask_requeue)
                self._requeue.props("flat no-caps").classes("mh-quiet")
                self._return = ui.button(words.RETURN, on_click=self._return_dialog.open)
                self._return.props("unelevated no-caps")
                side_button = ui.button(words.RESIDENT, on_click=lambda: see("side"))
                side_button.props("flat no-caps").classes("only-narrow")
            self._transcript = TranscriptPane(renderer, self._load_older, on_file)
            self._write = WritePane(services, seat, self.catch_up)
            with ui.element("div").classes("chat-bar") as self._bar:
                self._bar_text = ui.label()
                self._claim = ui.button(words.CLAIM, on_click=self._claim_open).props("unelevated")
                self._take = ui.button(words.TAKE_OVER, on_click=self._take_over, color=None)
                self._take.props("unelevated").classes("mh-quiet")
        self._set_open(False)

    @property
    def conversation_id(self) -> int | None:
        return self._resident.conversation_id if self._resident else None

    @property
    def resident_name(self) -> str:
        return self._resident.name if self._resident else ""

    async def open(self, conversation_id: int) -> bool:
        """Show a conversation, whoever holds it; false if there is none."""
        try:
            resident = await self._services.residents.of_conversation(conversation_id)
        except UnknownConversation as missing:
            tell(str(missing), "negative")
            return False
        lines = await self._services.handoffs.transcript(conversation_id, limit=SHOWN_AT_FIRST)
        self.close()
        self._set_open(True)
        self._transcript.show(lines)
        self._write.open(conversation_id)
        await self._show_resident(resident)
        self._following = asyncio.create_task(
            self._follow(conversation_id), name=f"desk-follow-{conversation_id}"
        )
        return True

    async def catch_up(self, changed: int | None = None) -> None:
        """Read what is new since the last look, and what may have changed."""
        conversation_id = self.conversation_id
        if conversation_id is None:
            return
        after = self._transcript.reread_after(changed)
        lines = await self._services.handoffs.newer_lines(conversation_id, after)
        resident = await self._services.residents.of_conversation(conversation_id)
        if conversation_id == self.conversation_id:
            self._transcript.merge(lines)
            await self._show_resident(resident)

    async def claim(self, conversation_id: int) -> bool:
        """Take a conversation over; false, with a notice, if a colleague was faster."""

        async def deed(staff: StaffMember) -> None:
            await self._services.handoffs.claim(conversation_id, staff.id)

        return await self._seat.attempt(deed)

    def close(self) -> None:
        """Stop following."""
        if self._following:
            self._following.cancel()
            self._following = None

    async def _follow(self, conversation_id: int) -> None:
        async with self._services.live.subscribe(conversation_topic(conversation_id)) as events:
            while True:
                event = await events.next(POLL_SECONDS)
                try:
                    await self.catch_up((event or {}).get("id"))
                except Exception:
                    # The page must outlive a database that is away for a while.
                    log.exception("conversation %d could not be read", conversation_id)

    async def _show_resident(self, resident: ResidentView) -> None:
        before, self._resident = self._resident, resident
        if before is None or before != resident:
            self._who.set_content(self._renderer.chat_head(resident))
            mine = resident.owner is Owner.STAFF and resident.staff_id == self._seat.member.id
            self._return.set_visibility(mine)
            self._requeue.set_visibility(mine)
            self._write.whole.set_visibility(mine)
            self._bar.set_visibility(not mine)
            held = resident.owner is Owner.STAFF
            self._claim.set_visibility(not held)
            self._take.set_visibility(held and self._seat.member.role.reaches(MAY_TAKE_OVER))
            with_bot = resident.owner is Owner.BOT
            self._claim.set_text(words.CLAIM_FROM_BOT if with_bot else words.CLAIM)
            self._bar_text.set_text(_standing(resident))
        window = await self._services.handoffs.write_window(resident.conversation_id)
        self._write.limit(window, resident.subscribed, self._services.clock())
        await self._on_resident(resident)

    def _set_open(self, is_open: bool) -> None:
        self._none.set_visibility(not is_open)
        for part in (self._top, self._bar, self._write.whole, self._transcript.whole):
            part.set_visibility(is_open)

    def _back_button(self, see: Callable[[str], None]) -> None:
        back = ui.button(icon="arrow_back", on_click=lambda: see("queue"))
        back.props(f'flat dense aria-label="{words.BACK_TO_QUEUE}"')
        back.classes("only-narrow only-phone")

    async def _load_older(self) -> None:
        first, conversation_id = self._transcript.first_id, self.conversation_id
        if first is None or conversation_id is None:
            return
        lines = await self._services.handoffs.transcript(conversation_id, first, SHOWN_AT_FIRST)
        if conversation_id == self.conversation_id:
            self._transcript.prepend(lines)

    async def _claim_open(self) -> None:
        if self._resident and await self.claim(self._resident.conversation_id):
            tell(words.CLAIMED.format(name=self._resident.name))
        await self.catch_up()

    async def _take_over(self) -> None:
        resident = self._resident
        if resident is None or not await confirm(
            words.TAKE_OVER_TITLE.format(name=resident.name),
            words.TAKE_OVER_LEAD.format(staff=resident.staff_name),
            words.TAKE_OVER,
        ):
            return

        async def deed(staff: StaffMember) -> None:
            await self._services.take_over(resident.conversation_id, staff)
            tell(words.TAKEN_OVER.format(name=resident.name))

        await self._seat.attempt(deed)
        await self.catch_up()

    async def _give_back(self, note: str) -> bool:
        conversation_id = self.conversation_id
        if conversation_id is None:
            return False

        async def deed(staff: StaffMember) -> None:
            await self._services.handoffs.return_to_bot(conversation_id, staff.id, note)
            tell(words.RETURNED)

        done = await self._seat.attempt(deed)
        await self.catch_up()
        return done

    async def _ask_requeue(self) -> None:
        conversation_id = self.conversation_id
        if conversation_id is None:
            return

        async def deed(staff: StaffMember) -> None:
            await self._services.handoffs.requeue(conversation_id, staff.id)
            tell(words.REQUEUED)

        await self._seat.attempt(deed)
        await self.catch_up()


def _standing(resident: ResidentView) -> str:
    if resident.owner is Owner.BOT:
        return words.WITH_BOT
    if resident.owner is Owner.QUEUE:
        return words.NOT_CLAIMED
    return words.WITH_COLLEAGUE.format(name=resident.staff_name)
