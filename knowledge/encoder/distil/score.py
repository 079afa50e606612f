"""Scores encoders side by side: `python -m knowledge.encoder.distil.score FOLDER…`.

Same-question ROC AUC on shared/data/matching (measured on only, never trained on), hit@1 of the
entries' own questions held out, and speed on one thread.
"""

import argparse
import csv
import json
import random
import statistics
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.encoder import Encoder
from knowledge.entries.loader import load_entries
from knowledge.search.calibrate import fit_rank
from knowledge.search.calibration import DENSE_SIGNS
from knowledge.search.measure import FOLDS, ask_held_out
from knowledge.search.rows import Indexed
from knowledge.settings import PROJECT_ROOT

_ASKED = 1000


def same_question_auc(encoder: Encoder, pairs: Path, limit: int = 0) -> dict[str, float]:
    """ROC AUC of cosines per source; `limit` pairs of each source, 0 for all."""
    scores: dict[str, float] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    with pairs.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["source"], []).append(row)
    for source, found in rows.items():
        chosen = random.Random(3).sample(found, limit) if limit else found
        first = encoder.encode_queries([row["a"] for row in chosen])
        second = encoder.encode_queries([row["b"] for row in chosen])
        same = np.array([row["same"] == "1" for row in chosen])
        scores[source] = round(roc_auc((first * second).sum(1), same), 4)
    return scores


def roc_auc(values: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    """Chance that a positive row's value stands above a negative one's; ties count half."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (counts.cumsum() - (counts - 1) / 2)[place]
    hits = int(positive.sum())
    others = len(values) - hits
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * others))


def held_out_hits(encoder: Encoder, folder: Path, folds: Collection[int]) -> dict[str, float]:
    """hit@1 of the entries' own questions, each held out: by vectors alone, and as search fuses.

    `folds` restricts the count to those that training left out too.
    """
    entries = [
        Indexed(number, slug, 1, content)
        for number, (slug, content) in enumerate(load_entries(folder), 1)
    ]
    held = ask_held_out(entries, encoder)
    sizes = [0] * FOLDS
    for place, entry in enumerate(entries):
        for number in range(len(entry.content.questions)):
            sizes[(number + place) % FOLDS] += 1
    counted = np.isin(np.repeat(np.arange(FOLDS), sizes), list(folds))
    line = held.signs[:, :, DENSE_SIGNS.index("line_cosine")]
    fused = held.signs @ fit_rank(held, [0.0] * len(DENSE_SIGNS))
    return {
        "questions": int(counted.sum()),
        "vectors": round(float((line.argmax(1) == held.right)[counted].mean()), 4),
        "fused": round(float((fused.argmax(1) == held.right)[counted].mean()), 4),
    }


def speed(encoder: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds for one question (median) and seconds for a thousand at once, all unheard."""
    encoder.encode_passages(list(texts[:20]))
    times = []
    for text in texts[:200]:
        started = time.perf_counter()
        encoder.encode_passages([text])
        times.append(time.perf_counter() - started)
    started = time.perf_counter()
    encoder.encode_passages(list(texts))
    return {
        "one_ms": round(statistics.median(times) * 1000, 2),
        "thousand_s": round((time.perf_counter() - started) / len(texts) * 1000, 2),
    }


def score(
    folder: str, data: Path, entries: Path, limit: int, folds: Collection[int]
) -> dict[str, object]:
    """All scores of one encoder; those that need shared/data only where it is."""
    encoder = Encoder.load(folder)
    pairs = data / "matching" / "pairs.csv"
    result: dict[str, object] = {"encoder": folder}
    if pairs.exists():
        result["auc"] = same_question_auc(encoder, pairs, limit)
    questions = [text for _, content in load_entries(entries) for text in content.questions]
    result["speed"] = speed(encoder, questions[:_ASKED])
    result["hit_at_1"] = held_out_hits(encoder, entries, folds)
    return result


def main() -> None:
    """Prints one line of JSON per encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoders", nargs="+")
    parser.add_argument("--data", type=Path, default=PROJECT_ROOT.parent / "shared/data")
    parser.add_argument("--entries", type=Path, default=PROJECT_ROOT / "knowledge/content/entries")
    parser.add_argument("--limit", type=int, default=0, help="pairs of each source; 0: all")
    parser.add_argument("--folds", type=int, nargs="+", default=range(FOLDS))
    options = parser.parse_args()
    for folder in options.encoders:
        scores = score(folder, options.data, options.entries, options.limit, options.folds)
        print(json.dumps(scores), flush=True)


if __name__ == "__main__":
    main()
