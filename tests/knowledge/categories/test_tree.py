"""The category tree is read from its file, maps to the official tree and to who is responsible."""

from pathlib import Path

import pytest
import yaml

from knowledge.categories.tree import CATEGORIES_FILE, CategoryTree, category_tree
from knowledge.places.loader import load_places
from knowledge.places.place import CATEGORIES
from knowledge.settings import PROJECT_ROOT
from knowledge.yaml_file import BadFile, parsed, read_yaml

RULES = PROJECT_ROOT / "nlu" / "components" / "problems.yml"


def test_the_words_that_are_looked_for_cover_every_leaf_and_no_other() -> None:
    rules = yaml.safe_load(RULES.read_text("utf-8"))
    assert set(rules) == set(category_tree().keys)


def test_appeals_use_the_leaves() -> None:
    assert category_tree().keys == CATEGORIES


def test_every_confusion_points_to_a_leaf_unless_it_explains() -> None:
    keys = set(category_tree().keys)
    for leaf in category_tree().leaves:
        for instead in leaf.easily_confused.values():
            assert instead in keys or instead == "按那件事归类", (leaf.key, instead)


def test_a_leaf_stands_for_its_dispatch_key_and_any_other_word_for_itself() -> None:
    tree = category_tree()
    assert tree.dispatch_of("小区停车") == "停车充电"
    assert tree.dispatch_of("电梯") == "电梯"
    assert tree.dispatch_of("停车充电") == "停车充电"


def test_every_leaf_has_somebody_responsible_in_every_community() -> None:
    for plan in load_places(PROJECT_ROOT / "knowledge" / "content" / "places"):
        handled = {key for party in plan.parties for key in party.handles}
        for leaf in category_tree().leaves:
            assert {leaf.key, leaf.dispatch} & handled, (plan.name, leaf.key)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("key: 漏水", "key: 电梯", "leaves stand twice: 电梯"),
        ("key: 其他", "key: 别的", "the leaf 其他 is missing"),
        ("dispatch: 漏水", "despatch: 漏水", r"dispatch: Field required"),
        ("[商贸旅游, 质监检验检疫, 特种设备管理]", "[商贸旅游]", r"official"),
    ],
)
def test_a_wrong_tree_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = CATEGORIES_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "categories.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BadFile, match=reason):
        parsed(CategoryTree, read_yaml(path), path.name)
