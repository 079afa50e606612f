"""What a file to replay may look like."""

from pathlib import Path

import pytest

from tests.replay.messages import BadFile, Line, read_lines
from tests.replay.player import clipped


def test_texts_are_read_each_as_a_resident_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("text\n电梯坏了\n\n您好\n", encoding="utf-8-sig")
    assert read_lines(file) == [Line("电梯坏了", "row-1"), Line("您好", "row-2")]


def test_title_and_detail_make_one_message(tmp_path: Path) -> None:
    file = tmp_path / "in.tsv"
    file.write_text("title\tdetail\n路灯\t三天不亮了\n\t没有题目\n", encoding="utf-8")
    assert [line.text for line in read_lines(file)] == ["路灯。三天不亮了", "没有题目"]


def test_a_column_says_who_writes(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("text,resident\n电梯坏了,王\n青山里3栋,王\n", encoding="utf-8")
    assert {line.resident for line in read_lines(file)} == {"王"}


def test_a_file_without_messages_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("name\n王\n", encoding="utf-8")
    with pytest.raises(BadFile, match="text"):
        read_lines(file)


def test_a_letter_is_cut_between_characters() -> None:
    assert clipped("信" * 1000) == "信" * 666
