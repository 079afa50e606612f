"""Entry files are read whole, or refused with file, line, slug and reason."""

from pathlib import Path

import pytest

from knowledge.entries.loader import load_entries
from knowledge.yaml_file import BadFile

GOOD = """topic: 物业设施
entries:
  - slug: tingshui
    title: 停水怎么办
    questions: [家里没水了]
    answer: 先看楼道通知，再联系物业。
    checked_on: 2026-11-01
  - slug: diandeng
    topic: 公共照明
    title: 楼道灯不亮
    questions: [楼道灯坏了]
    answer: 告诉物业或社区。
    checked_on: 2026-11-01
"""


def test_an_entry_takes_the_topic_of_its_file_unless_it_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, "utf-8")
    loaded = load_entries(tmp_path)
    assert [(slug, content.topic) for slug, content in loaded] == [
        ("tingshui", "物业设施"),
        ("diandeng", "公共照明"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("停水怎么办", "停"), r"b\.yaml:3: tingshui: title: .*at least 2"),
        (
            GOOD.replace("    title: 楼道灯不亮\n", ""),
            r"b\.yaml:8: diandeng: title: Field required",
        ),
        (GOOD.replace("answer:", "anwser:"), "tingshui: .*anwser: Extra"),
        (GOOD.replace("diandeng", "tingshui"), "tingshui: the slug is already used in b.yaml"),
        (GOOD.replace("slug: tingshui", "name: x"), r"b\.yaml:3: an entry needs a `slug`"),
        (GOOD + "topic: 两次\n", "stands twice"),
        ("entries: [", r"b\.yaml: not YAML"),
        ("topic: x", "a list of `entries`"),
        ("- a", "mapping"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    with pytest.raises(BadFile, match=reason):
        load_entries(tmp_path)
