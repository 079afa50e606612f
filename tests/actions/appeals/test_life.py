"""The life of an appeal as a table: every move from every state by everybody, allowed or not."""

import itertools

import pytest

from actions.appeals.drawing import mermaid, moves
from actions.appeals.life import (
    BY_WORDS,
    MOVE_WORDS,
    OPEN,
    STATUS_WORDS,
    TABLE,
    AppealStatus,
    By,
    IllegalTransition,
    Move,
    NotYourAppeal,
    SecretaryNeeded,
    allowed,
    check,
    targets,
)
from knowledge.settings import PROJECT_ROOT

S = AppealStatus


@pytest.mark.parametrize(("status", "move"), itertools.product(AppealStatus, Move))
def test_the_table_decides(status: AppealStatus, move: Move) -> None:
    for by in By:
        if move in allowed(status, by):
            check(status, move, by)
            continue
        with pytest.raises((IllegalTransition, NotYourAppeal)) as refused:
            check(status, move, by)
        assert MOVE_WORDS[move] in str(refused.value)


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(IllegalTransition) as refused:
        check(S.DONE, Move.SIGN, By.STAFF)
    assert str(refused.value) == (
        "这条诉求目前是“已办结”，不能做“签收”。现在可以：回访、归档、重办、备注、补充。"
    )
    with pytest.raises(NotYourAppeal, match="居民不能“办结”，这一步由责任主体、工作人员来做。"):
        check(S.SIGNED, Move.ANSWER, By.RESIDENT)
    with pytest.raises(SecretaryNeeded, match="请报给书记"):
        check(S.SIGNED, Move.SUPERVISE, By.STAFF)


def test_everything_has_its_words() -> None:
    assert set(STATUS_WORDS) == set(AppealStatus)
    assert set(MOVE_WORDS) == set(TABLE) == set(Move)
    assert set(BY_WORDS) == set(By)


def test_a_secretary_may_do_all_that_staff_may() -> None:
    for status in AppealStatus:
        assert set(allowed(status, By.STAFF)) <= set(allowed(status, By.SECRETARY))


def test_every_state_is_reached_and_everything_can_end() -> None:
    ahead = {
        status: {each for move in Move for each in targets(status, move)} for status in AppealStatus
    }
    for status in AppealStatus:
        seen = {status}
        while more := set().union(*(ahead[each] for each in seen)) - seen:
            seen |= more
        assert S.CLOSED in seen
        assert status is S.RECEIVED or any(
            status in ahead[other] for other in set(AppealStatus) - {status}
        )


def test_a_resident_can_always_withdraw_what_is_open_and_reopen_what_is_not_solved() -> None:
    for status in OPEN:
        assert {Move.WITHDRAW, Move.URGE, Move.ADD} <= set(allowed(status, By.RESIDENT))
    for status in (S.DONE, S.CALLED_BACK, S.CLOSED):
        assert Move.REOPEN in allowed(status, By.RESIDENT)


def test_the_documentation_is_drawn_from_the_table() -> None:
    text = (PROJECT_ROOT / "docs" / "appeals.md").read_text(encoding="utf-8")
    renewed = "run python -m actions.appeals.drawing and put it into docs/appeals.md"
    assert f"```mermaid\n{mermaid()}\n```" in text, renewed
    assert moves() in text, renewed
