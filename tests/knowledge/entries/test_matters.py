"""A catalogue of service matters becomes entries, once, and never over the office's own words."""

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.entries.entry import EntryContent
from knowledge.entries.matters import EDITOR, TOPIC, import_matters, main, read_matters
from knowledge.entries.repository import EntryRepository
from knowledge.settings import Settings
from knowledge.storage.migrate import upgrade
from knowledge.yaml_file import BadFile

TODAY, LATER = date(2026, 11, 24), date(2026, 12, 1)
ROW = {
    "name": "渡船执照核发、换发",
    "task": "渡船执照核发",
    "department": "江南省渡口局",
    "where": "办理地点：江边路1号",
    "type": "行政许可",
    "conditions": "船舶检验合格。",
    "for_whom": ["自然人", "企业法人"],
    "materials": ["申请书", "检验证书"],
    "statutory_days": "20(工作日)",
    "promised_days": "5(工作日)",
    "level": "省级",
}


def file_of(folder: Path, *rows: object) -> Path:
    path = folder / "matters.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_a_row_becomes_an_entry_with_sections_and_source(tmp_path: Path) -> None:
    [matter] = read_matters(file_of(tmp_path, ROW))
    content = matter.content(TODAY)
    assert (content.title, content.topic) == ("渡船执照核发", TOPIC)
    assert content.questions == ["渡船执照核发、换发"]
    assert "由江南省渡口局办理，承诺5(工作日)内办结。船舶检验合格。" in content.answer
    assert content.sections.filled() == {
        "who": "自然人、企业法人",
        "materials": "申请书；检验证书",
        "where": "江边路1号",
        "time": "法定20(工作日)，承诺5(工作日)",
    }
    assert (content.source, content.local) == ("江南省渡口局政务服务事项目录", True)


def test_a_word_in_place_of_a_list_is_read_too(tmp_path: Path) -> None:
    [matter] = read_matters(file_of(tmp_path, ROW | {"materials": "无", "for_whom": "自然人"}))
    assert (matter.materials, matter.for_whom) == ([], ["自然人"])


def test_what_is_too_long_is_cut_but_its_whole_name_still_finds_it(tmp_path: Path) -> None:
    long = "渡口" * 30
    [matter] = read_matters(
        file_of(tmp_path, ROW | {"task": "", "name": long, "conditions": "条件" * 900})
    )
    content = matter.content(TODAY)
    assert content.title == long[:39] + "…"
    assert content.questions == [long]
    assert len(content.answer) <= 1200


async def test_importing_twice_changes_nothing(entries: EntryRepository, tmp_path: Path) -> None:
    other = ROW | {"task": "渡船执照换发"}
    matters = read_matters(file_of(tmp_path, ROW, ROW, other, ROW | {"where": "河西路2号"}))
    assert await import_matters(entries, matters, TODAY) == (3, 0)
    revision = await entries.revision()
    assert revision == 1
    assert await import_matters(entries, matters, LATER) == (0, 0)
    assert await entries.revision() == revision
    assert len({entry.slug for entry in await entries.published()}) == 3


async def test_a_changed_row_is_published_anew_but_not_over_an_edit_of_the_office(
    entries: EntryRepository, tmp_path: Path
) -> None:
    other = ROW | {"task": "渡船执照换发"}
    await import_matters(entries, read_matters(file_of(tmp_path, ROW, other)), TODAY)
    first, second = await entries.published()
    edited = second.content.model_copy(update={"answer": "请先打电话问清再来。"})
    seen = await entries.get(second.id)
    await entries.save_draft(second.id, edited, "李", seen.updated_at)
    await entries.publish(second.id, "李")
    rows = [row | {"promised_days": "3(工作日)"} for row in (ROW, other)]
    assert await import_matters(entries, read_matters(file_of(tmp_path, *rows)), LATER) == (0, 1)
    published: dict[int, EntryContent] = {e.id: e.content for e in await entries.published()}
    assert "承诺3(工作日)" in published[first.id].answer
    assert published[second.id] == edited
    assert [step.editor for step in await entries.versions(first.id)] == [EDITOR, EDITOR]


@pytest.mark.parametrize(
    ("line", "reason"),
    [("{", r"matters\.jsonl:2: not JSON"), ('{"name": "渡"}', r"matters\.jsonl:2: name: .*2")],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    path = file_of(tmp_path, ROW)
    path.write_text(path.read_text("utf-8") + "\n" + line, "utf-8")
    with pytest.raises(BadFile, match=reason):
        read_matters(path)


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "")
    upgrade(Settings())
    path = file_of(tmp_path, ROW)
    assert main([str(path)]) == 0
    assert main([str(path)]) == 0
    assert main([str(tmp_path / "nowhere.jsonl")]) == 1
    said = capsys.readouterr().out
    assert "新增 1 条，更新 0 条" in said and "新增 0 条，更新 0 条" in said
    assert "nowhere.jsonl" in said
