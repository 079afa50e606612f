"""What appeals are about: the official category, cross-validated; the community's own leaves."""

import csv
import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bot.supervisor.rasa_server import rasa_env, rasa_python
from knowledge.settings import PROJECT_ROOT
from tests.evaluate import sealed
from tests.evaluate.report import Cell, Section, Table
from tests.evaluate.scores import accuracy, macro_f1

_FOLDS = 5
_PUBLISHED = ("已发表的学生方案（另外 920 封）", 0.914, 0.912, None)


def categories(folder: Path) -> Section:
    """Our model and a plain linear SVM on the same letters; near-duplicates kept in one fold."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "category.json"
    words, texts = sealed.data("messages/labelled_words.csv"), sealed.data("messages/labelled.csv")
    _nlu("nlu.category", "evaluate", str(words), "--texts", str(texts), "--out", str(out))
    measured = json.loads(out.read_text(encoding="utf-8"))
    rows: list[tuple[Cell, ...]] = [
        _row("本项目，五折", measured["by_row"]),
        _row("本项目，五折，近似重复同折", measured["by_story"]),
        ("线性 SVM（词 + 字），五折", *_plain_svm(words), None),
        _PUBLISHED,
        _row("本项目，457 封全文走线上的路", measured["full_texts"]),
    ]
    columns = ("系统", "准确率", "宏平均 F1", "ECE")
    return Section("categories", [Table("官方一级分类（7 类）", columns, rows)])


def leaves() -> Section:
    """Leaves of letters that people labelled by reading; a second leaf counts where both fit."""
    gold, letters = sealed.leaves(), sealed.letters()
    said = leaves_said([letters[row] for row in gold])
    first = [leaves[0] for leaves in gold.values()]
    fits = [leaf in leaves for leaf, leaves in zip(said, gold.values(), strict=True)]
    # A second leaf that was found counts as the right one.
    meant = [
        leaf if ok else leaves[0]
        for leaf, ok, leaves in zip(said, fits, gold.values(), strict=True)
    ]
    usual = Counter(first).most_common(1)[0][0]
    rows = [
        ("本项目", accuracy(first, said), sum(fits) / len(fits), macro_f1(meant, said)),
        (f"总说“{usual}”", accuracy(first, [usual] * len(first)), None, None),
    ]
    columns = ("系统", "首选对", "首选或次选对", "宏平均 F1")
    note = f"出现过的小类 {len(set(first))} 个；其余小类没有真实来信可量。"
    title = f"社区小类 · 人工标注的 {len(gold)} 封真实来信"
    return Section("leaves", [Table(title, columns, rows, note)])


def leaves_said(texts: Sequence[str]) -> list[str]:
    """The leaf that the understanding gives each letter."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.csv", Path(name) / "out.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text"])
            writer.writerows([text] for text in texts)
        _nlu("nlu.category", "classify", str(source), str(target))
        with target.open(encoding="utf-8", newline="") as file:
            return [row["leaf"] for row in csv.DictReader(file)]


def _nlu(*command: str) -> None:
    """Runs a module in the NLU environment. Raises `CalledProcessError`, its words shown."""
    env = {**os.environ, **rasa_env(PROJECT_ROOT, PROJECT_ROOT / "var")}
    subprocess.run(
        [rasa_python(PROJECT_ROOT), "-m", *command],
        cwd=PROJECT_ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _row(name: str, measured: dict[str, Any]) -> tuple[Cell, ...]:
    return name, measured["accuracy"], measured["macro_f1"], measured["ece"]


def _plain_svm(words: Path) -> tuple[float, float]:
    """(accuracy, macro-F1) of the usual recipe: tf-idf of words and of letters, one linear SVM."""
    with words.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["words"] for row in rows]
    right = np.array([row["category"] for row in rows])
    said = np.empty_like(right)
    split = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for train, test in split.split(texts, right):
        model = make_pipeline(
            make_union(
                TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True),
                TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
            ),
            LinearSVC(class_weight="balanced", tol=0.01),
        )
        model.fit([texts[at] for at in train], right[train])
        said[test] = model.predict([texts[at] for at in test])
    return accuracy(right, said), macro_f1(list(right), list(said))
