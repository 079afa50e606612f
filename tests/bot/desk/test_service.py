"""The desk's own door: change an appeal and the resident hears of it, in plain words."""

from datetime import timedelta

import pytest

from actions.appeals.appeal import AppealStatus, Filing, IllegalTransition, StaleAppeal
from bot.conversations.contract import Accepted, Window
from bot.conversations.handoffs import UnknownConversation
from bot.conversations.media import NotAPhoto
from bot.conversations.owners import NotYours
from bot.desk.service import PHOTO_BYTES, AppealDraft, PhotoTooBig, WindowClosed
from bot.staff.member import StaffMember
from knowledge.places.tables import BuildingRow, CommunityRow, GridRow, PartyRow
from tests.bot.desk.world import World, a_photo
from tests.databases import Clock

S = AppealStatus


async def heard(world: World, accepted: Accepted) -> list[str]:
    """What the resident was told."""
    lines = await world.handoffs.transcript(accepted.conversation_id)
    return [line.text for line in lines if line.direction == "out"]


async def an_appeal(world: World, accepted: Accepted, content: str = "楼道漏水") -> int:
    filing = Filing(
        resident_id=accepted.resident_id,
        conversation_id=accepted.conversation_id,
        channel="web",
        content=content,
        category="漏水",
    )
    return (await world.appeals.file(filing)).id


