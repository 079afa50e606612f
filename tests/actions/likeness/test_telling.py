"""What is read of an appeal before it is compared."""

from datetime import UTC, datetime

import numpy as np
import pytest

from actions.likeness.telling import RareGrams, Telling

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def telling(text: str, **more: object) -> Telling:
    return Telling(text, "其他", NOW, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3栋电梯坏了", {"栋": {"3"}}),
        ("三号楼二单元漏水", {"栋": {"3"}, "单元": {"2"}}),
        ("咨询地铁4号线何时开通", {"号线": {"4"}}),
        ("二十三栋门口", {"栋": {"23"}}),
        ("盼增加207路公交车", {"路": {"207"}}),
        ("在260路口等了半天", {}),
        ("昨天下午3点", {}),
    ],
)
def test_numbers_are_read_with_what_they_count(text: str, numbers: dict[str, set[str]]) -> None:
    assert {unit: set(found) for unit, found in telling(text).numbers.items()} == numbers


def test_a_building_on_record_counts_more_than_one_in_the_words() -> None:
    assert telling("5栋的人说的", building="三号楼").numbers["栋"] == {"3"}


def test_places_are_read_without_the_words_around_them() -> None:
    assert "银杏苑" in telling("投诉银杏苑小区旁边的搅拌站").names
    assert "银杏苑" in telling("我们是银杏苑的业主").names
    assert telling("电梯又坏了").names == frozenset()


def test_grams_do_not_see_spaces_case_and_width() -> None:
    assert telling("Ａ3 栋，电梯").grams == telling("a3栋电梯").grams


def test_rare_characters_in_common_say_more_than_usual_ones() -> None:
    usual = [telling("严重影响居民生活")] * 19 + [telling("路灯不亮")]
    rare = RareGrams(RareGrams.counted(usual).astype(np.float32))
    a, b, c = telling("搅拌站严重影响"), telling("搅拌站太吵"), telling("油烟严重影响")
    assert rare.shared(a, b) > rare.shared(a, c) > 0
    assert rare.shared(a, telling("")) == 0
    assert rare.shared(a, a) == pytest.approx(1)
