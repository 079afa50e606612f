"""Likeness learnt from no pair that it is measured on, and from no letter that is kept aside."""

import pytest

from actions.likeness.learn import LABELLED, labelled
from tests.evaluate import sealed
from tests.evaluate.duplicates import Pair


def test_no_sealed_pair_was_learnt_from() -> None:
    measured = {frozenset((a, b)) for a, b, _ in sealed.duplicates()}
    learnt = {frozenset((a, b)) for a, b, _ in labelled(LABELLED)}
    assert len(learnt) >= 200 and not measured & learnt


def test_only_letters_with_odd_ids_were_learnt_from() -> None:
    assert all(int(key) % 2 for a, b, _ in labelled(LABELLED) for key in (a, b))


@pytest.mark.parametrize(
    ("shared", "band"), [(1.0, 0.75), (0.75, 0.75), (0.5, 0.4), (0.14, 0.14), (0.1, 0.0)]
)
def test_a_pair_lies_in_the_band_whose_lower_end_it_reaches(shared: float, band: float) -> None:
    assert Pair("1", "2", same=True, one_author=False, shared=shared).band == band
