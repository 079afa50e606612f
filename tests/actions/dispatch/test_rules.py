"""Rules are data: the first that fits decides, and what is wrong is told in Chinese by line."""

import pytest

from actions.appeals.appeal import Urgency
from actions.dispatch.reading import BadRules
from actions.dispatch.rules import Case, read_rules
from actions.dispatch.versions import STARTER_FILE
from knowledge.categories.tree import category_tree
from knowledge.places.place import CommunityKind, PartyKind

TEXT = """
社区分组:
  老小区: [老旧小区自管或大厂托管, 老旧小区街道托管]
地点:
  路上: [马路, …路]
  楼里: [楼道]
紧急程度:
  - {名称: 困人, 类别: 电梯, 含词: 困, 理由: 先救人再说}
  - {名称: 老人, 含词: 独居, 程度: 加急, 理由: 独居老人先办}
规则:
  - 名称: 老小区的电梯
    类别: 电梯
    社区: 老小区
    主办: 街道办事处
    协办: [社区居委会, 网格]
    理由: 老小区归街道管
  - 名称: 马路上的灯
    类别: 道路与市政
    地点: 路上
    主办: [街道办事处]
    书记牵头: 是
    理由: 马路归街道管
  - 名称: 停水停电
    类别: 停水停电
    主办: 物业服务企业
    理由: 物业先看
兜底:
  主办: 社区居委会
  理由: 首接负责
"""
BOOK = read_rules(TEXT)
OLD, NEW = CommunityKind.OLD_STREET, CommunityKind.MARKET_ESTATE


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        (Case("电梯", OLD), "老小区的电梯"),
        (Case("电梯", NEW), "兜底"),
        (Case("电梯"), "兜底"),
        # 加装电梯 is another leaf, though 电梯 is its dispatch key.
        (Case("加装电梯", OLD), "兜底"),
        (Case("路灯", NEW, "幸福路"), "马路上的灯"),
        (Case("路灯", NEW, "小区路灯下"), "兜底"),
        # The place goes before the content.
        (Case("路灯", NEW, "3栋楼道", "马路上也不亮"), "兜底"),
        (Case("路灯", NEW, "小区门口", "马路上的灯不亮"), "马路上的灯"),
        # A group, a dispatch key and an old appeal's key all find their rule.
        (Case("路面井盖", OLD, "马路"), "马路上的灯"),
        (Case("供暖", OLD), "停水停电"),
        (Case("停水停电", OLD), "停水停电"),
    ],
)
def test_the_first_rule_that_fits_decides(case: Case, rule: str) -> None:
    assert BOOK.decide(case).name == rule


def test_a_rule_says_who_and_why() -> None:
    rule = BOOK.decide(Case("电梯", OLD))
    assert rule.lead == (PartyKind.STREET,)
    assert rule.helpers == (PartyKind.COMMUNITY, PartyKind.GRID)
    assert (rule.secretary, rule.mediator, rule.why) == (False, False, "老小区归街道管")
    assert BOOK.decide(Case("路灯", NEW, "幸福路")).secretary


def test_how_pressing_a_case_is_does_not_depend_on_who_acts() -> None:
    trapped, alone = (
        BOOK.haste(Case("电梯", content="困住了")),
        BOOK.haste(Case("漏水", None, "独居")),
    )
    assert trapped is not None and trapped.urgency is Urgency.URGENT
    assert alone is not None and alone.urgency is Urgency.RAISED
    assert BOOK.haste(Case("电梯", content="有点响")) is None


def test_the_shipped_rules_are_right_and_each_of_them_can_decide() -> None:
    book = read_rules(STARTER_FILE.read_text("utf-8"))
    reached = {
        book.decide(Case(category, kind, place)).name
        for category in {name for rule in book.rules for name in _leaves(rule.categories)}
        for kind in CommunityKind
        for place in ("", "3栋楼道", "幸福路")
    }
    assert reached == {rule.name for rule in book.rules}
    assert book.decide(Case("其他")).name == "兜底"


def _leaves(names: tuple[str, ...]) -> set[str]:
    return {
        leaf.key
        for group in category_tree().groups
        for leaf in group.leaves
        if {leaf.key, leaf.dispatch, group.key} & set(names)
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("主办: 街道办事处", "主办: 街道办", "第 11 行“老小区的电梯”：“主办”里的“街道办”不是责任主体，可以写："),
        ("主办: 街道办事处", "主板: 街道办事处", "“主板”没有这一栏"),
        ("主办: 街道办事处", "主办: []", "“主办”至少要写一个"),
        ("类别: 电梯\n    社区", "类别: 电提\n    社区", "“类别”没有“电提”这个类别"),
        ("社区: 老小区", "社区: 新小区", "“社区”里的“新小区”不是社区类型"),
        ("地点: 路上", "地点: 河里", "“地点”里没有：河里。"),
        ("书记牵头: 是", "书记牵头: 对", "“书记牵头”要写 是 或 否。"),
        ("名称: 停水停电", "名称: 马路上的灯", "规则重名：马路上的灯。"),
        ("    理由: 物业先看\n", "", "第 23 行“停水停电”：“理由”没有写。"),
        ("程度: 加急", "程度: 很急", "“程度”里的“很急”不是紧急程度，可以写：普通、加急、紧急。"),
        ("兜底:\n", "垫底:\n", "“兜底”没有写。"),
        ("…路]", "…路", "附近的写法不对"),
        ("名称: 停水停电\n", "名称: 停水停电\n    名称: 又停水\n", "同一栏写了两次"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_chinese(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(BadRules) as caught:
        read_rules(TEXT.replace(old, new, 1))
    assert any(told in problem for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize("text", ["", "- 一\n- 二", "规则"])
def test_a_text_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(BadRules, match="最外层要写"):
        read_rules(text)
