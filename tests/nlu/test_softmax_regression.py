"""The regression over sparse and dense features finds what scikit-learn finds on both as one."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack, random
from sklearn.linear_model import LogisticRegression

from nlu.components.softmax_regression import Examples, fit, held_out_scores

_LABELS = ["ask", "thank", "thank", "report", "report", "report"]
_STRENGTH = 10.0


@pytest.fixture(scope="module")
def examples() -> Examples:
    chance = np.random.default_rng(7)
    sparse = random(180, 40, density=0.2, format="csr", random_state=chance)
    return Examples(sparse, chance.normal(size=(180, 5)))


@pytest.fixture(scope="module")
def labels(examples: Examples) -> list[str]:
    """Uneven, and to be guessed from one column of either kind."""
    drawn = np.random.default_rng(8).choice(_LABELS, size=180)
    told = np.asarray(examples.sparse[:, 0].todense()).ravel() > 0
    drawn[told] = "ask"
    drawn[examples.dense[:, 0] > 1] = "thank"
    return [str(label) for label in drawn]


def test_it_agrees_with_scikit_learn(examples: Examples, labels: list[str]) -> None:
    whole = hstack([examples.sparse, csr_matrix(examples.dense)]).tocsr()
    theirs = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000, tol=1e-6)
    theirs.fit(whole, labels)
    ours = fit(examples, labels, _STRENGTH)
    assert ours.labels == theirs.classes_.tolist()
    assert _chances(ours.scores(examples)) == pytest.approx(theirs.predict_proba(whole), abs=0.02)


def test_held_out_scores_come_from_fits_without_the_fold(
    examples: Examples, labels: list[str]
) -> None:
    """Labels by lot can be learned by heart, and never foretold."""
    lots = [str(label) for label in np.random.default_rng(9).choice(["a", "b"], size=180)]
    loose = 1e4
    model = fit(examples, lots, loose)
    names = np.array(model.labels)
    by_heart = (names[model.scores(examples).argmax(axis=1)] == lots).mean()
    foretold = (names[held_out_scores(examples, lots, loose).argmax(axis=1)] == lots).mean()
    assert by_heart > 0.75
    assert 0.35 < foretold < 0.65


def _chances(scores: np.ndarray) -> np.ndarray:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))
