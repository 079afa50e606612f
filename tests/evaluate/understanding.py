"""Intents, facts and danger on the sealed sets: our NLU, and stock Rasa trained on the same data."""

import functools
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.progress import track

from bot.supervisor.model import trained_model
from knowledge.categories.tree import OTHER, category_tree
from knowledge.settings import PROJECT_ROOT
from tests.bench.stock import trained
from tests.evaluate import pictures, sealed
from tests.evaluate.report import Section, Table
from tests.evaluate.scores import accuracy, bag_counts, f1, macro_f1
from tests.evaluate.written import same_form
from tests.nlu.conftest import Understanding, understanding_of

OURS, WORDY = "本项目（字词 + 句向量）", "本项目，不用句向量"
STOCK = "原装 Rasa（jieba + DIET）"
WORDY_CONFIG = Path(__file__).with_name("wordy_nlu.yml")
STOCK_CONFIG = Path(__file__).with_name("stock_nlu.yml")
STOCK_SECONDS = 4 * 3600
Counts = tuple[int, int, int]
KINDS = ("community", "building", "unit", "room", "place", "phone", "time", "category")


def intents(folder: Path) -> Section:
    """Accuracy and macro-F1 of all three; a confusion picture and a reliability diagram of ours."""
    examples = sealed.intents()
    right = [intent for _, intent in examples]
    models = {
        OURS: trained_model(PROJECT_ROOT, PROJECT_ROOT / "var"),
        WORDY: trained(WORDY_CONFIG, folder, STOCK_SECONDS, only_nlu=True),
        STOCK: trained(STOCK_CONFIG, folder, STOCK_SECONDS, only_nlu=True),
    }
    rows, lines = [], {}
    for name, model in models.items():
        with understanding_of(model) as understanding:
            seen, took = _parsed(understanding, [text for text, _ in examples], name)
        said = [str(parse["intent"]["name"]) for parse in seen]
        sure = [float(parse["intent"]["confidence"]) for parse in seen]
        correct = [a == b for a, b in zip(right, said, strict=True)]
        lines[name] = (sure, correct)
        error = pictures.calibration_error(sure, correct)
        rows.append((name, accuracy(right, said), macro_f1(right, said), error, took))
        if name == OURS:
            labels = sorted({*right, *said})
            file = folder / "intents_confusion.png"
            picture = pictures.confusion(file, "意图：封存集", labels, right, said)
    columns = ("系统", "准确率", "宏平均 F1", "ECE", "一句 ms（中位）")
    table = Table(f"意图 · 封存的 {len(examples)} 句", columns, rows)
    diagram = pictures.reliability(folder / "intents_reliability.png", "意图的置信度", lines)
    return Section("intents", [table], [picture, diagram])


def facts() -> Section:
    """F1 over all values of all kinds, by the rules in the head of entities.yml."""
    with understanding_of(trained_model(PROJECT_ROOT, PROJECT_ROOT / "var")) as understanding:
        counts = fact_counts(understanding)
    table = Table(
        f"事实（实体）· 封存的 {len(sealed.entities())} 句",
        ("种类", "F1", "准确", "召回", "应有"),
        [
            _scored("全部（微平均）", total(counts)),
            *(_scored(kind, counts[kind]) for kind in KINDS),
        ],
    )
    return Section("facts", [table])


def fact_counts(understanding: Understanding) -> dict[str, Counts]:
    """(found rightly, found wrongly, missed) of each kind on the sealed sentences."""
    counts: dict[str, Counts] = dict.fromkeys(KINDS, (0, 0, 0))
    for row in track(sealed.entities(), "事实"):
        found: dict[str, list[str]] = defaultdict(list)
        for entity in understanding.ask("parse", text=row["text"])["entities"]:
            found[entity["entity"]].append(str(entity["value"]))
        # The sealed sentences name the wider key of a leaf.
        wider = [category_tree().dispatch_of(value) for value in found["category"]]
        found["category"] = [value for value in wider if value != OTHER]
        for kind in KINDS:
            gold = same_form(kind, _values(row["facts"].get(kind)))
            result = bag_counts(gold, same_form(kind, found[kind]))
            counts[kind] = _sum(counts[kind], result)
    return counts


def total(counts: dict[str, Counts]) -> Counts:
    return functools.reduce(_sum, counts.values())


def danger() -> Section:
    """Recall by kind; false alarms on what only sounds dangerous, and on real letters."""
    with understanding_of(trained_model(PROJECT_ROOT, PROJECT_ROOT / "var")) as understanding:
        alarms, calm = danger_shares(understanding)
        letters = list(sealed.letters().values())
        fired = alarmed(understanding, track(letters, "来信里的危险"))
    said, found = (sum(column) for column in zip(*alarms.values(), strict=True))
    rows = [
        ("该响的，合计", said, found, found / said),
        *((kind, many, rang, rang / many) for kind, (many, rang) in alarms.items()),
        ("不该响的", calm[0], calm[1], calm[1] / calm[0]),
        ("真实来信", len(letters), fired, fired / len(letters)),
    ]
    columns = ("", "句数", "响了", "比例")
    note = "真实来信里响了的要逐封看：其中也有真的险情。"
    return Section("danger", [Table("危险 · 封存集与真实来信", columns, rows, note)])


def danger_shares(
    understanding: Understanding,
) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """(sentences, alarms) of each kind of danger, and of what only sounds like it."""
    alarms, calm = sealed.danger()
    by_kind = {kind: (len(said), alarmed(understanding, said)) for kind, said in alarms.items()}
    return by_kind, (len(calm), alarmed(understanding, calm))


def alarmed(understanding: Understanding, texts: Iterable[str]) -> int:
    """How many of the texts are taken for danger."""
    return sum(
        any(
            entity["entity"] == "danger"
            for entity in understanding.ask("parse", text=text)["entities"]
        )
        for text in texts
    )


def _sum(one: Counts, other: Counts) -> Counts:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _parsed(
    understanding: Understanding, texts: list[str], name: str
) -> tuple[list[dict[str, Any]], float]:
    """Each parse, and the median milliseconds of one."""
    understanding.ask("parse", text="您好")
    seen, took = [], []
    for text in track(texts, name):
        began = time.perf_counter()
        seen.append(understanding.ask("parse", text=text))
        took.append((time.perf_counter() - began) * 1000)
    return seen, sorted(took)[len(took) // 2]


def _values(gold: Any) -> list[str]:
    if gold is None:
        return []
    return [str(value) for value in gold] if isinstance(gold, list) else [str(gold)]


def _scored(kind: str, counts: Counts) -> tuple[str, float, float, float, int]:
    hit, wrong, missed = counts
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return kind, f1(hit, wrong, missed), precision, recall, hit + missed
