"""Offering to join others with the same problem while filing (我家也是), and what is answered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from actions.appeals.appeal import Appeal
from actions.appeals.deeds import Answer, Start, Withdraw
from actions.appeals.draft import Draft, Facts
from actions.offering import Offering
from knowledge.storage.database import Database
from tests.actions.conftest import ActionServer, Said

LIFT = {"community": "青山里", "building": "8栋", "category": "电梯"}


def drafted(what: str = "8栋电梯坏了，老人下不去", **facts: Any) -> dict[str, Any]:
    known = {**LIFT, **facts}
    return {
        "appeal_what": what,
        "appeal_where": known["community"] + known["building"],
        "appeal_confirmed": None,
        "appeal_facts": known,
        "requested_slot": "appeal_confirmed",
    }


async def read_back(server: ActionServer, slots: dict[str, Any], resident_id: int = 2) -> Said:
    return await server.run(
        "action_ask_appeal_confirmed", slots["appeal_what"], slots=slots, resident_id=resident_id
    )


async def answered(
    server: ActionServer,
    slots: dict[str, Any],
    words: str,
    intent: str = "affirm",
    **entities: str,
) -> dict[str, Any]:
    said = await server.run(
        "validate_appeal_form", words, intent, slots=slots, form=True, entities=entities
    )
    return {**slots, **said.slots()}


async def offered(server: ActionServer, **facts: Any) -> tuple[Appeal, dict[str, Any]]:
    """The appeal of one resident, and the slots of another who was offered to join it."""
    first = await server.filed("8栋电梯坏了")
    slots = drafted(**facts)
    said = await read_back(server, slots)
    return first, {**slots, **said.slots()}


async def submitted(server: ActionServer, slots: dict[str, Any], **context: Any) -> Said:
    return await server.run(
        "action_submit_appeal",
        "好",
        slots=slots,
        **{"resident_id": 2, "conversation_id": 7, **context},
    )


async def test_who_is_not_alone_is_told_how_many_and_asked_to_join(server: ActionServer) -> None:
    first = await server.filed("8栋电梯坏了")
    said = await read_back(server, drafted())
    assert f"已有 1 户反映同一问题（编号 {first.number}，青山里8栋电梯，" in said.text
    assert f"{first.lead_party}正在处理" in said.text and "要一起关注吗" in said.text
    assert [button["title"] for button in said.buttons] == ["我家也是", "还是单独登记", "不报了"]
    assert said.buttons[0]["payload"] == f'/inform{{"entry": "{first.id}"}}'
    assert said.slots()["appeal_facts"]["offered"] == first.id


async def test_one_tap_joins_and_gets_the_number(server: ActionServer) -> None:
    first, slots = await offered(server)
    slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
    assert slots["appeal_confirmed"] == "yes"
    said = await submitted(server, slots)
    assert first.number in said.text and "现在有 2 户反映" in said.text
    assert said.note is not None and said.note.appeal == first.number
    assert said.note.remember["appeal"] == first.number
    assert await server.appeals.of_resident(2) == []
    [follower] = await server.services.neighbours.joining.followers(first.id)
    assert (follower.resident_id, follower.conversation_id) == (2, 7)
    assert follower.place_text == "青山里8栋" and follower.note == "8栋电梯坏了，老人下不去"


@pytest.mark.parametrize(
    "words", ["好的", "要", "我家也是的", "关注", "是的", "对，同一个", "我也是"]
)
async def test_a_plain_yes_joins(server: ActionServer, words: str) -> None:
    _, slots = await offered(server)
    slots = await answered(server, slots, words)
    assert slots["appeal_facts"]["joins"] and slots["appeal_confirmed"] == "yes"


@pytest.mark.parametrize("words", ["还是单独登记", "确认", "确认登记", "单独报"])
async def test_who_wants_it_apart_files_at_once(server: ActionServer, words: str) -> None:
    first, slots = await offered(server)
    slots = await answered(server, slots, words)
    assert slots["appeal_confirmed"] == "yes"
    said = await submitted(server, slots)
    [own] = await server.appeals.of_resident(2)
    assert own.number != first.number and own.number in said.text
    assert (await server.appeals.get(first.id)).followers == 0


async def test_who_says_no_has_it_read_back_and_is_not_asked_again(server: ActionServer) -> None:
    _, slots = await offered(server)
    slots = await answered(server, slots, "不是一回事", "deny")
    assert slots["appeal_confirmed"] is None
    said = await read_back(server, slots)
    assert said.text.startswith("我记下了，请您核对") and said.buttons[0]["payload"] == "/affirm"


async def test_a_correction_after_the_offer_is_a_correction(server: ActionServer) -> None:
    _, slots = await offered(server)
    slots = await answered(server, slots, "不是8栋，是3栋", "correct", building="3栋")
    assert slots["appeal_facts"]["building"] == "3栋" and not slots["appeal_facts"]["joins"]
    said = await read_back(server, slots)
    assert "要一起关注吗" not in said.text and "青山里3栋" in said.text
    assert said.slots()["appeal_facts"]["offered"] == 0


async def test_photos_of_who_joins_reach_who_solves_it(server: ActionServer) -> None:
    first, slots = await offered(server, photos=[7])
    slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
    await submitted(server, slots)
    assert (await server.appeals.get(first.id)).photos == [7]
    assert await server.kinds(first) == ["filed", "dispatch", "join", "add"]


async def test_what_was_closed_meanwhile_is_filed_instead(server: ActionServer) -> None:
    first, slots = await offered(server)
    slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
    await server.done(first, Withdraw(reason="好了"))
    said = await submitted(server, slots)
    [own] = await server.appeals.of_resident(2)
    assert own.number in said.text and own.content == "8栋电梯坏了，老人下不去"


async def test_the_same_tap_twice_joins_once(server: ActionServer) -> None:
    first, slots = await offered(server)
    slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
    for _ in range(2):
        said = await submitted(server, slots)
        assert "现在有 2 户反映" in said.text
    assert await server.kinds(first) == ["filed", "dispatch", "join"]


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        ("3栋电梯坏了", {"building": "3栋"}),
        ("楼道灯不亮", {"category": "路灯"}),
        ("8栋电梯坏了", {"community": "江城雅苑"}),
    ],
)
async def test_nothing_is_offered_where_it_is_another_matter(
    server: ActionServer, what: str, facts: dict[str, str]
) -> None:
    await server.filed("8栋电梯坏了")
    said = await read_back(server, drafted(what, **facts))
    assert "要一起关注吗" not in said.text and "我记下了，请您核对" in said.text
    assert said.events == []


async def test_ones_own_appeal_is_not_offered(server: ActionServer) -> None:
    await server.filed("8栋电梯坏了")
    said = await read_back(server, drafted(), resident_id=1)
    assert "要一起关注吗" not in said.text


async def test_what_is_done_is_not_offered(server: ActionServer) -> None:
    first = await server.filed("8栋电梯坏了")
    await server.done(first, Start(), Answer(answer="修好了"))
    assert "要一起关注吗" not in (await read_back(server, drafted())).text


async def test_a_quarrel_of_others_is_nobodys_business(server: ActionServer) -> None:
    await server.filed("8栋楼上邻居天天吵架", category="邻里纠纷")
    said = await read_back(server, drafted("8栋楼上邻居天天吵架", category="邻里纠纷"))
    assert "要一起关注吗" not in said.text


async def test_a_failed_lookup_loses_no_filing(
    server: ActionServer, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await server.filed("8栋电梯坏了")
    async with database.write() as session:
        await session.execute(text("alter table appeal_followers rename to gone"))
    said = await read_back(server, drafted())
    assert said.text.startswith("我记下了，请您核对")
    assert "looking for the same problem failed" in caplog.text


async def test_a_lookup_that_takes_too_long_holds_nobody_up(
    server: ActionServer, caplog: pytest.LogCaptureFixture
) -> None:
    await server.filed("8栋电梯坏了")
    hasty = Offering(server.desk, server.services.neighbours, patience_s=0)
    draft = Draft(what="8栋电梯坏了", where="青山里8栋", facts=Facts(**LIFT))
    assert await hasty.find(draft, server.context(2)) is None
    assert "took too long" in caplog.text
    assert await Offering(server.desk, server.services.neighbours, 60).find(
        draft, server.context(2)
    )


async def test_who_joins_completes_a_burst(server: ActionServer) -> None:
    first, slots = await offered(server)
    for resident_id in range(3, 7):
        draft_slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
        await submitted(server, draft_slots, resident_id=resident_id, conversation_id=resident_id)
    [burst] = await server.services.neighbours.bursts.running()
    assert burst.households == 5 and burst.first.number == first.number
    assert (await server.kinds(first)).count("burst") == 1


async def joined_by_two(server: ActionServer) -> Appeal:
    first, slots = await offered(server)
    slots = await answered(server, slots, "我家也是", "inform", entry=str(first.id))
    await submitted(server, slots)
    return first


async def test_who_joined_can_ask_how_it_stands(server: ActionServer) -> None:
    first = await joined_by_two(server)
    for words in ("到哪一步了", f"查一下{first.number}"):
        said = await server.run("action_progress", words, "ask_progress", resident_id=2)
        assert f"您关注的编号 {first.number}（青山里8栋电梯，2 户反映）" in said.text
        assert first.lead_party in said.text
    own = await server.run("action_progress", "到哪一步了", "ask_progress", resident_id=1)
    assert "您关注的" not in own.text


async def test_ones_own_newer_appeal_comes_before_what_one_joined(server: ActionServer) -> None:
    await joined_by_two(server)
    server.services.clock.forward(timedelta(hours=1))  # type: ignore[attr-defined]
    own = await server.filed("楼道灯不亮", resident_id=2, category="路灯")
    said = await server.run("action_progress", "到哪一步了", "ask_progress", resident_id=2)
    assert own.number in said.text


@pytest.mark.parametrize(
    ("words", "solved", "satisfaction"),
    [
        ("解决了", True, None),
        ("非常满意", True, 5),
        ("我家还没解决", False, 2),
        ("不满意", False, 2),
    ],
)
async def test_each_household_says_by_chat_whether_it_is_solved(
    server: ActionServer, words: str, solved: bool, satisfaction: int | None
) -> None:
    first = await joined_by_two(server)
    await server.done(first, Start(), Answer(answer="电梯修好了"))
    said = await server.run("action_rate", words, "rate_appeal", resident_id=2)
    assert ("已经解决" if solved else "还没解决") in said.text and first.number in said.text
    [follower] = await server.services.neighbours.joining.followers(first.id)
    assert (follower.solved, follower.satisfaction) == (solved, satisfaction)
    assert (await server.appeals.get(first.id)).satisfaction is None


async def test_what_is_not_answered_yet_cannot_be_rated_by_who_joined(
    server: ActionServer,
) -> None:
    first = await joined_by_two(server)
    said = await server.run("action_rate", f"{first.number}解决了", "rate_appeal", resident_id=2)
    assert f"您关注的编号 {first.number}" in said.text
    [follower] = await server.services.neighbours.joining.followers(first.id)
    assert follower.solved is None
