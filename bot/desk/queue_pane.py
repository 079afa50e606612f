"""The left column: who waits, whom I hold, whom colleagues hold — cards that move, never redrawn."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from nicegui import ui
from nicegui.events import GenericEventArguments

from bot.conversations.owners import Owner
from bot.conversations.views import QueueCard
from bot.desk import words
from bot.desk.render import Renderer

DANGER = 2

OnCard = Callable[[int], Awaitable[None]]


class QueuePane:
    """Three lists of cards, kept equal to what `show` gets."""

    def __init__(
        self,
        renderer: Renderer,
        clock: Callable[[], datetime],
        me: int,
        on_open: OnCard,
        on_claim: OnCard,
    ) -> None:
        self._renderer = renderer
        self._clock = clock
        self._me = me
        self._on_open = on_open
        self._on_claim = on_claim
        self._cards: dict[int, tuple[QueueCard, ui.html]] = {}
        self._urgency: dict[int, int] | None = None
        self._opened: int | None = None
        self._client = ui.context.client
        with ui.element("section").classes("queue").props(f'aria-label="{words.WAITING}"'):
            with ui.element("div").classes("queue-bar"):
                ui.label(words.DESK).classes("queue-h").props("role=heading aria-level=1")
                with (
                    ui.element("button")
                    .classes("queue-sound")
                    .props(f'type=button aria-label="{words.SOUND}" title="{words.SOUND}"')
                    .on("click", js_handler="() => desk.toggleSound()")
                ):
                    ui.icon("volume_up").classes("sound-on")
                    ui.icon("volume_off").classes("sound-off")
            with ui.element("div").classes("queue-waiting"):
                self._sections = {"waiting": _Section(words.WAITING, words.NO_WAITING)}
            with ui.element("div").classes("queue-held") as self._held:
                self._sections["mine"] = _Section(words.MINE, words.NO_MINE)
                self._sections["colleagues"] = _Section(words.COLLEAGUES, "")

    def show(self, cards: list[QueueCard]) -> None:
        """Bring the lists up to date: add, remove, rewrite and move single cards."""
        wanted: dict[str, list[QueueCard]] = {name: [] for name in self._sections}
        for card in cards:
            wanted[self._section_of(card)].append(card)
        for gone in self._cards.keys() - {card.conversation_id for card in cards}:
            self._cards.pop(gone)[1].delete()
        for name, section in self._sections.items():
            elements = [self._element(card, section) for card in wanted[name]]
            section.arrange(elements)
        # How much room the lower lists ask for; desk.css gives the rest to who waits.
        self._held.style(f"--held:{len(cards) - len(wanted['waiting'])}")
        self._ring(wanted["waiting"])

    def mark_open(self, conversation_id: int | None) -> None:
        """Mark the card whose conversation stands in the middle."""
        for marked, on in ((self._opened, False), (conversation_id, True)):
            if marked in self._cards:
                element = self._cards[marked][1]
                element.classes(add="is-open") if on else element.classes(remove="is-open")
        self._opened = conversation_id

    def _section_of(self, card: QueueCard) -> str:
        if card.owner is Owner.QUEUE:
            return "waiting"
        return "mine" if card.staff_id == self._me else "colleagues"

    def _element(self, card: QueueCard, section: "_Section") -> ui.html:
        known = self._cards.get(card.conversation_id)
        if known is None:
            with section.cards:
                element = ui.html(self._render(card), sanitize=False)
            element.on(
                "click",
                lambda event, number=card.conversation_id: self._clicked(event, number),
                js_handler='(e) => emit(e.target.closest("[data-claim]") ? "claim" : "open")',
            )
            element.classes(_classes(card, card.conversation_id == self._opened))
        else:
            before, element = known
            # A later moment alone changes nothing that is read on a waiting card.
            if replace(before, last_at=card.last_at) != card or card.owner is not Owner.QUEUE:
                element.set_content(self._render(card))
                element.classes(replace=_classes(card, card.conversation_id == self._opened))
        self._cards[card.conversation_id] = (card, element)
        return element

    def _render(self, card: QueueCard) -> str:
        return self._renderer.card(card, self._clock(), self._me)

    async def _clicked(self, event: GenericEventArguments, conversation_id: int) -> None:
        if event.args == "claim":
            await self._on_claim(conversation_id)
        else:
            await self._on_open(conversation_id)

    def _ring(self, waiting: list[QueueCard]) -> None:
        """Count in the tab's title; a sound for those who came, or became urgent, since."""
        urgency = {card.conversation_id: card.priority for card in waiting}
        before = self._urgency
        if urgency == before:
            return
        self._urgency = urgency
        news = [
            priority
            for number, priority in urgency.items()
            if before is not None and priority > before.get(number, -1)
        ]
        rings, danger = str(bool(news)).lower(), str(DANGER in news).lower()
        self._client.run_javascript(f"desk.waiting({len(urgency)}, {rings}, {danger})")


class _Section:
    """A heading with a count, and the cards under it."""

    def __init__(self, title: str, nothing: str) -> None:
        with ui.element("section").classes("queue-section") as self._whole:
            with ui.element("div").classes("queue-section-head"):
                with ui.element("b"):
                    ui.label(title)
                self._count = ui.label("0")
            self._nothing = ui.label(nothing).classes("queue-none")
            self.cards = ui.element("div").classes("queue-cards")
        self._optional = not nothing
        self.arrange([])

    def arrange(self, elements: list[ui.html]) -> None:
        """Put the cards into this order, touching only those that stand elsewhere."""
        for position, element in enumerate(elements):
            standing = self.cards.default_slot.children
            if position >= len(standing) or standing[position] is not element:
                element.move(self.cards, position)
        self._count.set_text(str(len(elements)))
        self._nothing.set_visibility(not elements and not self._optional)
        self._whole.set_visibility(bool(elements) or not self._optional)


def _classes(card: QueueCard, is_open: bool) -> str:
    return f"desk-card is-p{card.priority}{' is-open' if is_open else ''}"
