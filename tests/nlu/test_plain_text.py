"""A message is read as it was meant, whatever way it was typed; people keep what was typed."""

from typing import Any

import pytest

from tests.nlu.conftest import Understanding

_MEANT = {
    "３栋２单元５０１": "3栋2单元501",
    "電梯壞了": "电梯坏了",
    "电题坏了": "电梯坏了",
    "物业废太高": "物业费太高",
    "底保户怎么申请": "低保户怎么申请",
    "居住正怎么办": "居住证怎么办",
    "下水到堵了": "下水道堵了",
    "冇得人管": "没有人管",
    "您家们么昝来": "你们什么时候来",
    "着\u200b火了": "着火了",
    "怎么样了": "怎么样了",
}
_STAYS = [
    "轮胎没气了",
    "居住正常",
    "香樟路等几条路",
    "至今未见处理",
    "省卫健委的通知",
    "什么办法都没用",
    "他没得到答复",
    "房屋的钥匙，谁来保管？",
    "😭😭👍",
]


@pytest.mark.parametrize("typed", _MEANT)
def test_read_as_meant(understanding: Understanding, typed: str) -> None:
    assert understanding.ask("plain", text=typed)["text"] == _MEANT[typed]


@pytest.mark.parametrize("typed", _STAYS)
def test_ordinary_words_stay(understanding: Understanding, typed: str) -> None:
    assert understanding.ask("plain", text=typed)["text"] == typed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("您家们快来，３棟着活了", {"building": "３棟", "danger": "着活"}),
        ("冇得电，青山里\u200b８棟", {"community": "青山里", "building": "８棟"}),
    ],
)
def test_people_are_shown_what_was_typed(
    understanding: Understanding, typed: str, words: dict[str, str]
) -> None:
    parsed = understanding.ask("parse", text=typed)
    assert parsed["text"] == typed
    spans = {e["entity"]: typed[e["start"] : e["end"]] for e in parsed["entities"]}
    assert {kind: spans.get(kind) for kind in words} == words


@pytest.mark.parametrize("typed", ["", "\x00\x07", "\u200b", "？" * 50, "啊" * 10_000, "𠮷㍿ﷺ"])
def test_nothing_typed_is_refused(understanding: Understanding, typed: str) -> None:
    parsed: Any = understanding.ask("parse", text=typed)
    assert parsed["text"] == typed


@pytest.mark.parametrize("typed", ["\x00\x07", "\u200b"])
def test_what_nobody_can_see_says_nothing(understanding: Understanding, typed: str) -> None:
    assert understanding.intent(typed) == "nlu_fallback"
