"""Which two appeals are likely the same problem."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.likeness.likeness import MEANING, Likeness
from actions.likeness.telling import Telling
from knowledge.categories.tree import category_tree
from knowledge.encoder.encoder import Encoder
from knowledge.settings import SHIPPED_ENCODER
from knowledge.yaml_file import BadFile

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIKENESS = Likeness.load()
HERE = Path("actions/likeness")


def told(text: str, category: str, building: str = "", days: float = 0, **more: Any) -> Telling:
    known = {"community_id": 1, **more}
    return Telling(text, category, NOW + timedelta(days=days), building=building, **known)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(str(SHIPPED_ENCODER))


def meant(encoder: Encoder, telling: Telling) -> Telling:
    [vector] = encoder.encode_queries([telling.gist])
    return Telling(
        telling.text, telling.category, telling.at, telling.community_id, telling.building,
        vector=vector,
    )  # fmt: skip


SAME = [
    (told("6栋电梯停了，爬不动", "电梯", "6栋"), told("六号楼电梯不走了", "电梯", "6栋")),
    (told("没水了", "停水用水", "2栋"), told("水管里一滴水都没有", "停水用水", "9栋")),
    (told("7栋门口井盖塌了", "路面井盖", "7栋"), told("井盖碎了，7栋前面", "路面井盖", "7栋")),
    (told("全小区断电", "停电用电", ""), told("家里突然没电", "停电用电", "4栋")),
]
OTHER_MATTERS = [
    (told("6栋电梯停了", "电梯", "6栋"), told("2栋电梯停了", "电梯", "2栋")),
    (told("没水了", "停水用水", "2栋"), told("6栋电梯停了", "电梯", "2栋")),
    (told("没水了", "停水用水", "2栋"), told("没水了", "停水用水", "2栋", days=9)),
    (told("有人高空抛物", "高空抛物", "2栋"), told("没水了", "停水用水", "2栋")),
    (
        told("没水了", "停水用水", "2栋"),
        told("没水了", "停水用水", "2栋", community_id=2),
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_problem_is_likely(encoder: Encoder, one: Telling, other: Telling) -> None:
    assert LIKENESS.compare(meant(encoder, one), meant(encoder, other)).likely


@pytest.mark.parametrize(("one", "other"), OTHER_MATTERS[:4])
def test_another_matter_is_not(encoder: Encoder, one: Telling, other: Telling) -> None:
    assert not LIKENESS.compare(meant(encoder, one), meant(encoder, other)).likely


@pytest.mark.parametrize(("one", "other"), SAME[:1] + SAME[2:])
def test_words_alone_tell_it_too(one: Telling, other: Telling) -> None:
    assert LIKENESS.compare(one, other).likely


@pytest.mark.parametrize(("one", "other"), OTHER_MATTERS)
def test_words_alone_tell_another_matter(one: Telling, other: Telling) -> None:
    assert not LIKENESS.compare(one, other).likely


def test_near_by_is_the_same_place_where_no_community_is_known() -> None:
    here, near, far = (30.5801, 114.3001), (30.5809, 114.3005), (30.61, 114.33)
    one = told("路面塌了", "路面井盖", community_id=None, point=here)
    same = LIKENESS.signs(one, told("路上一个坑", "路面井盖", community_id=None, point=near))
    other = LIKENESS.signs(one, told("路上一个坑", "路面井盖", community_id=None, point=far))
    assert (same["same_place"], same["other_place"]) == (1, 0)
    assert (other["same_place"], other["other_place"]) == (0, 1)


def test_what_is_not_worth_encoding_could_not_become_likely() -> None:
    lift = told("6栋电梯停了", "电梯", "6栋")
    assert LIKENESS.worth_encoding(lift, told("有人高空抛物", "高空抛物", "2栋")) == 0
    assert LIKENESS.worth_encoding(lift, told("6栋电梯又停了", "电梯", "6栋")) > 0


TELLINGS = st.builds(
    told,
    st.text("电梯停水坏了3栋5号线银杏苑小区，。", max_size=30),
    st.sampled_from([*category_tree().keys, ""]),
    st.sampled_from(["", "3栋", "五号楼"]),
    st.floats(0, 400),
    community_id=st.sampled_from([None, 1, 2]),
)


@given(TELLINGS, TELLINGS)
def test_the_order_does_not_matter(one: Telling, other: Telling) -> None:
    a, b = LIKENESS.compare(one, other), LIKENESS.compare(other, one)
    assert a.probability == pytest.approx(b.probability) and 0 <= a.probability <= 1
    signs = LIKENESS.signs(one, other)
    assert signs[MEANING] == 0 and all(0 <= value <= 2 for value in signs.values())


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("rules.yaml", "  电梯: 14", "  电动梯: 14", "电动梯"),
        ("rules.yaml", "  households: 5", "  households: 1", "households"),
        ("weights.yaml", "same_leaf:", "same_leave:", "same_leave"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(
    tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    for file in ("rules.yaml", "weights.yaml", "rare_grams.npy"):
        content = (HERE / file).read_bytes()
        (tmp_path / file).write_bytes(
            content.replace(old.encode(), new.encode()) if file == name else content
        )
    with pytest.raises(BadFile, match=reason):
        Likeness.load(tmp_path)


def test_a_leaf_without_a_window_of_its_own_has_that_of_its_group() -> None:
    rules = LIKENESS.rules
    assert rules.window("停水用水") == timedelta(days=3)
    assert rules.window("养犬") == timedelta(days=rules.default_days)
