"""Fits calibration.json anew: `python -m knowledge.search.calibrate` after the entries changed.

Right answers are questions that no entry lists and no encoder was trained on: the entries' exams,
and asked.yaml, which residents' own words come nearest to; the thresholds are chosen by the latter
alone. Wrong ones are the same questions with their entry missing, and small talk and foreign
matters from the dialogue's training examples.
Sentences under research-only terms (shared/data/matching) are reported on, never fitted to.
"""

import argparse
import csv
import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.encoder.encoder import Encoder
from knowledge.entries.loader import load_entries
from knowledge.search.calibration import (
    DEFAULT_FILE,
    DENSE_SIGNS,
    MARGIN_SIGNS,
    WORD_SIGNS,
    Calibration,
    Floats,
    Mode,
    Thresholds,
)
from knowledge.search.index import SearchIndex
from knowledge.search.measure import Asked, ask, ask_exams, outcome
from knowledge.search.rows import Indexed
from knowledge.settings import PROJECT_ROOT, Settings

# A near miss is often half an answer, so it weighs less than a foreign matter.
_NEAR_MISS_WEIGHT = 0.3
_RIGHT_OF_ANSWERS = 0.96
_FOREIGN_ANSWERED = 0.025
_FOREIGN_OFFERED = 0.15
# A line that nearly repeats the question must count, though held-out questions never show one.
_LEAST_LINE_WEIGHT = 10.0
_RIVALS = 20


def fit(exams: Asked, voices: Asked, foreign: Asked, signs: Sequence[str]) -> Mode:
    """Weights and thresholds for one set of signs."""
    held = exams.and_also(voices)
    floor = [_LEAST_LINE_WEIGHT if name == "line_cosine" else 0.0 for name in signs]
    blank = Mode(
        fit_rank(held, floor), np.zeros(len(signs) + len(MARGIN_SIGNS), np.float32), 0.0,
        Thresholds(1.0, 1.0),
    )  # fmt: skip
    asked = outcome(held, blank)
    missed = outcome(held, blank, entry_absent=True)
    strange = outcome(foreign, blank)
    total = len(asked.correct)
    confidence, bias = fit_logistic(
        np.concatenate([asked.features, missed.features, strange.features]),
        np.concatenate([asked.correct, missed.correct, strange.correct]),
        np.concatenate(
            [
                np.ones(total),
                np.full(total, _NEAR_MISS_WEIGHT),
                np.full(len(strange.correct), total / len(strange.correct)),
            ]
        ),
    )
    mode = replace(blank, confidence=confidence, bias=bias)
    return replace(mode, thresholds=choose_thresholds(voices, foreign, mode))


def fit_rank(held: Asked, floor: Sequence[float]) -> Floats:
    """Non-negative weights under which the right entry beats its strongest rivals."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    every = np.arange(len(held.right))
    rough = (held.signs / held.signs.std(axis=(0, 1))).sum(axis=2)
    rough[every, held.right] = np.inf
    rivals = np.argsort(-rough, axis=1)[:, :_RIVALS]
    signs = held.signs[every[:, None], rivals].astype(np.float64)
    spread = signs.std(axis=(0, 1))
    scaled = signs / spread

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = ((chance[:, :, None] * scaled).sum(axis=1) - scaled[:, 0]).mean(axis=0)
        return float(-np.log(chance[:, 0] + 1e-12).mean()), slope

    bounds = [(least * size, None) for least, size in zip(floor, spread, strict=True)]
    start = np.ones(len(floor))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x / spread, np.float32)


def fit_logistic(
    rows: Floats, right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[Floats, float]:
    """Logistic regression, no sign counting against an entry: weights of the columns, the bias."""
    from scipy.optimize import minimize

    spread = rows.std(axis=0).astype(np.float64) + 1e-6
    scaled = np.hstack([(rows - rows.mean(axis=0)) / spread, np.ones((len(rows), 1))])
    sides = np.where(right, 1.0, -1.0)
    shares = weights / weights.sum()

    def loss(slopes: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        agreed = sides * (scaled @ slopes)
        pull = -shares * sides / (1 + np.exp(agreed))
        ridge = 1e-4 * slopes
        return float(
            shares @ np.logaddexp(0, -agreed) + slopes @ ridge / 2
        ), scaled.T @ pull + ridge

    bounds = [(0, None)] * rows.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    slopes = np.asarray(found.x[:-1] / spread, np.float32)
    return slopes, float(found.x[-1] - slopes @ rows.mean(axis=0))


def choose_thresholds(voices: Asked, foreign: Asked, mode: Mode) -> Thresholds:
    """The lowest confidences at which answers are right and foreign matters stay unknown."""
    asked, strange = outcome(voices, mode), outcome(foreign, mode)
    steps = np.arange(0.02, 0.99, 0.01)

    def precise(step: float) -> bool:
        answered = asked.confidence >= step
        return bool(
            asked.correct[answered].mean() >= _RIGHT_OF_ANSWERS
            and (strange.confidence >= step).mean() <= _FOREIGN_ANSWERED
        )

    answer = next((step for step in steps if precise(step)), 0.99)
    choices = next(s for s in steps if (strange.confidence >= s).mean() <= _FOREIGN_OFFERED)
    return Thresholds(round(float(answer), 2), round(float(min(choices, answer)), 2))


def ask_voices(index: SearchIndex, encoder: Encoder, file: Path) -> Asked:
    """The questions of asked.yaml; raises ValueError naming an entry that does not exist."""
    places = {entry.slug: place for place, entry in enumerate(index.entries)}
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if unknown := content.keys() - places.keys():
        raise ValueError(f"{file}: no entries: {', '.join(sorted(unknown))}")
    pairs = [(places[slug], text) for slug, texts in content.items() for text in texts]
    return ask(index, encoder, [text for _, text in pairs], [place for place, _ in pairs])


def foreign_texts(folder: Path) -> list[str]:
    """Examples of small talk and foreign matters from Rasa's social.yml."""
    content = yaml.safe_load((folder / "social.yml").read_text(encoding="utf-8"))
    return [
        re.sub(r"\[(.+?)\][({].+?[)}]", r"\1", line[2:])
        for block in content["nlu"]
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]


