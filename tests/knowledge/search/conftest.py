"""Search over the product's own entries with the real encoder, built once."""

from pathlib import Path

import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.entries.entry import EntryContent
from knowledge.entries.loader import load_entries
from knowledge.search.index import SearchIndex
from knowledge.search.rows import Indexed
from knowledge.settings import PROJECT_ROOT, SHIPPED_ENCODER


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load(str(SHIPPED_ENCODER))


@pytest.fixture(scope="session")
def entries() -> list[Indexed]:
    folder: Path = PROJECT_ROOT / "knowledge" / "content" / "entries"
    return [
        Indexed(number, slug, 1, content)
        for number, (slug, content) in enumerate(load_entries(folder), 1)
    ]


@pytest.fixture(scope="session")
def index(entries: list[Indexed], encoder: Encoder) -> SearchIndex:
    return SearchIndex.build(entries, encoder)


@pytest.fixture
def few() -> list[Indexed]:
    """Three small entries of our own making."""
    return [
        _entry(1, "狗证怎么办", "养犬登记在哪里办", "带狗和身份证到派出所登记，每年年审一次。"),
        _entry(2, "路灯不亮找谁", "楼下路灯坏了", "告诉社区，由市政路灯队修，一般三天修好。"),
        _entry(3, "活动室怎么借", "想借场地排练合唱", "提前三天到居委会登记，免费使用。"),
    ]


def _entry(number: int, title: str, question: str, answer: str) -> Indexed:
    content = EntryContent(
        title=title, topic="社区", questions=[question], answer=answer, checked_on="2026-11-01"
    )
    return Indexed(number, f"entry-{number}", 1, content)
