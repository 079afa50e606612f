"""The web channel's small parts: buckets, visitors, words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.channels.web import limits
from bot.channels.web.limits import Buckets
from bot.channels.web.visitors import Visitors, same_origin
from bot.channels.web.words import FILE, load_words


def test_a_bucket_empties_and_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(2, per=60, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 30]
    assert buckets.take("b") == 0
    now[0] = 30
    assert buckets.take("a") == 0
    assert buckets.take("a") == 30


def test_buckets_forget_the_longest_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VISITORS_REMEMBERED", 2)
    buckets = Buckets(1, per=60, clock=lambda: 0.0)
    for visitor in "abc":
        assert buckets.take(visitor) == 0
    assert buckets.take("c") == 60
    assert buckets.take("a") == 0


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret_key"):
        Visitors("", secure=True)


def test_tickets_belong_to_their_visitor() -> None:
    visitors = Visitors("secret", secure=False)
    ticket = visitors.ticket("a" * 32, 7)
    assert visitors.media_of("a" * 32, ticket) == 7
    assert visitors.media_of("b" * 32, ticket) is None
    assert visitors.media_of("a" * 32, ticket[:-1] + "A") is None
    assert visitors.media_of("a" * 32, "七") is None


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://a.cn", "a.cn", True),
        ("https://A.cn", "a.cn:443", True),
        ("http://a.cn:8000", "a.cn:8000", True),
        ("http://a.cn:8000", "a.cn", False),
        ("http://b.cn", "a.cn", False),
        ("null", "a.cn", False),
        ("", "", False),
    ],
)
def test_same_origin(origin: str, host: str, same: bool) -> None:
    assert same_origin({"origin": origin, "host": host}) is same


@pytest.mark.parametrize(
    ("origin", "public_url", "same"),
    [
        ("https://shequ.cn", "https://shequ.cn", True),
        ("https://shequ.cn", "https://SHEQU.cn:443/wo", True),
        ("https://b.cn", "https://shequ.cn", False),
        ("http://10.0.0.5", "https://shequ.cn", True),
        ("null", "", False),
    ],
)
def test_the_public_address_counts_as_own(origin: str, public_url: str, same: bool) -> None:
    assert same_origin({"origin": origin, "host": "10.0.0.5"}, public_url) is same


def test_words_with_an_unknown_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(FILE.read_text("utf-8") + "\nsubtitel: 写错了\n", "utf-8")
    with pytest.raises(ValidationError, match="subtitel"):
        load_words(file)
