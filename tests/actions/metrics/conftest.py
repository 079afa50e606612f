"""The same community as the clock's tests."""

from tests.actions.clock.conftest import community

__all__ = ["community"]
