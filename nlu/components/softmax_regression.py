"""Trains a multinomial logistic regression on sparse features beside dense ones.

The objective of scikit-learn's LogisticRegression with class_weight="balanced". That one would
multiply the dense block as if it were sparse, which takes three times as long.
"""

from typing import List, NamedTuple, Sequence, Text, Tuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold

_MOST_STEPS = 400
# Flat enough, for each example: the folds score as at a sixth of this slope, in half the steps.
_FLAT = 5e-5
_FOLDS = 3


class Examples(NamedTuple):
    """Features of n examples: sparse (n, s), dense (n, d)."""

    sparse: csr_matrix
    dense: np.ndarray

    def at(self, rows: np.ndarray) -> "Examples":
        return Examples(self.sparse[rows], self.dense[rows])


class Softmax(NamedTuple):
    """Labels in order, weights (s + d, labels) and bias (labels,)."""

    labels: List[Text]
    weights: np.ndarray
    bias: np.ndarray

    def scores(self, examples: Examples) -> np.ndarray:
        """Decision values, shape (n, labels)."""
        sparse = examples.sparse.shape[1]
        return (
            examples.sparse @ self.weights[:sparse]
            + examples.dense @ self.weights[sparse:]
            + self.bias
        )


def fit(examples: Examples, labels: Sequence[Text], strength: float) -> Softmax:
    """`strength` is the inverse of the penalty on the weights, scikit-learn's C."""
    names, right = np.unique(labels, return_inverse=True)
    many, classes = len(right), len(names)
    sparse, dense = examples
    split, across = sparse.shape[1], sparse.T.tocsr()
    balance = (many / (classes * np.bincount(right)))[right]
    rows = np.arange(many)

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        table = flat.reshape(-1, classes)
        weights, bias = table[:-1], table[-1]
        scores = sparse @ weights[:split] + dense @ weights[split:] + bias
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        sums = chances.sum(axis=1)
        surprise = balance @ (np.log(sums) - scores[rows, right])
        chances /= sums[:, None]
        chances[rows, right] -= 1.0
        chances *= balance[:, None]
        slope = np.empty_like(table)
        slope[:split] = across @ chances
        slope[split:-1] = dense.T @ chances
        slope[:-1] += weights / strength
        slope[-1] = chances.sum(axis=0)
        return surprise + 0.5 / strength * float((weights**2).sum()), slope.ravel()

    start = np.zeros((split + dense.shape[1] + 1) * classes)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MOST_STEPS, "gtol": _FLAT * many},
    )
    table = found.x.reshape(-1, classes)
    return Softmax(names.tolist(), table[:-1], table[-1])


def held_out_scores(examples: Examples, labels: Sequence[Text], strength: float) -> np.ndarray:
    """Decision values of each example by a fit without its fold, labels in sorted order."""
    names = np.array(labels)
    scores = np.empty((len(names), len(set(labels))))
    for seen, unseen in StratifiedKFold(_FOLDS).split(names, names):
        model = fit(examples.at(seen), names[seen], strength)
        scores[unseen] = model.scores(examples.at(unseen))
    return scores
