"""What channels and conversations say to each other: plain data and two protocols."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

# Channels of residents whom another system named: we cannot write to them.
UNREACHABLE = frozenset({"import", "open311"})
MessageKind = Literal["text", "voice", "image", "location", "link", "event"]


@dataclass(frozen=True, slots=True)
class Window:
    """How long and how often a channel lets us write first after this message."""

    until: datetime
    left: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A resident's message as a channel has verified and parsed it.

    `text` is what the assistant shall understand (typed words, a voice's recognition, a button's
    payload, a place's label); it is empty where there is nothing to understand. `dedup_key` is the
    channel's own id of the message: the same for every retry. `details` keeps what else the channel
    told (coordinates, link address, event name, the channel's media id).
    """

    channel: str
    channel_user: str
    dedup_key: str
    kind: MessageKind
    text: str = ""
    media_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Proof that a message is stored; `is_new` is false for a retry of one stored before."""

    message_id: int
    conversation_id: int
    resident_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: what it shows and what it says when it is tapped."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a resident, stored before it is sent."""

    message_id: int
    author: Literal["bot", "staff", "system"]
    text: str
    buttons: tuple[Button, ...] = ()
    media_id: int | None = None
    understanding: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    carried: bool = False
    # Of a notice that nobody asked for (an appeal moved on): what a card of the channel shows.
    notice: dict[str, str] = field(default_factory=dict)


# How many of these replies, from the first on, the channel's own response can carry.
Carry = Callable[[Sequence[Outgoing]], int]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a sender writes to."""

    resident_id: int
    channel_user: str
    window_until: datetime | None
    window_left: int


class Undeliverable(RuntimeError):
    """The channel will never take this message (window closed, unsubscribed): do not try again.

    Its text is Chinese: staff read it beside the message.
    """


class NotNow(RuntimeError):
    """The channel lets no notice through at present: it waits until the resident writes again.

    Its text is Chinese: staff read it beside the message.
    """


class Sender(Protocol):
    """How the outbox reaches one channel."""

    async def send(self, recipient: Recipient, outgoing: Outgoing) -> None:
        """Deliver one message.

        Raises `Undeliverable` where trying again is useless and `NotNow` for a notice that must
        wait; any other error is tried again.
        """
        ...


class ConversationGate(Protocol):
    """The door through which every channel brings messages in."""

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store the message, once, before anyone is told that it arrived."""
        ...

    async def replies_to(self, accepted: Accepted, carry: Carry | None = None) -> list[Outgoing]:
        """Handle the message, or join its handling if it is under way, and return the replies.

        A retry gets the same replies. Cancelling the caller does not cancel the handling. An empty
        list means that nothing is said now (a person has the conversation, or an event is silent).
        A channel that waits with its own response open says what it can `carry`: those replies are
        its own from the moment they are stored (`Outgoing.carried`); where it leaves before they
        come, they are held as ever.
        """
        ...

    async def take_passive(self, message_ids: list[int]) -> bool:
        """Claim held replies for the channel's own response; false if another way took them."""
        ...

    async def release(self, accepted: Accepted) -> None:
        """Give the replies, present or still coming, to the outbox: it sends them by itself."""
        ...

    async def attach_media(self, message_id: int, data: bytes, mime: str) -> int:
        """Keep bytes that came after the message (a photo fetched later); returns the media id."""
        ...
