"""The table of owners, whatever moves come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.owners import (
    TRANSITIONS,
    AlreadyClaimed,
    Move,
    Owner,
    Ownership,
    OwnershipError,
)

MOVES = st.lists(st.tuples(st.sampled_from(Move), st.integers(1, 5)))


@given(MOVES)
def test_staff_own_it_exactly_when_a_person_is_named(moves: list[tuple[Move, int]]) -> None:
    held = Ownership(Owner.BOT)
    for move, staff_id in moves:
        before = held
        try:
            held = held.move(move, staff_id)
        except OwnershipError:
            assert held is before
            assert (before.owner, move) not in TRANSITIONS
        else:
            assert held.owner is TRANSITIONS[before.owner, move]
        assert (held.owner is Owner.STAFF) == (held.staff_id is not None)


@given(MOVES)
def test_nobody_takes_a_conversation_that_another_person_holds(
    moves: list[tuple[Move, int]],
) -> None:
    held = Ownership(Owner.STAFF, 9)
    for move, staff_id in moves:
        if held.owner is Owner.STAFF:
            with pytest.raises(AlreadyClaimed):
                held.move(Move.CLAIM, staff_id)
        if (held.owner, move) in TRANSITIONS:
            held = held.move(move, staff_id)


def test_every_owner_can_reach_every_other() -> None:
    for start in Owner:
        reached = {start}
        for _ in Owner:
            reached |= {to for (came_from, _), to in TRANSITIONS.items() if came_from in reached}
        assert reached == set(Owner)
