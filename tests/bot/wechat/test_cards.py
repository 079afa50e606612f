"""The fields of a template message: read from one line, filled with what fits each kind."""

import pytest

from bot.channels.wechat.cards import WrongFields, fill, read_fields
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.sender import WeChatSender
from tests.bot.wechat.support import one_photo


def test_fields_are_read_from_one_line() -> None:
    assert read_fields("thing1:matter, phrase2:status  keyword3:number") == {
        "thing1": "matter",
        "phrase2": "status",
        "keyword3": "number",
    }
    assert read_fields("") == {}


@pytest.mark.parametrize("written", ["thing1", "thing1:weather", "thing1:matter phrase2=status"])
def test_wrong_fields_are_refused_at_the_start(written: str) -> None:
    config = WeChatConfig(template_id="t", template_fields=written)
    with pytest.raises(WrongFields, match="WECHAT_TEMPLATE_FIELDS"):
        WeChatSender(None, one_photo, None, config=config)  # type: ignore[arg-type]


def test_each_field_takes_what_fits_it() -> None:
    fields = {"thing1": "matter", "phrase2": "status", "keyword3": "party", "time4": "due"}
    notice = {"matter": "长" * 30, "status": "已经在办理中", "party": "物" * 30, "due": ""}
    assert fill(fields, notice) == {
        "thing1": {"value": "长" * 19 + "…"},
        "phrase2": {"value": "已经在办理"},
        "keyword3": {"value": "物" * 30},
        "time4": {"value": "无"},
    }
