"""Teaches the leaf model from letters whose leaf the rules are sure of (self-training)."""

import csv
import json
import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from nlu.components.category_model import packed
from nlu.components.leaf_model import LEAF_BITS, LEAF_WEIGHTS, leaf_buckets
from nlu.components.problems import READ_MOST, Leaf, load_leaves, weigh
from nlu.components.span import half_width

logger = logging.getLogger(__name__)

# By so much a letter's best leaf must lead before it teaches.
_LEAD = 2.0
_SVM_C = 0.3
_SVM_TOLERANCE = 0.01
_LEAST_LETTERS = 2


def teach(sources: Iterable[Path], target: Path = LEAF_WEIGHTS) -> int:
    """Reads `title` and `detail` of CSV files, writes the weights; how many letters taught."""
    leaves = load_leaves()
    texts, names = [], []
    for text in (text for source in sources for text in _texts(source)):
        name = _sure_leaf(text, leaves)
        if name:
            texts.append(text)
            names.append(name)
    rows = [leaf_buckets(text) for text in texts]
    starts = np.cumsum([0] + [len(row) for row in rows])
    columns = np.concatenate(rows)
    size = 1 << LEAF_BITS
    seen = np.bincount(columns, minlength=size)
    idf = np.where(seen >= _LEAST_LETTERS, 1.0 + np.log(len(rows) / np.maximum(seen, 1)), 0.0)
    ones = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), size))
    machine = LinearSVC(C=_SVM_C, class_weight="balanced", tol=_SVM_TOLERANCE, random_state=0)
    machine.fit(normalize(ones @ diags(idf)), names)
    weights, scales = packed(machine.coef_.T)
    np.savez_compressed(
        target,
        leaves=np.array(json.dumps(machine.classes_.tolist(), ensure_ascii=False)),
        idf=idf.astype(np.float16),
        weights=weights,
        scales=scales,
        bias=machine.intercept_.astype(np.float32),
    )
    logger.info("%d letters taught %d leaves", len(names), len(machine.classes_))
    return len(names)


def _texts(source: Path) -> Iterable[str]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text = f"{row['title'].strip()}。{row['detail'].strip()}"
            yield half_width(text[:READ_MOST])


def _sure_leaf(text: str, leaves: list[Leaf]) -> str | None:
    """The rules' leaf where it leads clearly."""
    found = sorted(((score, leaf.name) for leaf, score, _ in weigh(text, leaves)), reverse=True)
    if not found:
        return None
    second = found[1][0] if len(found) > 1 else 0.0
    return found[0][1] if found[0][0] - second >= _LEAD else None
