"""The life of an appeal as a table: every pair of states, allowed or not."""

import itertools

import pytest

from actions.appeals.appeal import (
    OPEN,
    STATUS_WORDS,
    TRANSITIONS,
    AppealStatus,
    IllegalTransition,
    check_transition,
)

PAIRS = list(itertools.product(AppealStatus, AppealStatus))


@pytest.mark.parametrize(("current", "target"), PAIRS)
def test_the_table_decides(current: AppealStatus, target: AppealStatus) -> None:
    if target in TRANSITIONS[current]:
        check_transition(current, target)
    else:
        with pytest.raises(IllegalTransition) as refused:
            check_transition(current, target)
        assert STATUS_WORDS[current] in str(refused.value)
        assert STATUS_WORDS[target] in str(refused.value)


def test_every_state_has_its_words_and_its_moves() -> None:
    assert set(STATUS_WORDS) == set(TRANSITIONS) == set(AppealStatus)


def test_an_archived_appeal_stays_so_and_any_other_can_get_there() -> None:
    assert not TRANSITIONS[AppealStatus.CLOSED]
    for status in set(AppealStatus) - {AppealStatus.CLOSED}:
        seen, ahead = set(), {status}
        while ahead - seen:
            seen |= ahead
            ahead = set().union(*(TRANSITIONS[each] for each in seen))
        assert AppealStatus.CLOSED in ahead


def test_what_is_open_can_still_be_withdrawn() -> None:
    for status in OPEN:
        assert AppealStatus.WITHDRAWN in TRANSITIONS[status]
