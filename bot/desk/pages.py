"""The pages of the desk: /desk with queue and chat, /desk/appeals with the list of appeals."""

from pathlib import Path

from fastapi import Request
from fastapi.responses import RedirectResponse
from nicegui import app, ui

from bot.conversations.views import TranscriptLine
from bot.desk import words
from bot.desk.appeal_sheet import AppealSheet
from bot.desk.board import Board
from bot.desk.burst_banner import BurstBanner
from bot.desk.case_render import CaseRenderer
from bot.desk.cases import Cases
from bot.desk.chat_pane import ChatPane
from bot.desk.ledger import Ledger
from bot.desk.queue_pane import QueuePane
from bot.desk.render import Renderer
from bot.desk.residents import ResidentView
from bot.desk.seat import Seat, seat_of
from bot.desk.service import DeskServices
from bot.desk.side_pane import SidePane
from bot.theme import apply_theme, header, tell

_STATIC = Path(__file__).parent / "static"
_CSS = "".join((_STATIC / name).read_text("utf-8") for name in ("desk.css", "appeals.css"))
_JS = (_STATIC / "desk.js").read_text("utf-8")
# A laptop that slept a little, or a shaky network, finds its page as it was.
RECONNECT_SECONDS = 30.0
# A session that ended elsewhere (signed out, account closed) ends open pages too.
PRESENCE_SECONDS = 20.0


def register_desk(cases: Cases) -> None:
    """Define the desk's pages and the board that they share."""
    services = cases.desk
    board = Board(services.handoffs, services.live)
    renderer = Renderer(services.zone)
    case_renderer = CaseRenderer(cases.deadlines.calendar)
    app.on_startup(board.start)
    app.on_shutdown(board.stop)

    @ui.page("/desk", title=words.DESK, reconnect_timeout=RECONNECT_SECONDS)
    async def desk(request: Request, c: int | None = None) -> RedirectResponse | None:
        seat = await seat_of(services.guard, request)
        if seat is None:
            return RedirectResponse(f"/signin?next=/desk{f'?c={c}' if c else ''}", 303)
        _dress(services, seat, words.DESK, "/desk")
        await _Desk(cases, seat, renderer, case_renderer, board).open(c)
        return None

    @ui.page("/desk/appeals", title=words.APPEALS, reconnect_timeout=RECONNECT_SECONDS)
    async def appeals(request: Request, id: int | None = None) -> RedirectResponse | None:  # noqa: A002
        seat = await seat_of(services.guard, request)
        if seat is None:
            return RedirectResponse("/signin?next=/desk/appeals", 303)
        _dress(services, seat, words.APPEALS, "/desk/appeals")
        ledger = Ledger(cases, seat, case_renderer)
        await ledger.start()
        if id is not None:
            await ledger.sheet.open(id)
        return None


def _dress(services: DeskServices, seat: Seat, title: str, path: str) -> None:
    """What every page of the desk has: look, header, and the browser's own part."""
    apply_theme()
    ui.add_css(_CSS)
    ui.add_body_html(f"<script>{_JS}</script>")
    header(seat.member, active=path, csrf=seat.csrf)
    ui.timer(PRESENCE_SECONDS, seat.present, immediate=False)
    now = int(services.clock().timestamp() * 1000)
    ui.run_javascript(f"desk.start({now}, {title!r})")


class _Desk:
    """The three columns and what passes between them, under what many households report."""

    def __init__(
        self,
        cases: Cases,
        seat: Seat,
        renderer: Renderer,
        case_renderer: CaseRenderer,
        board: Board,
    ) -> None:
        self._board = board
        services = cases.desk
        with ui.element("div").classes("desk-page"):
            sheet = AppealSheet(cases, seat, case_renderer, self._on_appeal)
            self._bursts = BurstBanner(cases, seat, sheet.open, self._on_appeal)
            with ui.element("div").classes("desk see-queue") as self._whole:
                self._queue = QueuePane(
                    renderer, services.clock, seat.member.id, self._show, self._claim
                )
                self._chat = ChatPane(
                    services, seat, renderer, self._see, self._on_resident, self._on_file
                )
                self._side = SidePane(cases, seat, renderer, sheet, self._see)
        unwatch = board.watch(self._queue.show)
        ui.context.client.on_delete(unwatch)
        ui.context.client.on_delete(self._chat.close)

    async def open(self, conversation_id: int | None) -> None:
        """Fill the page; with a conversation where the address names one."""
        await self._bursts.look()
        await self._board.look()
        self._queue.show(self._board.cards)
        if conversation_id is not None:
            await self._show(conversation_id)

    async def _show(self, conversation_id: int) -> None:
        self._see("chat")
        if conversation_id != self._chat.conversation_id:
            self._queue.mark_open(conversation_id)
            await self._chat.open(conversation_id)

    async def _claim(self, conversation_id: int) -> None:
        claimed = await self._chat.claim(conversation_id)
        await self._show(conversation_id)
        await self._chat.catch_up()
        if claimed and self._chat.resident_name:
            tell(words.CLAIMED.format(name=self._chat.resident_name))

    async def _on_resident(self, resident: ResidentView) -> None:
        await self._side.show(resident)

    async def _on_appeal(self) -> None:
        await self._side.refresh()

    def _on_file(self, line: TranscriptLine) -> None:
        self._side.file_from(line)

    def _see(self, column: str) -> None:
        """On narrow screens one column is seen at a time."""
        self._whole.classes(remove="see-queue see-chat see-side", add=f"see-{column}")
