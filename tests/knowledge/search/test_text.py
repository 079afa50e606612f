"""Both sides of a search are read the same way."""

from pathlib import Path

import pytest

from knowledge.search.text import SearchText, read_dialect


@pytest.fixture(scope="module")
def text() -> SearchText:
    return SearchText()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＡＰＰ登录不了", "app登录不了"),
        ("居住證怎麼辦？", "居住证怎么办"),
        ("您好，请问低保怎么申请？谢谢😀", "低保怎么申请"),
        ("麻烦问一下 电梯 坏了", "电梯坏了"),
        ("有冇得高龄补贴", "有没有高龄补贴"),
        ("老年卡么样办", "老年卡怎么办"),
        ("居住证怎么样办", "居住证怎么办"),
        ("屋里爹爹婆婆冇得人管", "家里老人没人管"),
        ("你好", "你好"),
        ("", ""),
    ],
)
def test_a_text_is_normalised(text: SearchText, written: str, read: str) -> None:
    assert text.normalise(written) == read


def test_service_terms_stay_whole_words(text: SearchText) -> None:
    tokens = text.tokens("高龄津贴和维修资金找业委会")
    assert {"高龄津贴", "维修资金", "业委会"} <= set(tokens)


def test_a_wrong_word_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dialect.yaml"
    path.write_text("么样: [怎么]", encoding="utf-8")
    with pytest.raises(ValueError, match="么样"):
        read_dialect(path)
