"""Rules are kept in all their versions; nobody overwrites a colleague's unseen."""

import asyncio
from datetime import timedelta

import pytest

from actions.dispatch.reading import BadRules
from actions.dispatch.versions import STARTER_FILE, DispatchRules, StaleRules, UnknownVersion
from knowledge.storage.database import Database
from tests.databases import Clock

SHIPPED = STARTER_FILE.read_text("utf-8")
OTHER = SHIPPED.replace("首接负责：社区先接下来", "社区先接下来")


@pytest.fixture
def rules(database: Database, clock: Clock) -> DispatchRules:
    return DispatchRules(database, clock)


async def test_the_shipped_rules_hold_until_they_are_loaded_once(rules: DispatchRules) -> None:
    version, book = await rules.in_force()
    assert (version, book.fallback.why[:4]) == (0, "没有专门")
    assert (await rules.newest()).text == SHIPPED
    assert await rules.load_starter()
    assert not await rules.load_starter()
    assert (await rules.in_force())[0] == 1
    assert [each.author for each in await rules.history()] == ["starter"]


async def test_each_save_is_a_version_with_author_and_note(
    rules: DispatchRules, clock: Clock
) -> None:
    await rules.load_starter()
    clock.forward(timedelta(hours=1))
    saved = await rules.save(OTHER, "李书记（li）", " 改了兜底 ", expected=1)
    assert (saved.version, saved.note, saved.created_at) == (2, "改了兜底", clock())
    assert await rules.newest() == await rules.get(2) == saved
    assert [each.version for each in await rules.history()] == [2, 1]


async def test_an_old_version_comes_back_as_the_newest(rules: DispatchRules) -> None:
    await rules.load_starter()
    await rules.save(OTHER, "李书记（li）", expected=1)
    back = await rules.restore(1, "王晓（wang）", expected=2)
    assert (back.version, back.text, back.note) == (3, SHIPPED, "恢复第 1 版")
    with pytest.raises(UnknownVersion, match="没有第 9 版"):
        await rules.restore(9, "王晓（wang）", expected=3)


async def test_wrong_rules_are_not_saved(rules: DispatchRules) -> None:
    await rules.load_starter()
    with pytest.raises(BadRules):
        await rules.save("规则: [", "李书记（li）", expected=1)
    assert (await rules.newest()).version == 1


async def test_who_began_from_an_older_version_is_told_and_nothing_is_lost(
    rules: DispatchRules,
) -> None:
    await rules.load_starter()
    await rules.save(OTHER, "李书记（li）", expected=1)
    with pytest.raises(StaleRules, match="刚被同事改过"):
        await rules.save(SHIPPED, "王晓（wang）", expected=1)
    assert (await rules.newest()).text == OTHER


async def test_of_two_who_save_at_once_one_wins(database: Database, clock: Clock) -> None:
    processes = [DispatchRules(database, clock) for _ in range(2)]
    await processes[0].load_starter()
    saves = (rules.save(OTHER, "甲", expected=1) for rules in processes)
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert sum(isinstance(each, StaleRules) for each in outcomes) == 1
    assert len(await processes[0].history()) == 2


async def test_another_process_sees_a_new_version_at_once(database: Database, clock: Clock) -> None:
    office, actions = DispatchRules(database, clock), DispatchRules(database, clock)
    await office.load_starter()
    assert (await actions.in_force())[0] == 1
    first = (await actions.in_force())[1]
    assert (await actions.in_force())[1] is first
    await office.save(OTHER, "李书记（li）", expected=1)
    version, book = await actions.in_force()
    assert version == 2 and book.fallback.why.startswith("没有专门的规则，社区先接")
