"""Train, measure or use the category model: `python -m nlu.category VERB …`.

Runs in the NLU environment. `train` and `evaluate` take the labelled letters as words (columns
`words`, `category`), and with `--texts` some in full (`title`, `detail`, `category`) to see whether
live text fares as well; `leaves` teaches the leaf model from unlabelled letters (`title`,
`detail`); `classify` takes any CSV or TSV with `text`, or `title` and `detail`.
"""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np

from nlu.category.classify import BadFile, classify
from nlu.components.category_model import WEIGHTS, packed

logger = logging.getLogger(__name__)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu.category", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("train", "evaluate"):
        sub = verbs.add_parser(verb)
        sub.add_argument("words", type=Path)
        sub.add_argument("--texts", type=Path)
        sub.add_argument("--out", type=Path, default=WEIGHTS if verb == "train" else None)
    sub = verbs.add_parser("classify")
    sub.add_argument("source", type=Path)
    sub.add_argument("target", type=Path)
    sub = verbs.add_parser("leaves")
    sub.add_argument("sources", type=Path, nargs="+")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if given.verb == "leaves":
        from nlu.category.leaves import teach

        teach(given.sources)
        return 0
    if given.verb == "classify":
        try:
            classify(given.source, given.target)
        except BadFile as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    figures = _measure(given.words, given.texts, given.out if given.verb == "train" else None)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    if given.verb == "evaluate" and given.out:
        given.out.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")
    return 0


def _measure(words: Path, texts: Path | None, weights: Path | None) -> dict[str, Any]:
    """Cross-validated figures; with `weights`, a model from all letters is written there."""
    from nlu.category import training
    from nlu.category.letters import read_texts, read_words, stories

    letters = read_words(words)
    full = read_texts(texts) if texts else []
    # Full texts of letters that also stand among the words share their story, and so their fold.
    story = stories([*letters, *full])
    matrices = training.Matrices([*letters, *full])
    categories = np.array([letter.category for letter in [*letters, *full]])
    known = np.arange(len(letters))
    figures: dict[str, Any] = {"near_duplicates": len(letters) - len(set(story[known]))}

    folds = training.folds_by_story(categories[known], story[known])
    by_story = training.held_out(matrices, categories[known], folds)
    temperature = training.best_temperature(by_story, categories[known])
    figures["temperature"] = round(temperature, 4)
    logger.info("by story: %s", training.measures(by_story, categories[known], temperature))
    figures["by_story"] = training.measures(by_story, categories[known], temperature)
    short, figures["first_words"] = training.short_temperature(
        letters, matrices, categories[known], folds[0]
    )
    if weights:
        _write(weights, training.fit(matrices, categories, known), [short, temperature])
    folds = training.folds_by_row(categories[known])
    by_row = training.held_out(matrices, categories[known], folds)
    figures["by_row"] = training.measures(by_row, categories[known], temperature)
    if full:
        figures.update(_live(matrices, categories, story, len(letters), temperature))
    return figures


def _live(
    matrices: Any, categories: np.ndarray, story: np.ndarray, known: int, temperature: float
) -> dict[str, Any]:
    """The full texts, judged by a model that saw no letter of their stories."""
    from nlu.category import training

    full = np.arange(known, len(categories))
    train = np.flatnonzero(~np.isin(story[:known], story[full]))
    model = training.fit(matrices, categories, train)
    features = matrices.weighed(model.idf)

    def judged(rows: np.ndarray) -> dict[str, Any]:
        scores = np.asarray(features[rows] @ model.weights) + model.bias
        found = training.HeldOut(model.labels, scores)
        return training.measures(found, categories[rows], temperature)

    twins: list[int] = np.flatnonzero(np.isin(story[:known], story[full])).tolist()
    return {"full_texts": judged(full), "their_stories_as_words": judged(np.array(twins))}


def _write(path: Path, model: Any, temperatures: list[float]) -> None:
    weights, scales = packed(model.weights)
    facts = {"labels": model.labels, "temperatures": temperatures}
    np.savez_compressed(
        path,
        facts=np.array(json.dumps(facts, ensure_ascii=False)),
        idf=model.idf.astype(np.float16),
        weights=weights,
        scales=scales,
        bias=model.bias.astype(np.float32),
    )


if __name__ == "__main__":
    sys.exit(main())
