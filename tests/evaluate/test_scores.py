"""The measures measure what they say, on examples small enough to count by hand."""

import pytest

from tests.evaluate.pictures import calibration_error
from tests.evaluate.scores import accuracy, auc, bag_counts, class_counts, f1, macro_f1
from tests.evaluate.written import same_form


def test_accuracy_and_macro_f1_by_hand() -> None:
    right, said = ["a", "a", "a", "b"], ["a", "a", "b", "b"]
    assert accuracy(right, said) == 0.75
    assert class_counts("b", right, said) == (1, 1, 0)
    assert macro_f1(right, said) == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_class_that_never_occurs_does_not_count() -> None:
    assert macro_f1(["a", "a"], ["a", "c"]) == pytest.approx(2 / 3)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert f1(0, 0, 0) == 1.0
    assert f1(0, 1, 0) == f1(0, 0, 1) == 0.0


def test_values_count_as_often_as_they_stand() -> None:
    assert bag_counts(["3栋", "3栋", "5栋"], ["3栋", "8栋"]) == (1, 1, 2)


def test_auc_by_hand() -> None:
    assert auc([0.9, 0.8, 0.3, 0.1], [True, True, False, False]) == 1.0
    assert auc([0.5, 0.5], [True, False]) == 0.5
    assert auc([0.9, 0.2, 0.5], [True, True, False]) == 0.5


def test_the_calibration_error_of_a_boaster_and_of_an_honest_one() -> None:
    assert calibration_error([0.95] * 4, [True, False, False, False]) == pytest.approx(0.7)
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("place", "小区东门口附近", "东门口"),
        ("place", "地下車庫裡面", "地下车库"),
        ("time", "大概昨天晚上九点多开始", "昨天晚上九点多"),
        ("time", "从上周三起", "上周三"),
        ("building", "３栋", "3栋"),
        ("phone", "027 8888 0000", "02788880000"),
    ],
)
def test_spellings_of_one_fact_are_the_same(kind: str, one: str, other: str) -> None:
    assert same_form(kind, [one]) == same_form(kind, [other])


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("place", "附近", ""), ("building", "3栋", "8栋"), ("place", "东门", "西门")],
)
def test_different_facts_stay_different(kind: str, one: str, other: str) -> None:
    assert same_form(kind, [one]) != same_form(kind, [other])
