"""The desk's own door: change an appeal and the resident hears of it, in plain words."""

from datetime import timedelta

import pytest

from actions.appeals import deeds
from actions.appeals.appeal import Filing
from actions.appeals.life import AppealStatus, IllegalTransition, Move, StaleAppeal
from bot.appeals.herald import APPEALS
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
    """What the resident was told, the herald having told all there was."""
    await world.herald.tell_due()
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


async def test_the_herald_is_woken_and_the_resident_hears(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    async with world.services.live.subscribe(APPEALS) as woken:
        changed = await world.services.act(appeal, wang, deeds.Start(note=" 师傅下午三点到 "))
        assert await woken.next(2)
    assert changed.reachable
    (told,) = await heard(world, written)
    assert told.startswith("您反映的“楼道漏水”（SQ202611240001）已经有人在办了")
    assert told.endswith("说明：师傅下午三点到")
    history = await world.appeals.history(appeal)
    assert (history[1].actor, history[1].note) == ("王芳（wang）", "师傅下午三点到")


async def test_staff_see_beforehand_what_the_resident_will_hear(
    world: World, wang: StaffMember
) -> None:
    written = await world.says("he", "楼道漏水")
    await world.services.act(await an_appeal(world, written), wang, deeds.Start(note="在路上"))
    appeal = await world.appeals.by_number("SQ202611240001")
    seen = world.services.announcement(appeal, Move.START, "在路上")
    assert [seen] == await heard(world, written)
    assert world.services.announcement(appeal, Move.NOTE, "内部") == ""


async def test_a_second_click_tells_the_resident_once(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    for _ in range(2):
        await world.services.act(appeal, wang, deeds.Start(note="在路上"), 1)
    assert len(await heard(world, written)) == 1


async def test_a_refused_change_tells_the_resident_nothing(
    world: World, wang: StaffMember, li: StaffMember
) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    with pytest.raises(IllegalTransition):
        await world.services.act(appeal, wang, deeds.Close())
    await world.services.act(appeal, wang, deeds.Start(), expected_version=1)
    with pytest.raises(StaleAppeal):
        await world.services.act(appeal, li, deeds.Withdraw(), expected_version=1)
    assert len(await heard(world, written)) == 1


async def test_staff_learn_that_a_notice_cannot_arrive(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水", channel="wechat")
    appeal = await an_appeal(world, written)
    changed = await world.services.act(appeal, wang, deeds.Start())
    assert not changed.reachable


async def test_a_note_is_for_colleagues_only(world: World, wang: StaffMember) -> None:
    written = await world.says("he", "楼道漏水")
    appeal = await an_appeal(world, written)
    await world.services.act(appeal, wang, deeds.Note(note="物业说配件周五到"))
    file = await world.services.appeal_file(appeal, wang)
    assert (file.history[-1].kind, file.history[-1].note) == ("note", "物业说配件周五到")
    assert file.moves == [
        Move.DISPATCH, Move.START, Move.WITHDRAW, Move.REFUSE, Move.URGE, Move.NOTE, Move.ADD,
    ]  # fmt: skip
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
        "已转给青山里居委会处理，预计下周二下午5点半前办好；也可以随时发编号来查。"
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
