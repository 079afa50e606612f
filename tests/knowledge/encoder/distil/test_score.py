"""The scores that the model card quotes are what their names say."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from knowledge.encoder.distil.score import roc_auc


@pytest.mark.parametrize("seed", range(3))
def test_the_auc_is_the_textbook_one_with_ties_counted_half(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 20, 200).astype(np.float32)
    positive = random.random(200) < values / 25
    assert roc_auc(values, positive) == pytest.approx(roc_auc_score(positive, values))


def test_the_auc_is_one_when_every_pair_of_the_same_stands_above_the_others() -> None:
    values = np.array([0.9, 0.8, 0.3, 0.1], np.float32)
    assert roc_auc(values, np.array([True, True, False, False])) == 1.0
