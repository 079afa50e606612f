"""What the student is shown: sentences of real files, made-up questions, and nothing measured on."""

import csv
import json
from pathlib import Path

import pytest

from knowledge.encoder.distil.frames import Frames
from knowledge.encoder.distil.pairs import Pairs
from knowledge.encoder.distil.pool import made_pool, real_pool
from knowledge.encoder.distil.texts import real_sentences, sentences, titles_and_details
from knowledge.entries.loader import load_entries
from knowledge.search.measure import FOLDS
from knowledge.settings import PROJECT_ROOT

ENTRIES = PROJECT_ROOT / "knowledge/content/entries"
EXAMPLES = PROJECT_ROOT / "nlu/data/nlu"
TITLE = "小区门口的路灯不亮"
DETAIL = "我们小区门口的路灯已经坏了一个多月。晚上出门看不清路，老人摔过一跤！请尽快修好"
ONLY_MEASURED = "这一句只用来打分不能训练"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of our own making, laid out like shared/data."""
    row = {"id": "1", "title": TITLE, "detail": DETAIL, "reply": "您好，路灯将在本周内修好。"}
    for name in ("unlabelled", "labelled", "answered"):
        _write(tmp_path / "messages" / f"{name}.csv", row)
    _write(tmp_path / "messages" / "categories.csv", {"first": "城乡建设", "second": "市政"})
    _write(tmp_path / "matching" / "pairs.csv", {"a": ONLY_MEASURED, "b": ONLY_MEASURED})
    matter = {"name": "道路占用许可申请", "conditions": "因工程建设需要占用城市道路的单位。"}
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "matters.jsonl").write_text(json.dumps(matter), encoding="utf-8")
    return tmp_path


def _write(path: Path, row: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)


def test_a_text_falls_into_sentences_and_a_long_one_into_clauses() -> None:
    assert list(sentences(DETAIL)) == [
        "我们小区门口的路灯已经坏了一个多月",
        "晚上出门看不清路，老人摔过一跤",
        "请尽快修好",
    ]
    assert list(sentences("一直在等答复，" * 20)) == ["一直在等答复"] * 20
    assert list(sentences("好。OK thanks。12345678")) == []


def test_real_sentences_come_once_each_and_never_from_the_measuring_pairs(data: Path) -> None:
    found = real_sentences(data)
    assert found.count(TITLE) == 1
    assert "道路占用许可申请" in found
    assert not any(ONLY_MEASURED in text for text in found)
    assert set(real_pool(data, 100)) <= set(found)


def test_a_title_goes_with_the_beginning_of_its_message(data: Path) -> None:
    lead = "我们小区门口的路灯已经坏了一个多月，晚上出门看不清路，老人摔过一跤"
    assert titles_and_details(data) == [(TITLE, lead)]


def test_the_same_seed_makes_the_same_questions() -> None:
    assert Frames(5).draw(40) == Frames(5).draw(40)
    assert Frames(5).draw(40) != Frames(6).draw(40)


def test_made_up_matters_have_several_wordings_and_no_empty_place() -> None:
    for matter in Frames(1).draw(400):
        assert len(set(matter.wordings)) == len(matter.wordings) >= 2
        assert not any("{" in text or " " in text for text in matter.wordings)


def test_every_second_matter_shares_its_frame_or_its_words_with_the_one_before() -> None:
    drawn = Frames(2).draw(400)
    same_frame = [b.group == a.group for a, b in zip(drawn[::4], drawn[1::4], strict=True)]
    assert all(same_frame)
    other_frame = [b.group != a.group for a, b in zip(drawn[2::4], drawn[3::4], strict=True)]
    assert sum(other_frame) > len(other_frame) * 0.8


def test_the_made_pool_holds_our_own_questions_but_no_exam_question() -> None:
    entries = [content for _, content in load_entries(ENTRIES)]
    own = {text for content in entries for text in [content.title, *content.questions]}
    exam = {text for content in entries for text in content.exam.find} - own
    pool = set(made_pool(ENTRIES, EXAMPLES, 10**6))
    assert own <= pool
    assert exam
    assert not exam & pool


def test_pairs_of_each_kind_come_in_batches_of_the_size_asked_for(data: Path) -> None:
    batches = Pairs(data, ENTRIES).forever(1, seed=0)
    seen = [next(batches) for _ in range(8)]
    assert all(len(a) == len(b) == len(groups) == 1 for a, b, groups in seen)
    assert any(a == [TITLE] for a, _, _ in seen)
    assert any(a == ["道路占用许可申请"] for a, _, _ in seen)


def test_questions_that_are_left_out_are_never_paired(data: Path) -> None:
    held, seen = set(), set()
    for place, (_, content) in enumerate(load_entries(ENTRIES)):
        for number, text in enumerate(content.questions):
            (held if (number + place) % FOLDS == 3 else seen).add(text)
    batches = Pairs(data, ENTRIES, left_out=[3]).forever(48, seed=1)
    told = {text for _ in range(80) for half in next(batches)[:2] for text in half}
    assert len(told & seen) > 300
    assert not told & (held - seen)