def strange_sentences(file: Path, count: int = 2000) -> list[str]:
    """Everyday questions of people elsewhere, to report on; none where the file is absent."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as rows:
        texts = sorted({row["a"] for row in csv.DictReader(rows) if row["source"] == "lcqmc"})
    return random.Random(0).sample(texts, min(count, len(texts)))


def as_json(mode: Mode, signs: Sequence[str]) -> dict[str, Any]:
    def rounded(names: Sequence[str], values: Floats) -> dict[str, float]:
        return {name: round(float(v), 4) for name, v in zip(names, values, strict=True)}

    return {
        "rank": rounded(signs, mode.rank),
        "confidence": {
            **rounded([*signs, *MARGIN_SIGNS], mode.confidence),
            "bias": round(mode.bias, 4),
        },
        "answer": mode.thresholds.answer,
        "choices": mode.thresholds.choices,
    }


def main() -> None:
    """Fits, writes the file, and prints what to expect of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=Path, default=PROJECT_ROOT / "knowledge/content/entries")
    parser.add_argument("--examples", type=Path, default=PROJECT_ROOT / "nlu/data/nlu")
    parser.add_argument("--encoder", default=Settings().encoder_path)
    parser.add_argument("--data", type=Path, default=PROJECT_ROOT.parent / "shared/data")
    parser.add_argument("--asked", type=Path, default=Path(__file__).with_name("asked.yaml"))
    parser.add_argument("--out", type=Path, default=DEFAULT_FILE)
    options = parser.parse_args()

    encoder = Encoder.load(options.encoder)
    entries = [
        Indexed(number, slug, 1, content)
        for number, (slug, content) in enumerate(load_entries(options.entries), 1)
    ]
    index = SearchIndex.build(entries, encoder, None, Calibration.blank())
    exams = ask_exams(index, encoder)
    voices = ask_voices(index, encoder, options.asked)
    foreign = ask(index, encoder, foreign_texts(options.examples))
    sentences = strange_sentences(options.data / "matching" / "pairs.csv")
    strange = ask(index, encoder, sentences) if sentences else None

    fitted = {}
    word_columns = slice(len(DENSE_SIGNS) - len(WORD_SIGNS), None)
    for name, signs, columns in (
        ("dense", DENSE_SIGNS, slice(None)),
        ("words", WORD_SIGNS, word_columns),
    ):
        mine, others = voices.only(columns), foreign.only(columns)
        mode = fit(exams.only(columns), mine, others, signs)
        fitted[name] = as_json(mode, signs)
        for title, held in (("exams", exams.only(columns)), ("asked.yaml", mine)):
            asked = outcome(held, mode)
            hits = {k: round(float((asked.place < k).mean()), 4) for k in (1, 3)}
            print(f"{name}, {title}: {len(asked.place)}, hit@1 {hits[1]}, hit@3 {hits[3]}")
            print("  ", asked.shares(mode))
        print("  entry absent", outcome(mine, mode, entry_absent=True).shares(mode))
        print("  foreign     ", outcome(others, mode).shares(mode))
        if strange is not None:
            print("  lcqmc       ", outcome(strange.only(columns), mode).shares(mode))
    options.out.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
