"""Each message gets its official category with a confidence, and the leaf of the community's tree."""

import csv
import subprocess
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import pytest
import yaml

from bot.supervisor.rasa_server import rasa_env, rasa_python
from knowledge.categories.tree import category_tree
from knowledge.settings import PROJECT_ROOT
from nlu.components.category_features import blocks_of, load_stop_words, telling_words
from nlu.components.category_model import WEIGHTS, CategoryModel, packed, unpacked
from nlu.components.problems import load_leaves, problem
from tests.nlu.conftest import VAR, Understanding

_TABLE = yaml.safe_load(Path(__file__).with_name("leaf_table.yml").read_text(encoding="utf-8"))
# Invented, one or more for each of the seven categories.
_OFFICIAL = {
    "小区物业乱收停车费，开发商迟迟不办房产证，业主要求住建局出面": "城乡建设",
    "公司拖欠农民工工资半年，养老保险也没有交，请劳动监察部门处理": "劳动和社会保障",
    "小学强制学生补课并收费，老师布置作业太多，请教育局查处": "教育文体",
    "超市卖过期食品，退货被拒，请工商和市场监管部门维护消费者权益": "商贸旅游",
    "化工厂夜里偷排废气废水，河水发黑发臭，请环保局查处污染": "环境保护",
    "医院乱收费，医生态度恶劣，患者手术后没有得到治疗": "卫生计生",
    "出租车司机拒载又不打表，客运班车经常甩客，请交通运输局管管": "交通运输",
}


@pytest.fixture(scope="module")
def category_model() -> CategoryModel:
    return CategoryModel.load()


@pytest.mark.parametrize(("text", "category"), _OFFICIAL.items())
def test_a_plain_message_gets_its_official_category(
    category_model: CategoryModel, text: str, category: str
) -> None:
    ranking = category_model.rank(jieba.lcut(text))
    assert ranking[0]["name"] == category
    assert ranking[0]["confidence"] > 0.5


def test_confidences_are_a_distribution_over_the_seven_categories(
    category_model: CategoryModel,
) -> None:
    ranking = category_model.rank(jieba.lcut("路灯坏了"))
    assert {each["name"] for each in ranking} == set(_OFFICIAL.values())
    assert sum(each["confidence"] for each in ranking) == pytest.approx(1.0)
    assert ranking == sorted(ranking, key=lambda each: -each["confidence"])


@pytest.mark.parametrize("text", ["", "😀😀", "！！！？", "12345", "的了吗"])
def test_words_that_tell_nothing_have_no_category(category_model: CategoryModel, text: str) -> None:
    assert category_model.rank(jieba.lcut(text)) == []


def test_stop_words_numbers_and_disguised_districts_change_nothing(
    category_model: CategoryModel,
) -> None:
    plain = category_model.rank(["路灯", "坏", "修理"])
    assert (
        category_model.rank(["我们", "A3", "路灯", "的", "坏", "2019", "了", "，", "修理"]) == plain
    )


def test_each_word_of_a_message_counts_in_every_block() -> None:
    words = telling_words(["路灯", "坏"], load_stop_words())
    assert [len(block) for block in blocks_of(words)] == [3, 6, 3, 6]


def test_packed_weights_keep_small_ones_apart() -> None:
    weights = np.array([[1.0, 0.5], [0.01, -0.02], [-0.3, 0.001]], dtype=np.float32)
    restored = unpacked(*packed(weights))
    assert np.abs(restored - weights).max() < 0.01
    assert restored[1, 0] == pytest.approx(0.01, rel=0.1)


def test_the_shipped_weights_are_small_and_hold_no_text() -> None:
    assert WEIGHTS.stat().st_size <= 20 * 2**20
    with np.load(WEIGHTS) as arrays:
        texts = [name for name in arrays.files if arrays[name].dtype.kind in "UO"]
        assert texts == ["facts"]
        assert len(str(arrays["facts"])) < 500


@pytest.mark.parametrize("row", _TABLE, ids=[row["text"] for row in _TABLE])
def test_a_message_gets_its_leaf(row: dict[str, Any]) -> None:
    facts = {each["entity"]: each["value"] for each in problem(row["text"], load_leaves())}
    assert facts["category"] == row["leaf"]
    assert ("problem" in facts) is not row.get("quiet", False)


def test_the_table_tries_every_leaf() -> None:
    assert {row["leaf"] for row in _TABLE} == set(category_tree().keys)


def test_one_parse_tells_intent_entities_and_category(understanding: Understanding) -> None:
    parsed = understanding.ask("parse", text=next(iter(_OFFICIAL)))
    assert parsed["official_category"]["name"] == "城乡建设"
    assert 0.5 < parsed["official_category"]["confidence"] <= 1.0
    assert parsed["intent"]["name"]
    assert "category" in {entity["entity"] for entity in parsed["entities"]}


def test_a_file_of_texts_is_classified_row_by_row(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = ["公司拖欠农民工工资半年，养老保险也没有交", "", "3号楼电梯又停了"]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], *([text] for text in texts), [""]])
    assert _classify(source, target).returncode == 0
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["leaf"] for row in rows] == ["工资社保", "", "电梯", ""]
    assert rows[0]["category"] == "劳动和社会保障"
    assert 0.5 < float(rows[0]["confidence"]) <= 1.0


def test_a_file_without_texts_is_refused_in_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("name\n张三\n", "utf-8")
    done = _classify(source, tmp_path / "out.csv")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("需要有 text 列，或 title 和 detail 两列。")


def _classify(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [rasa_python(PROJECT_ROOT), "-m", "nlu.category", "classify", str(source), str(target)],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        env=rasa_env(PROJECT_ROOT, VAR),
    )
