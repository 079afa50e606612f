"""The encoder: does it tell same questions from different ones, and how fast."""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from knowledge.encoder.build import build_encoder
from knowledge.encoder.encoder import Encoder
from knowledge.settings import PROJECT_ROOT, Settings
from tests.evaluate import sealed
from tests.evaluate.report import Section, Table
from tests.evaluate.scores import auc

SOURCES = ("lcqmc", "bq", "atec")
_SAMPLE = 2_000
_SEED = 20261124
_BATCH = 64
_THOUSAND = 1_000

Cosines = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]


def encoders(whole: bool) -> Section:
    """ROC AUC over question pairs (all of them where `whole`), and speed in one thread."""
    teacher_folder = PROJECT_ROOT / "var" / "encoder"
    build_encoder(teacher_folder)
    ours = Encoder.load(Settings().encoder_path)
    teacher = Encoder.load(str(teacher_folder))
    systems: dict[str, tuple[Cosines, Encoder | None]] = {
        "本项目的句向量": (_by(ours), ours),
        "老师 multilingual-e5-small": (_by(teacher), teacher),
        "字符 TF-IDF": (_tfidf, None),
    }
    drawn = {}
    for source in SOURCES:
        pairs = sealed.pairs(source)
        drawn[source] = pairs if whole else random.Random(_SEED).sample(pairs, _SAMPLE)
    rows = []
    for name, (cosines, encoder) in systems.items():
        scores = [
            auc(cosines([a for a, _, _ in pairs], [b for _, b, _ in pairs]), [s for *_, s in pairs])
            for pairs in drawn.values()
        ]
        rows.append((name, *scores, *(_speed(encoder) if encoder else (None, None, None))))
    columns = ("系统", *(f"{source} AUC" for source in SOURCES))
    columns += ("单句 p50 ms", "1,000 句 s", "MB")
    amount = "全部" if whole else f"各 {_SAMPLE:,} 对"
    return Section("encoder", [Table(f"句向量 · matching/pairs.csv {amount}", columns, rows)])


def _by(encoder: Encoder) -> Cosines:
    def cosines(first: Sequence[str], second: Sequence[str]) -> NDArray[np.float32]:
        texts = sorted({*first, *second}, key=len)
        vectors = {}
        for start in track(range(0, len(texts), _BATCH), Path(encoder.name).name):
            batch = texts[start : start + _BATCH]
            vectors.update(zip(batch, encoder.encode_queries(batch), strict=True))
        return np.array([vectors[a] @ vectors[b] for a, b in zip(first, second, strict=True)])

    return cosines


def _tfidf(first: Sequence[str], second: Sequence[str]) -> NDArray[np.float32]:
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    vectors.fit([*first, *second])
    a, b = normalize(vectors.transform(first)), normalize(vectors.transform(second))
    return np.asarray(a.multiply(b).sum(axis=1)).ravel()


def _speed(encoder: Encoder) -> tuple[float, float, float]:
    """(median of one question in ms, 1,000 in batches in s, size of the folder in MB)."""
    questions = [a for a, _, _ in sealed.pairs("bq")[:2_000]]
    fresh = iter(dict.fromkeys(f"请问{text}" for text in questions))
    took = []
    for _ in range(200):
        began = time.perf_counter()
        encoder.encode_queries([next(fresh)])
        took.append((time.perf_counter() - began) * 1000)
    many = [f"{next(fresh)}？" for _ in range(_THOUSAND)]
    began = time.perf_counter()
    for start in range(0, _THOUSAND, _BATCH):
        encoder.encode_queries(many[start : start + _BATCH])
    thousand = time.perf_counter() - began
    size = sum(file.stat().st_size for file in Path(encoder.name).rglob("*") if file.is_file())
    return float(np.median(took)), thousand, size / 2**20
