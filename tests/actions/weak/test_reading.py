"""What sentences tell of the weak, of needs, and of whom somebody files for."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.appeals.appeal import NeedLevel, Weakness
from actions.weak.on_behalf import on_behalf
from actions.weak.reading import load_signs, weak_signs
from knowledge.yaml_file import BadFile

SENTENCES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("sentences.yaml").read_text("utf-8")
)


def test_the_table_is_large_enough_to_tell_something() -> None:
    assert sum(len(part) for part in SENTENCES.values() if isinstance(part, list)) >= 120


@pytest.mark.parametrize("kind", list(Weakness))
def test_each_kind_of_the_weak_is_recognised(kind: Weakness) -> None:
    missed = [text for text in SENTENCES[kind] if kind not in weak_signs().read(text).weak]
    assert missed == []


def test_other_meanings_and_denials_are_nobody() -> None:
    seen = {text: weak_signs().read(text).named for text in SENTENCES["nobody"]}
    assert {text: named for text, named in seen.items() if named} == {}


@pytest.mark.parametrize("level", list(NeedLevel))
def test_the_level_of_a_need_is_read(level: NeedLevel) -> None:
    read = {text: weak_signs().read(text).need for text in SENTENCES["needs"][level]}
    assert {text: need for text, need in read.items() if need is not level} == {}


def test_several_signs_are_all_named_with_the_words_that_tell_them() -> None:
    signs = weak_signs().read("我78岁，一个人住。家里困难，没钱修水管！")
    assert signs.named == "独居老人、困难家庭"
    assert signs.why == "独居老人、困难家庭优先：话里说到“78岁，一个人住”、“家里困难”。"
    assert weak_signs().read("路灯不亮").why == ""


def test_whom_somebody_files_for_is_read() -> None:
    read = {text: on_behalf(text) for text in SENTENCES["on_behalf"]}
    assert read == SENTENCES["on_behalf"]


def test_who_files_for_oneself_is_left_alone() -> None:
    read = {text: on_behalf(text) for text in SENTENCES["for_oneself"]}
    assert {text: found for text, found in read.items() if found} == {}


def test_a_pattern_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signs.yaml"
    for wrong in ("(残疾", "{谁}残疾"):
        path.write_text(
            f'near: 5\nwords: {{}}\nneed: {{}}\nweak:\n  disabled: {{says: ["{wrong}"], unless: []}}',
            "utf-8",
        )
        with pytest.raises(BadFile, match=r"signs\.yaml"):
            load_signs(path)
