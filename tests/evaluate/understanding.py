"""Intents, facts and danger on the sealed sets: our NLU, and stock Rasa trained on the same data."""

import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.progress import track

from bot.supervisor.model import trained_model
from knowledge.settings import PROJECT_ROOT
from tests.bench.stock import trained
from tests.evaluate import pictures, sealed
from tests.evaluate.report import Section, Table
from tests.evaluate.scores import accuracy, bag_counts, f1, macro_f1
from tests.evaluate.written import same_form
from tests.nlu.conftest import Understanding, understanding_of

OURS, STOCK = "本项目（线性分类）", "原装 Rasa（jieba + DIET）"
STOCK_CONFIG = Path(__file__).with_name("stock_nlu.yml")
STOCK_SECONDS = 4 * 3600
KINDS = ("community", "building", "unit", "room", "place", "phone", "time", "category")


def intents(folder: Path) -> Section:
    """Accuracy and macro-F1 of both; a confusion picture and a reliability diagram of ours."""
    examples = sealed.intents()
    right = [intent for _, intent in examples]
    models = {
        OURS: trained_model(PROJECT_ROOT, PROJECT_ROOT / "var"),
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
    """Micro-F1 over all values of all kinds, by the rules in the head of entities.yml."""
    rows = sealed.entities()
    with understanding_of(trained_model(PROJECT_ROOT, PROJECT_ROOT / "var")) as understanding:
        seen, _ = _parsed(understanding, [row["text"] for row in rows], "事实")
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row, parse in zip(rows, seen, strict=True):
        found: dict[str, list[str]] = defaultdict(list)
        for entity in parse["entities"]:
            found[entity["entity"]].append(str(entity["value"]))
        for kind in KINDS:
            gold = _values(row["facts"].get(kind))
            said = found[kind]
            if kind == "category":
                said = [value for value in said if value != "其他"]
            result = bag_counts(same_form(kind, gold), same_form(kind, said))
            counts[kind] = [a + b for a, b in zip(counts[kind], result, strict=True)]
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    table = Table(
        f"事实（实体）· 封存的 {len(rows)} 句",
        ("种类", "F1", "准确", "召回", "应有"),
        [_scored("全部（微平均）", total), *(_scored(kind, counts[kind]) for kind in KINDS)],
    )
    return Section("facts", [table])


def danger() -> Section:
    """Recall by kind; false alarms on what only sounds dangerous, and on real letters."""
    alarms, calm = sealed.danger()
    rows: list[tuple[str, int, int, float]] = []
    with understanding_of(trained_model(PROJECT_ROOT, PROJECT_ROOT / "var")) as understanding:
        found = {kind: _alarmed(understanding, said) for kind, said in alarms.items()}
        for kind, said in alarms.items():
            rows.append((kind, len(said), len(found[kind]), len(found[kind]) / len(said)))
        total, hit = sum(map(len, alarms.values())), sum(map(len, found.values()))
        rows.insert(0, ("该响的，合计", total, hit, hit / total))
        wrong = len(_alarmed(understanding, calm))
        rows.append(("不该响的", len(calm), wrong, wrong / len(calm)))
        letters = list(sealed.letters().values())
        fired = len(_alarmed(understanding, track(letters, "来信里的危险")))
        rows.append(("真实来信", len(letters), fired, fired / len(letters)))
    columns = ("", "句数", "响了", "比例")
    note = "真实来信里响了的要逐封看：其中也有真的险情。"
    return Section("danger", [Table("危险 · 封存集与真实来信", columns, rows, note)])


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


def _alarmed(understanding: Understanding, texts: Iterable[str]) -> list[str]:
    return [
        text
        for text in texts
        if any(
            entity["entity"] == "danger"
            for entity in understanding.ask("parse", text=text)["entities"]
        )
    ]


def _values(gold: Any) -> list[str]:
    if gold is None:
        return []
    return [str(value) for value in gold] if isinstance(gold, list) else [str(gold)]


def _scored(kind: str, counts: list[int]) -> tuple[str, float, float, float, int]:
    hit, wrong, missed = counts
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return kind, f1(hit, wrong, missed), precision, recall, hit + missed
