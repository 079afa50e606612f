"""Trains the category model and measures it: naive-Bayes-scaled support vectors, folds by story.

The features of each one-against-rest SVM are scaled by their naive Bayes log-odds (Wang and
Manning 2012, Baselines and Bigrams); the scale goes into the weights, so the model stays linear.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from nlu.category.letters import Letter
from nlu.components.category_features import BLOCK_WEIGHTS, BUCKETS_BITS, blocks_of

logger = logging.getLogger(__name__)

_BUCKETS = 1 << BUCKETS_BITS
_LEAST_LETTERS = 2
_SVM_C = 0.3
# Coarser than the default: the folds score the same, in a fifth of the time.
_SVM_TOLERANCE = 0.01
_FOLDS = 5
_SHORT_WORDS = 4
_SEED = 0
_ECE_BINS = 15


class Linear(NamedTuple):
    """What the model is made of: idf (buckets,), weights (buckets, labels), bias (labels,)."""

    labels: list[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray


class HeldOut(NamedTuple):
    """Decision values for letters that the model of their fold has not seen."""

    labels: list[str]
    scores: np.ndarray

    def guesses(self) -> np.ndarray:
        return np.array(self.labels)[self.scores.argmax(axis=1)]


class Matrices:
    """The features of letters, one sparse matrix (letters, buckets) of 1 + ln tf for each block."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        rows = [blocks_of(letter.words) for letter in letters]
        self._blocks = [_counted([row[k] for row in rows]) for k in range(len(BLOCK_WEIGHTS))]

    def idf(self, rows: np.ndarray) -> np.ndarray:
        """Inverse document frequencies over some rows; 0 where too few letters have a bucket."""
        seen = np.zeros(_BUCKETS)
        for block in self._blocks:
            seen += np.bincount(block[rows].indices, minlength=_BUCKETS)
        idf = 1.0 + np.log((1 + len(rows)) / (1 + seen))
        return np.where(seen >= _LEAST_LETTERS, idf, 0.0).astype(np.float32)

    def weighed(self, idf: np.ndarray) -> csr_matrix:
        """What `category_features.weighed` gives for one message, for all letters."""
        parts = zip(self._blocks, BLOCK_WEIGHTS, strict=True)
        return sum(normalize(block @ diags(idf)) * weight for block, weight in parts).tocsr()


def fit(matrices: Matrices, categories: np.ndarray, rows: np.ndarray) -> Linear:
    """A model from some rows."""
    idf = matrices.idf(rows)
    features, right = matrices.weighed(idf)[rows], categories[rows]
    labels = sorted(set(right))
    weights = np.zeros((_BUCKETS, len(labels)), dtype=np.float32)
    bias = np.zeros(len(labels), dtype=np.float32)
    present = (features > 0).astype(np.float32)
    seen = np.asarray(present.sum(axis=0)).ravel()
    for column, label in enumerate(labels):
        mine = right == label
        odds = _log_odds(np.asarray(present[mine].sum(axis=0)).ravel(), seen)
        machine = LinearSVC(
            C=_SVM_C, class_weight="balanced", tol=_SVM_TOLERANCE, random_state=_SEED
        ).fit(features @ diags(odds), mine)
        weights[:, column] = machine.coef_[0] * odds
        bias[column] = machine.intercept_[0]
    return Linear(labels, idf, weights, bias)


def held_out(
    matrices: Matrices,
    categories: np.ndarray,
    folds: Iterable[tuple[np.ndarray, np.ndarray]],
    judged: "Matrices | None" = None,
) -> HeldOut:
    """Scores of every letter by a model that was fitted without its fold; 0 where in no fold.

    With `judged` those features of the same letters are scored (their beginnings, say).
    """
    labels = sorted(set(categories))
    scores = np.zeros((len(categories), len(labels)), dtype=np.float32)
    for fold, (train, test) in enumerate(folds, start=1):
        logger.info("fold %d of %d", fold, _FOLDS)
        model = fit(matrices, categories, train)
        features = (judged or matrices).weighed(model.idf)[test]
        scores[test] = features @ model.weights + model.bias
    return HeldOut(labels, scores)


