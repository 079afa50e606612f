"""What the entries' repository promises to the office and to search."""

import pytest

from knowledge.entries.answers import NothingToPublish, NotPublished, shown
from knowledge.entries.entry import EntryStatus, StaleEdit, UnknownEntry
from knowledge.entries.repository import STARTER, EntryRepository
from tests.knowledge.entries.conftest import Write


async def test_a_draft_is_not_heard_until_it_is_published(
    entries: EntryRepository, write: Write
) -> None:
    draft = await entries.create_draft(write(), "李书记")
    assert draft.status is EntryStatus.DRAFT
    assert await entries.published() == []
    await entries.publish(draft.id, "李书记", "核对过")
    [heard] = await entries.published()
    assert (heard.id, heard.version, heard.content.title) == (draft.id, 1, "高龄津贴")
    with pytest.raises(NothingToPublish):
        await entries.publish(draft.id, "李书记")


async def test_residents_hear_the_old_text_while_a_new_one_is_written(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.publish((await entries.create_draft(write(), "李")).id, "李")
    edited = await entries.save_draft(entry.id, write("高龄补贴"), "王", entry.updated_at)
    assert edited.status is EntryStatus.PUBLISHED
    assert shown(edited).title == "高龄补贴"
    [heard] = await entries.published()
    assert heard.content.title == "高龄津贴"
    assert (await entries.counts()).pending == 1


async def test_an_edit_of_what_somebody_else_changed_is_refused(
    entries: EntryRepository, write: Write
) -> None:
    opened = await entries.create_draft(write(), "李")
    await entries.save_draft(opened.id, write("王的题目"), "王", opened.updated_at)
    with pytest.raises(StaleEdit, match="王"):
        await entries.save_draft(opened.id, write("李的题目"), "李", opened.updated_at)
    with pytest.raises(StaleEdit):
        await entries.publish(opened.id, "李", expected=opened.updated_at)
    assert shown(await entries.get(opened.id)).title == "王的题目"


async def test_history_only_grows_and_keeps_each_text(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.create_draft(write("第一版"), "李")
    entry = await entries.publish(entry.id, "李", "上线")
    first = list(await entries.versions(entry.id))
    entry = await entries.save_draft(entry.id, write("第二版"), "王", entry.updated_at)
    await entries.publish(entry.id, "王", "改了题目")
    await entries.retire(entry.id, "陈", "政策停止")
    history = list(await entries.versions(entry.id))
    assert history[-1:] == first
    assert [(step.version, step.action, step.content.title, step.editor) for step in history] == [
        (3, "retire", "第二版", "陈"),
        (2, "publish", "第二版", "王"),
        (1, "publish", "第一版", "李"),
    ]


async def test_a_retired_entry_falls_silent_and_can_come_back(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.publish((await entries.create_draft(write(), "李")).id, "李")
    retired = await entries.retire(entry.id, "李", "")
    assert retired.status is EntryStatus.RETIRED
    assert await entries.published() == []
    with pytest.raises(NotPublished):
        await entries.retire(entry.id, "李", "")
    assert (await entries.publish(entry.id, "李")).version == 3


async def test_restoring_makes_an_earlier_text_the_draft(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.publish((await entries.create_draft(write("第一版"), "李")).id, "李")
    entry = await entries.save_draft(entry.id, write("第二版"), "李", entry.updated_at)
    await entries.publish(entry.id, "李")
    restored = await entries.restore(entry.id, 1, "王")
    assert (restored.draft and restored.draft.title) == "第一版"
    assert (restored.published and restored.published.title) == "第二版"
    with pytest.raises(UnknownEntry):
        await entries.restore(entry.id, 9, "王")


async def test_the_revision_grows_with_publish_and_retire_alone(
    entries: EntryRepository, write: Write
) -> None:
    entry = await entries.create_draft(write(), "李")
    assert await entries.revision() == 0
    entry = await entries.publish(entry.id, "李")
    assert await entries.revision() == 1
    await entries.save_draft(entry.id, write("新的"), "李", entry.updated_at)
    assert await entries.revision() == 1
    await entries.retire(entry.id, "李")
    assert await entries.revision() == 2


async def test_the_list_is_searched_filtered_and_paged(
    entries: EntryRepository, write: Write
) -> None:
    for number in range(7):
        await entries.create_draft(write(f"停水通知{number}", topic="物业设施"), "李")
    published = await entries.create_draft(write(questions=["八十岁有补贴吗", "WiFi"]), "李")
    await entries.publish(published.id, "李")
    page = await entries.list(topic="物业设施", page=2, size=5)
    assert (page.total, [shown(each).title for each in page.entries]) == (
        7,
        ["停水通知1", "停水通知0"],
    )
    assert (await entries.list(search="八十岁 补贴")).total == 1
    assert (await entries.list(search="wifi")).total == 1
    assert (await entries.list(search="八十岁", status=EntryStatus.DRAFT)).total == 0
    assert await entries.topics() == {"物业设施": 7, "养老助残": 1}
    counts = await entries.counts()
    assert (counts.draft, counts.published, counts.retired) == (7, 1, 0)


async def test_the_starter_is_loaded_once_and_then_the_office_owns_it(
    entries: EntryRepository, write: Write
) -> None:
    starter = [("gaoling", write()), ("tingshui", write("停水怎么办"))]
    assert await entries.load_starter(starter) == 2
    assert await entries.load_starter([*starter, ("more", write("新的"))]) == 0
    [first, _] = await entries.published()
    assert (first.slug, first.version) == ("gaoling", 1)
    [step] = await entries.versions(first.id)
    assert (step.editor, step.action) == (STARTER, "publish")


async def test_an_unknown_entry_is_named(entries: EntryRepository) -> None:
    with pytest.raises(UnknownEntry):
        await entries.get(404)
    with pytest.raises(UnknownEntry):
        await entries.publish(404, "李")
