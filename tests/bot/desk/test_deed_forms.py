"""The forms ask what the deeds need, no more and no less, and say in words what is missing."""

import pytest
from pydantic import ValidationError

from actions.appeals.deeds import DEED
from actions.appeals.life import TABLE, By, Move
from bot.desk import case_words as words
from bot.desk.deed_forms import FORMS, GROUPS, wrong_words

OF_STAFF = [move for move, rule in TABLE.items() if rule.permits(By.SECRETARY)]


def test_every_deed_of_the_desk_has_a_form_a_button_and_a_sentence() -> None:
    buttons = [move for group in GROUPS for move in group]
    assert sorted(buttons) == sorted(OF_STAFF) == sorted(FORMS) == sorted(words.LEADS)
    assert len(words.GROUPS) == len(GROUPS)


@pytest.mark.parametrize("move", FORMS)
def test_a_form_fills_every_field_of_its_deed(move: Move) -> None:
    """Nothing that a deed needs is left out, and nothing is asked that it does not know."""
    asked = {field.name for field in FORMS[move]}
    schema = DEED.json_schema()
    name = schema["discriminator"]["mapping"][move].rpartition("/")[2]
    known = set(schema["$defs"][name]["properties"]) - {"move"}
    assert asked == known


@pytest.mark.parametrize(
    ("move", "filled", "said"),
    [
        (Move.DISPATCH, {}, "请填写“主办单位”。"),
        (Move.ANSWER, {"answer": "  "}, "请填写“答复”。"),
        (Move.EXTEND, {"reason": "等配件"}, "请填写“延到什么时候”。"),
        (Move.CALL_BACK, {}, "请填写“联系上居民了吗”。"),
        (Move.CALL_BACK, {"contacted": True}, "联系上了居民，请记下问题解决了没有。"),
        (Move.RETURN, {"reason": "不归我们"}, "退单要说明依据或附上照片，请补上再提交。"),
        (Move.REFUSE, {"reason": "已立案"}, "请填写“该去哪里办”。"),
        (Move.SUPERVISE, {}, "请填写“督办级别”。"),
    ],
)
def test_what_is_missing_is_said_in_words(move: Move, filled: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as missing:
        DEED.validate_python({"move": move, **filled})
    assert wrong_words(missing.value, move) == said
