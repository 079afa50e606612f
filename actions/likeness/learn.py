"""Learns the weights of likeness from labelled pairs: `python -m actions.likeness.learn LETTERS LEAVES`.

LETTERS is unlabelled.csv of the shared data; LEAVES the same rows, in order, with the leaf that
`python -m nlu.category classify` gave each.
"""

import argparse
import csv
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from actions.likeness.likeness import (
    MEANING,
    SIGNS,
    Likeness,
    Models,
    Rules,
    Weights,
    on_record,
)
from actions.likeness.telling import RareGrams, Telling
from knowledge.encoder.encoder import Encoder
from knowledge.settings import SHIPPED_ENCODER
from knowledge.yaml_file import parsed, read_yaml

_HERE = Path(__file__).parent
LABELLED = _HERE / "labelled_pairs.csv"
_BATCH = 32
# Pulls weights towards 0; the signs lie between 0 and 1, so one strength serves all.
_RIDGE = 1.0
# Pairs drawn at random tell of different things; they teach what an ordinary pair looks like.
_RANDOM = 60
_STARTED = datetime(2026, 1, 1, tzinfo=UTC)

WORDS_ALONE = tuple(sign for sign in SIGNS if sign != MEANING)
# Chosen on the same labelled pairs, five-fold; what each gives stands in the README.
_THRESHOLDS = {"told": 0.55, "recorded": 0.6, "told_by_words": 0.55, "recorded_by_words": 0.5}

Floats = NDArray[np.float64]
Pair = tuple[Telling, Telling, bool]


class Letter(NamedTuple):
    """A letter of the mailbox: its text, its leaf and its day."""

    text: str
    leaf: str
    at: datetime


def letters(source: Path, leaves: Path) -> dict[str, Letter]:
    """The letters of odd row ids; the others are kept for measuring."""
    with (
        source.open(encoding="utf-8-sig", newline="") as file,
        leaves.open(encoding="utf-8", newline="") as said,
    ):
        rows = zip(csv.DictReader(file), csv.DictReader(said), strict=True)
        return {
            row["id"]: Letter(
                f"{row['title']}\n{row['detail']}", leaf["leaf"], time_of(row["time"])
            )
            for row, leaf in rows
            if int(row["id"]) % 2
        }


def tellings(
    rows: dict[str, Letter], wanted: Sequence[str], encoder: Encoder | None
) -> dict[str, Telling]:
    """The wanted rows as likeness compares them."""
    plain = {key: Telling(*rows[key]) for key in wanted}
    if encoder is None:
        return plain
    vectors = encoded(encoder, [each.gist for each in plain.values()])
    return {
        key: Telling(text=each.text, category=each.category, at=each.at, vector=vector)
        for (key, each), vector in zip(plain.items(), vectors, strict=True)
    }


def encoded(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of texts, shape (n, d)."""
    parts = [encoder.encode_queries(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    return np.concatenate(parts)


def labelled(path: Path) -> list[tuple[str, str, bool]]:
    """(id, id, whether both tell of the same problem)."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["id_a"], row["id_b"], row["same"] == "1") for row in csv.DictReader(file)]


def chats(path: Path, encoder: Encoder) -> list[Pair]:
    """Every pair of our own stories."""
    stories = yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]
    told = [(number, *message) for number, story in enumerate(stories) for message in story]
    vectors = encoded(encoder, [message[1] for message in told])
    each = [
        (
            story,
            Telling(text, leaf, _STARTED + timedelta(days=day), community, building, vector=vector),
        )
        for (story, text, leaf, community, building, day), vector in zip(told, vectors, strict=True)
    ]
    return [(a[1], b[1], a[0] == b[0]) for a, b in itertools.combinations(each, 2)]


def fitted(signs: Floats, same: Floats) -> tuple[Floats, float]:
    """Weights (k,) and bias of a logistic model of (n, k) signs, by Newton's method with a ridge."""
    given = np.hstack([signs, np.ones((len(signs), 1))])
    ridge = np.diag([_RIDGE] * signs.shape[1] + [0.0])
    found = np.zeros(given.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-given @ found))
        slope = given.T @ (likely - same) + ridge @ found
        curve = (given * (likely * (1 - likely))[:, None]).T @ given + ridge
        found -= np.linalg.solve(curve, slope)
    return found[:-1], float(found[-1])


def examples(rows: dict[str, Letter], encoder: Encoder) -> tuple[list[Pair], list[Pair]]:
    """(pairs of letters, pairs of our own stories in one community)."""
    pairs = labelled(LABELLED)
    drawn = np.random.default_rng(20261124).choice(list(rows), (_RANDOM, 2))
    pairs += [(str(a), str(b), False) for a, b in drawn]
    told = tellings(rows, sorted({key for a, b, _ in pairs for key in (a, b)}), encoder)
    stories = chats(_HERE / "chat_stories.yaml", encoder)
    recorded = [(a, b, same) for a, b, same in stories if on_record(a, b)]
    return [(told[a], told[b], same) for a, b, same in pairs], recorded


def signs_of(pairs: Sequence[Pair], signs: Sequence[str] = SIGNS) -> tuple[Floats, Floats]:
    """(signs (n, k), same (n,)) of pairs."""
    nothing = Weights(weights={}, bias=0, threshold=0.5)
    models = Models(
        told=nothing, recorded=nothing, told_by_words=nothing, recorded_by_words=nothing
    )
    rules = parsed(Rules, read_yaml(_HERE / "rules.yaml"), "rules.yaml")
    likeness = Likeness(models, rules, RareGrams.load())
    found = [[likeness.signs(a, b)[name] for name in signs] for a, b, _ in pairs]
    return np.array(found), np.array([same for *_, same in pairs], float)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=Path)
    parser.add_argument("leaves", type=Path)
    arguments = parser.parse_args()
    rows = letters(arguments.letters, arguments.leaves)
    everything = [Telling(text=text, category="", at=at) for text, _, at in rows.values()]
    np.save(_HERE / "rare_grams.npy", RareGrams.counted(everything))
    told, recorded = examples(rows, Encoder.load(str(SHIPPED_ENCODER)))
    models = {}
    for name, pairs in (("told", told), ("recorded", recorded)):
        for ending, signs in (("", SIGNS), ("_by_words", WORDS_ALONE)):
            weights, bias = fitted(*signs_of(pairs, signs))
            models[name + ending] = {
                "weights": {
                    sign: round(float(value), 3) for sign, value in zip(signs, weights, strict=True)
                },
                "bias": round(bias, 3),
                "threshold": _THRESHOLDS[name + ending],
            }
    text = yaml.safe_dump(models, sort_keys=False, allow_unicode=True)
    (_HERE / "weights.yaml").write_text(text, encoding="utf-8")


def time_of(written: str) -> datetime:
    """The day of a letter, as the mailbox writes it: 2019/2/28 11:25:05 or 2019-12-15."""
    day = written.replace("-", "/").split()[0]
    return datetime.strptime(day, "%Y/%m/%d").replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
