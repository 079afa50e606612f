"""Matters that belong elsewhere are told from those that are ours; every number is a national one."""

import re
from pathlib import Path

import pytest

from actions.matters import MATTERS_FILE, load_matters
from knowledge.yaml_file import BadFile

MATTERS = load_matters()
# Numbers and addresses that are the same in the whole country.
NATIONAL = {
    "110", "12345", "12333", "12348", "12315", "12366", "12368", "12388", "12389", "12329",
    "12378", "12300", "12305", "10086", "10010", "10000", "12337",
}  # fmt: skip

ELSEWHERE = [
    ("公司拖欠我三个月工资不给", "wages"),
    ("包工头欠我们十几个人的血汗钱", "wages"),
    ("厂里不给交社保", "wages"),
    ("我已经起诉了，法院判了对方还是不给钱", "court"),
    ("判决书下来半年了执行不了", "court"),
    ("劳动仲裁裁决下来了单位不赔", "court"),
    ("我的信访件一直没有答复", "petition"),
    ("举报我们村支书贪污受贿", "discipline"),
    ("街道主任拿回扣，把工程给亲戚做", "discipline"),
    ("派出所的民警态度恶劣，还不出警", "police_conduct"),
    ("派出所已经立案了一直没结果", "police_case"),
    ("我妈被骗了五万块养老钱", "police_case"),
    ("有人在棋牌室聚众赌博", "vice"),
    ("我在淘宝买的东西商家不退款", "consumer"),
    ("健身房跑路了，卡里还有三千块", "consumer"),
    ("银行卡被扣了钱银行不管", "bank"),
    ("移动乱扣我话费", "telecom"),
    ("快递弄丢了我的包裹不肯赔", "express"),
    ("公积金贷款一直批不下来", "housing_fund"),
    ("举报他们一伙黑恶势力", "crime_ring"),
    ("我在深圳的房子漏水了你们管不管", "other_city"),
]
OURS = [
    "电梯坏了三天没人修",
    "物业经理态度差，不给修",
    "再不修我就去法院起诉你们",
    "多次打12345也没人管，楼道还是漏水",
    "北京路12号的路灯不亮",
    "上海大厦门口乱停车",
    "我从广州回来，小区门禁卡坏了",
    "银行门口的路灯坏了",
    "派出所旁边的垃圾没人收",
    "快递车把消防通道堵了",
    "健身房音响太吵了，天天晚上吵到十一点",
    "公司楼下油烟太大",
    "楼上邻居打麻将吵得睡不着",
]


@pytest.mark.parametrize(("text", "name"), ELSEWHERE, ids=[text for text, _ in ELSEWHERE])
def test_what_belongs_elsewhere_is_told_so(text: str, name: str) -> None:
    matter = MATTERS.elsewhere(text)
    assert matter is not None and matter.name == name
    assert matter.reason and matter.where


@pytest.mark.parametrize("text", OURS)
def test_what_is_ours_is_not_sent_away(text: str) -> None:
    assert MATTERS.elsewhere(text) is None


def test_another_city_is_named_in_the_reason() -> None:
    matter = MATTERS.elsewhere("我在深圳的房子漏水了")
    assert matter is not None and "深圳" in matter.reason and "12345" in matter.where


def test_a_letter_that_only_mentions_a_court_is_ours() -> None:
    letter = (
        "青山里3栋的电梯三天两头坏。我们业主找了物业无数次，物业总说没有维修资金，有人说可以去法院起诉，"
        "也有人说可以信访，我们只想把电梯修好，老人孩子上下楼太不方便了，请社区帮忙协调。"
    )
    assert MATTERS.elsewhere(letter) is None


@pytest.mark.parametrize(
    "text",
    [
        "我们这边小学学位不够",
        "公交车半小时一趟",
        "路口没有红绿灯，天天出事",
        "开发商延期交房",
        "医院号源太少",
        "还建房五年了还没影子",
    ],
)
def test_what_city_or_district_decide_is_passed_on(text: str) -> None:
    assert MATTERS.is_passed_on(text) and MATTERS.elsewhere(text) is None


def test_only_national_numbers_are_told() -> None:
    told = re.findall(r"(?<!\d)1\d{2,4}(?!\d)", MATTERS_FILE.read_text(encoding="utf-8"))
    assert set(told) <= NATIONAL


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "matters.yaml"
    text = MATTERS_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("\nnear: 10", "\nnear: often"), encoding="utf-8")
    with pytest.raises(BadFile, match=r"matters\.yaml.*near"):
        load_matters(file)