async def test_the_resident_hears_of_each_step(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    for target, note in (
        (S.IN_PROGRESS, " 师傅下午三点到 "),
        (S.DONE, ""),
        (S.IN_PROGRESS, ""),
        (S.DONE, ""),
        (S.CLOSED, ""),
    ):
        changed = await world.services.move_appeal(appeal, wang, target, note)
        assert changed.reachable
    assert await heard(world, written) == [
        "您反映的“楼道漏水”（SQ202611240001）已经有人在办了，有结果马上告诉您。\n"
        "工作人员说明：师傅下午三点到",
        "您反映的“楼道漏水”（SQ202611240001）已经办好了。要是问题还在，直接告诉我，我们接着办。",
        "您反映的“楼道漏水”（SQ202611240001）我们重新打开，接着办理。",
        "您反映的“楼道漏水”（SQ202611240001）已经办好了。要是问题还在，直接告诉我，我们接着办。",
        "您反映的“楼道漏水”（SQ202611240001）已经归档。谢谢您告诉我们。",
    ]
    history = await world.appeals.history(appeal)
    assert (history[1].actor, history[1].note) == ("王芳（wang）", "师傅下午三点到")


async def test_a_refused_change_tells_the_resident_nothing(
    world: World, wang: StaffMember, li: StaffMember
) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    with pytest.raises(IllegalTransition):
        await world.services.move_appeal(appeal, wang, S.CLOSED)
    await world.services.move_appeal(appeal, wang, S.IN_PROGRESS, expected_version=1)
    with pytest.raises(StaleAppeal):
        await world.services.move_appeal(appeal, li, S.WITHDRAWN, expected_version=1)
    assert len(await heard(world, written)) == 1


async def test_staff_learn_that_a_notice_cannot_arrive(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水", channel="wechat")
    appeal = await an_appeal(world, written)
    changed = await world.services.move_appeal(appeal, wang, S.IN_PROGRESS)
    assert not changed.reachable


async def test_a_note_is_for_colleagues_only(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    await world.services.note_appeal(appeal, wang, "物业说配件周五到")
    file = await world.services.appeal_file(appeal)
    assert (file.history[-1].kind, file.history[-1].note) == ("note", "物业说配件周五到")
    assert file.targets == [S.DISPATCHED, S.IN_PROGRESS, S.WITHDRAWN]
    assert await heard(world, written) == []


async def test_staff_file_an_appeal_and_it_goes_to_who_is_responsible(
    world: World, wang: StaffMember
) -> None:
    async with world.database.write() as session:
        community = CommunityRow(slug="qsl", name="青山里", kind="old_street", aliases=[])
        session.add(community)
        await session.flush()
        grid = GridRow(community_id=community.id, name="第一网格", worker="")
        session.add(grid)
        await session.flush()
        session.add(BuildingRow(community_id=community.id, grid_id=grid.id, name="3栋", units=4))
        session.add(
            PartyRow(
                community_id=community.id,
                kind="community",
                name="青山里居委会",
                handles=["漏水"],
                details={},
            )
        )
    home = {"community": "青山里", "building": "3栋", "unit": "2单元", "room": "501"}
    written = await world.says("he", "我家漏水", home=home, phone="13800138000")
    draft = AppealDraft(content="我家漏水", category="漏水", source_message_id=written.message_id)

    filed = await world.services.file_appeal(written.conversation_id, wang, draft)
    again = await world.services.file_appeal(written.conversation_id, wang, draft)

    appeal = filed.appeal
    assert (appeal.community, appeal.grid, appeal.lead_party) == (
        "青山里",
        "第一网格",
        "青山里居委会",
    )
    assert (appeal.building, appeal.room, appeal.status) == ("3栋", "501", S.DISPATCHED)
    assert (filed.is_new, again.is_new, again.appeal.id) == (True, False, appeal.id)
    assert await heard(world, written) == [
        "工作人员已替您登记“我家漏水”，编号 SQ202611240001。"
        "办理有进展会告诉您，也可以随时发编号来查。"
    ]
    assert (await world.appeals.history(appeal.id))[0].actor == "王芳（wang）"


async def test_nothing_is_written_into_a_closed_window(
    world: World, wang: StaffMember, clock: Clock
) -> None:
    window = Window(clock() + timedelta(hours=48), 5)
    waiting = await world.waits("he", channel="wechat", window=window)
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    await world.services.say(waiting.conversation_id, wang, " 您好 ")
    clock.forward(timedelta(hours=49))
    with pytest.raises(WindowClosed, match="超过 48 小时"):
        await world.services.say(waiting.conversation_id, wang, "还在吗")
    assert (await heard(world, waiting))[-1] == "您好"


async def test_a_spent_or_ended_window_says_so(
    world: World, wang: StaffMember, clock: Clock
) -> None:
    until = clock() + timedelta(hours=48)
    spent = await world.waits("spent", channel="wechat", window=Window(until, 0))
    gone = await world.waits("gone", channel="wechat", window=Window(until, 5), subscribed=False)
    for waiting, reason in ((spent, "条数已用完"), (gone, "取消关注")):
        await world.handoffs.claim(waiting.conversation_id, wang.id)
        with pytest.raises(WindowClosed, match=reason):
            await world.services.say(waiting.conversation_id, wang, "您好")


async def test_staff_send_photos_and_nothing_else(
    world: World, wang: StaffMember, li: StaffMember
) -> None:
    waiting = await world.waits("he")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    sent = await world.services.say_photo(waiting.conversation_id, wang, a_photo())
    assert sent.media_id is not None
    assert (await world.services.media.load(sent.media_id))[1] == "image/jpeg"
    with pytest.raises(NotAPhoto):
        await world.services.say_photo(waiting.conversation_id, wang, b"MZ not a photo")
    with pytest.raises(PhotoTooBig):
        await world.services.say_photo(waiting.conversation_id, wang, bytes(PHOTO_BYTES + 1))
    with pytest.raises(NotYours):
        await world.services.say_photo(waiting.conversation_id, li, a_photo())


async def test_a_transcript_of_nobody_has_a_name(world: World) -> None:
    with pytest.raises(UnknownConversation):
        await world.services.transcript(404)


async def test_earlier_handoffs_are_shown_with_their_notes(world: World, wang: StaffMember) -> None:
    waiting = await world.waits("he")
    await world.handoffs.claim(waiting.conversation_id, wang.id)
    await world.handoffs.return_to_bot(waiting.conversation_id, wang.id, "已告知窗口地址")
    view = await world.services.residents.of_conversation(waiting.conversation_id)
    (past,) = view.past
    assert (past.reason, past.staff_name, past.note) == ("asked", "王芳", "已告知窗口地址")
