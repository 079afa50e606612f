"""The action check that is built once judges as Rasa's own does."""

from typing import Any

import pytest

from tests.nlu.conftest import Understanding

_GOOD: list[dict[str, Any]] = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "appeal_what", "value": "漏水"}], "responses": []},
    {"events": [{"event": "followup", "name": "appeal_form"}], "responses": [{"text": "好"}]},
    {"events": [{"event": "active_loop", "name": None}], "responses": []},
    {"responses": [{"text": "好", "buttons": [], "custom": {"outcome": "filed"}}]},
    {"events": []},
    {},
]
_BAD: list[Any] = [
    [],
    "好",
    None,
    7,
    {"events": {}},
    {"events": ["slot"]},
    {"events": [{"name": "appeal_what"}]},
    {"events": [{"event": "no_such_event"}]},
    {"responses": "好"},
    {"responses": ["好"]},
]


@pytest.mark.parametrize("result", _GOOD)
def test_good_results(understanding: Understanding, result: dict[str, Any]) -> None:
    assert understanding.ask("judge", result=result) == [None, None]


@pytest.mark.parametrize("result", _BAD, ids=str)
def test_bad_results(understanding: Understanding, result: Any) -> None:
    stock, ours = understanding.ask("judge", result=result)
    assert ours == stock
    assert ours is not None


def test_another_rasa_is_refused(understanding: Understanding) -> None:
    assert "3.6.22" in understanding.ask("install_on", version="3.6.22")
    assert understanding.ask("install_on", version="3.6.21") is None
