"""Rasa's calls of the action server share a connection, also after that server was restarted."""

from tests.nlu.conftest import Understanding


def test_one_connection_serves_every_call(understanding: Understanding) -> None:
    before, after = understanding.ask("connections", calls=4)
    assert (before, after) == (1, 1)
