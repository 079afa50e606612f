"""A message of two requests is taken apart; one of one request is left whole."""

import pytest

from actions.parts import parts_of, point_of

TWO = [
    ("电梯坏了，顺便问下高龄津贴怎么办", "电梯坏了", ["高龄津贴怎么办"]),
    ("电梯坏了顺便问下高龄津贴怎么办", "电梯坏了", ["高龄津贴怎么办"]),
    ("我家漏水了，还有请问医保怎么交", "我家漏水了", ["医保怎么交"]),
    ("高龄津贴怎么办，另外我们楼道灯坏了", "我们楼道灯坏了", ["高龄津贴怎么办"]),
    ("楼道灯坏了好久。对了，残疾证怎么办理啊？", "楼道灯坏了好久", ["残疾证怎么办理啊"]),
    ("我们楼上漏水，另外，我想问一下独生子女证怎么办", "我们楼上漏水", ["独生子女证怎么办"]),
    ("3栋2单元，顺便问下高龄津贴怎么办", "3栋2单元", ["高龄津贴怎么办"]),
    ("高龄津贴怎么办，另外居住证在哪办", "", ["高龄津贴怎么办", "居住证在哪办"]),
]


@pytest.mark.parametrize(("text", "told", "questions"), TWO, ids=[text for text, _, _ in TWO])
def test_two_requests_are_set_apart(text: str, told: str, questions: list[str]) -> None:
    parts = parts_of(text)
    assert (parts.told, list(parts.questions), parts.announced) == (told, questions, True)


def test_thanks_and_greetings_are_no_request() -> None:
    parts = parts_of("谢谢，另外想问居住证在哪办")
    assert (parts.told, parts.questions) == ("", ("居住证在哪办",))
    assert parts_of("您好，谢谢！").questions == ()


def test_what_follows_a_question_in_its_sentence_belongs_to_it() -> None:
    parts = parts_of("顺便问下高龄津贴，我妈80了，怎么领")
    assert (parts.told, parts.questions) == ("", ("高龄津贴，我妈80了，怎么领",))


@pytest.mark.parametrize("text", ["电梯坏了怎么办", "请问高龄津贴怎么办，要带什么材料"])
def test_one_question_stays_whole(text: str) -> None:
    parts = parts_of(text)
    assert parts.told == "" and len(parts.questions) == 1


@pytest.mark.parametrize("text", ["电梯坏了三天了，另外一部也坏了", "垃圾没人收，还有路灯也不亮"])
def test_two_troubles_are_told_together(text: str) -> None:
    parts = parts_of(text)
    assert parts.questions == () and parts.told == text


def test_a_question_that_nothing_sets_apart_may_belong_to_the_trouble() -> None:
    parts = parts_of("电梯坏了，找谁修")
    assert parts.told == "电梯坏了" and not parts.announced


def test_a_long_tale_comes_to_its_point() -> None:
    tale = "我今年76了，老伴前年走了，儿子在外地，上次去社区也没碰到人，就是想问一下高龄津贴怎么领"
    assert point_of(tale) == "高龄津贴怎么领"
    assert point_of("儿子在外地。我腿脚不好。老年证在哪里办？") == "老年证在哪里办"
    assert point_of("楼下太吵了，没法睡觉") == ""
