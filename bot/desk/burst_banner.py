"""Bursts on the desk (集中反映): a banner while many households report the same, one notice for all."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from actions.clock.words import since
from actions.likeness.bursts import Burst
from bot.desk import case_words as words
from bot.desk import words as desk_words
from bot.desk.cases import Cases
from bot.desk.seat import Seat
from bot.staff.member import StaffMember
from bot.theme import quiet_button, tell

LOOK_SECONDS = 10.0
_TEXT_MOST = 500


class BurstBanner:
    """Looks again every few seconds; what did not change is not drawn anew."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        open_appeal: Callable[[int], Awaitable[None]],
        on_sent: Callable[[], Awaitable[None]],
    ) -> None:
        self._cases = cases
        self._seat = seat
        self._open = open_appeal
        self._on_sent = on_sent
        self._shown: list[tuple[int, int, int]] = []
        self._whole = ui.element("div").classes("bursts").props("role=status")
        self._dialog()
        ui.timer(LOOK_SECONDS, self.look, immediate=False)

    async def look(self) -> None:
        """Show the bursts that run now."""
        running = await self._cases.bursts()
        shown = [(each.first.id, each.households, len(each.appeal_ids)) for each in running]
        if shown == self._shown:
            return
        self._shown = shown
        self._whole.clear()
        with self._whole:
            for burst in running:
                self._burst(burst)

    def _burst(self, burst: Burst) -> None:
        with ui.element("div").classes("burst"):
            ui.icon("campaign").props("aria-hidden=true")
            ui.label(words.BURST_TITLE).classes("burst-title")
            zone = self._cases.deadlines.calendar.zone
            said = words.BURST_SAID.format(
                community=burst.first.community,
                category=burst.first.category,
                since=since(burst.since, self._cases.now, zone),
                households=burst.households,
            )
            ui.label(said).classes("burst-said")
            with ui.element("div").classes("burst-actions"):
                quiet_button(words.BURST_OPEN, lambda: self._open(burst.first.id))
                notify = ui.button(words.BURST_NOTIFY, on_click=lambda: self._ask(burst))
                notify.props("unelevated no-caps color=negative")

    def _dialog(self) -> None:
        self._burst_asked: Burst | None = None
        with (
            ui.dialog().props(f'aria-label="{words.BURST_NOTIFY}"') as self._asking,
            ui.card().classes("mh-dialog"),
        ):
            ui.label(words.BURST_NOTIFY).classes("mh-h2")
            self._lead = ui.label().classes("mh-note")
            self._wrong = ui.label().classes("sheet-wrong").props("role=alert")
            self._text = ui.textarea(words.BURST_TEXT)
            self._text.props(f"outlined autogrow maxlength={_TEXT_MOST}").classes("w-full")
            with ui.element("div").classes("mh-dialog-actions"):
                quiet_button(desk_words.CANCEL, self._asking.close)
                self._send = ui.button(words.BURST_SEND, on_click=self._notify)
                self._send.props("unelevated no-caps")

    def _ask(self, burst: Burst) -> None:
        self._burst_asked = burst
        lead = words.BURST_LEAD.format(
            appeals=len(burst.appeal_ids), number=burst.first.number, households=burst.households
        )
        self._lead.set_text(lead)
        self._wrong.set_visibility(False)
        self._text.set_value(burst.notice)
        self._asking.open()

    async def _notify(self) -> None:
        burst, text = self._burst_asked, (self._text.value or "").strip()
        if burst is None:
            return
        if not text:
            self._wrong.set_text(words.MISSING.format(field=words.BURST_TEXT))
            self._wrong.set_visibility(True)
            return
        self._send.disable()

        async def deed(staff: StaffMember) -> None:
            running = await self._cases.bursts()
            # More may have come since the question was asked: they hear it too.
            grown = next((each for each in running if each.first.id == burst.first.id), burst)
            await self._cases.notify(grown, text, staff)
            self._asking.close()
            said = words.BURST_SENT.format(households=grown.households, number=grown.first.number)
            tell(said)

        await self._seat.attempt(deed)
        self._send.enable()
        await self.look()
        await self._on_sent()
