"""Where a name begins: 如果将来造成保利西海岸小区 tells of 保利西海岸小区."""

from typing import FrozenSet, Text

import jieba

# No name holds a preposition, conjunction, adverb, pronoun or a common verb, by jieba's dictionary.
_BREAKING = frozenset(["p", "c", "d", "r", "y", "v", "f"])
_COMMON = 100
# Verbs after which streets and estates are called.
_CALLED = frozenset(
    ["解放", "建设", "前进", "胜利", "跃进", "奋斗", "振兴", "东升", "保利", "向阳", "坐标"]
)


class NameWords:
    """Knows words that no name holds; reads jieba's dictionary, so build it once."""

    def __init__(self) -> None:
        self._breaking = _breaking_words()

    def start(self, text: Text, start: int, end: int) -> int:
        """Where the name that ends at `end` begins, at `start` or behind the last other word."""
        position = begin = start
        for word in jieba.cut(text[start:end], HMM=False):
            position += len(word)
            if word in self._breaking and position < end:
                begin = position
        return begin


def _breaking_words() -> FrozenSet[Text]:
    found = set()
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, count, tag = line.decode("utf-8").split()
            if len(word) > 1 and tag in _BREAKING and int(count) >= _COMMON:
                found.add(word)
    return frozenset(found - _CALLED)
