"""The gateway's watch over due dates: it goes round by itself, whatever happens to one round."""

import logging

import pytest

from bot.appeals.watching import Watching
from tests.actions.clock.conftest import Community
from tests.bot.conversations.gateway import until


async def test_the_gateway_escalates_without_being_asked(community: Community) -> None:
    filed = await community.filed()
    community.go_to("2026-12-01 17:30")
    watching = Watching(community.watch)
    await watching.start()

    async def escalated() -> bool:
        return (await community.appeals.get(filed.id)).escalation_level == 1

    await until(escalated)
    await watching.stop()


async def test_a_round_that_failed_is_followed_by_the_next(
    community: Community, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    filed = await community.filed()
    community.go_to("2026-11-24 12:00")
    sweep, rounds = community.watch.sweep, 0

    async def away_at_first() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ConnectionError
        return await sweep()

    monkeypatch.setattr(community.watch, "sweep", away_at_first)
    watching = Watching(community.watch, every_seconds=0.0)

    async def alarmed() -> bool:
        return await community.steps(filed) == ["alarm sign"]

    with caplog.at_level(logging.ERROR):
        await watching.start()
        await until(alarmed)
        await watching.stop()
    assert "trying again" in caplog.text


async def test_stopping_before_it_was_started_is_no_error(community: Community) -> None:
    await Watching(community.watch).stop()