def folds_by_row(categories: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ordinary stratified folds; near-duplicates may stand on both sides."""
    splitter = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    return list(splitter.split(categories, categories))


def folds_by_story(
    categories: np.ndarray, stories: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Stratified folds that keep near-duplicates together."""
    splitter = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    return list(splitter.split(categories, categories, stories))


def short_temperature(
    letters: Sequence[Letter],
    matrices: Matrices,
    categories: np.ndarray,
    fold: tuple[np.ndarray, np.ndarray],
) -> tuple[float, dict[str, Any]]:
    """The temperature of chat, whose few features raise every score, and its measures.

    Nobody labelled chat: the first words of the letters of one fold stand for it.
    """
    rows = fold[1]
    short = Matrices([letter._replace(words=letter.words[:_SHORT_WORDS]) for letter in letters])
    found = held_out(matrices, categories, [fold], short)
    found = found._replace(scores=found.scores[rows])
    temperature = best_temperature(found, categories[rows])
    return temperature, measures(found, categories[rows], temperature)


def best_temperature(found: HeldOut, categories: np.ndarray) -> float:
    """What makes confidences honest: the least negative log-likelihood on held-out scores."""
    right = _columns(found.labels, categories)
    candidates = np.geomspace(0.05, 5.0, 100)
    losses = []
    for temperature in candidates:
        chances = confidences(found.scores, float(temperature))
        losses.append(-np.log(chances[np.arange(len(right)), right] + 1e-12).mean())
    return float(candidates[int(np.argmin(losses))])


def confidences(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    return scaled / scaled.sum(axis=1, keepdims=True)


def measures(found: HeldOut, categories: np.ndarray, temperature: float) -> dict[str, Any]:
    """Accuracy, macro-F1, F1 and confusion by category, and the expected calibration error."""
    right, guess = _columns(found.labels, categories), found.scores.argmax(axis=1)
    size = len(found.labels)
    confusion = np.bincount(right * size + guess, minlength=size * size).reshape(size, size)
    hits = np.diag(confusion)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    sure = confidences(found.scores, temperature).max(axis=1)
    return {
        "rows": len(right),
        "accuracy": round(float((right == guess).mean()), 4),
        "macro_f1": round(float(f1.mean()), 4),
        "f1": {label: round(float(f1[k]), 4) for k, label in enumerate(found.labels)},
        "ece": round(_calibration_error(sure, right == guess), 4),
        "confusion": {label: confusion[k].tolist() for k, label in enumerate(found.labels)},
    }


def _calibration_error(sure: np.ndarray, hit: np.ndarray) -> float:
    bins = np.minimum((sure * _ECE_BINS).astype(int), _ECE_BINS - 1)
    gaps = [
        abs(sure[bins == k].mean() - hit[bins == k].mean()) * (bins == k).mean()
        for k in range(_ECE_BINS)
        if (bins == k).any()
    ]
    return float(sum(gaps))


def _columns(labels: list[str], categories: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.array(labels), categories)


def _log_odds(mine: np.ndarray, seen: np.ndarray) -> np.ndarray:
    inside, outside = mine + 1.0, seen - mine + 1.0
    return np.log((inside / inside.sum()) / (outside / outside.sum())).astype(np.float32)


def _counted(rows: list[np.ndarray]) -> csr_matrix:
    parts = [np.unique(row, return_counts=True) for row in rows]
    starts = np.cumsum([0] + [len(buckets) for buckets, _ in parts])
    values = 1.0 + np.log(np.concatenate([counts for _, counts in parts]).astype(np.float32))
    buckets = np.concatenate([buckets for buckets, _ in parts])
    return csr_matrix((values, buckets, starts), shape=(len(rows), _BUCKETS))
