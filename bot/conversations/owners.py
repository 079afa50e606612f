"""Who owns a conversation: an explicit table of owners and the moves between them."""

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """A conversation has one owner: the bot, the queue (waiting for staff), or staff."""

    BOT = "bot"
    QUEUE = "queue"
    STAFF = "staff"


class Move(StrEnum):
    """What can happen to a conversation's ownership."""

    HAND_OFF = "hand_off"
    CLAIM = "claim"
    RETURN = "return"
    REQUEUE = "requeue"
    TRANSFER = "transfer"


TRANSITIONS: dict[tuple[Owner, Move], Owner] = {
    (Owner.BOT, Move.HAND_OFF): Owner.QUEUE,
    (Owner.BOT, Move.CLAIM): Owner.STAFF,
    (Owner.QUEUE, Move.CLAIM): Owner.STAFF,
    (Owner.QUEUE, Move.RETURN): Owner.BOT,
    (Owner.STAFF, Move.RETURN): Owner.BOT,
    (Owner.STAFF, Move.REQUEUE): Owner.QUEUE,
    (Owner.STAFF, Move.TRANSFER): Owner.STAFF,
}


class OwnershipError(RuntimeError):
    """A move that the table does not allow; its text is Chinese, for staff."""


class AlreadyClaimed(OwnershipError):
    """Another person took the conversation first (已被他人接待)."""


class NotYours(OwnershipError):
    """Only the person who holds the conversation may do this (不是您接待的会话)."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner, and which staff member where it is staff."""

    owner: Owner
    staff_id: int | None = None

    def move(self, move: Move, staff_id: int | None = None) -> "Ownership":
        """The ownership after a move.

        Raises `AlreadyClaimed` where somebody else holds it and `OwnershipError` for any other
        move that the table does not know.
        """
        if move is Move.CLAIM and self.owner is Owner.STAFF:
            raise AlreadyClaimed("这位居民已由其他同事接待。")
        target = TRANSITIONS.get((self.owner, move))
        if target is None:
            raise OwnershipError("会话状态已变化，请刷新后再试。")
        return Ownership(target, staff_id if target is Owner.STAFF else None)
