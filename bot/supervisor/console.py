"""What the operator reads while the product starts: plain Chinese, one line a step."""

import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


def say(line: str = "") -> None:
    """Print at once: behind a pipe or systemd, a buffered line would come too late."""
    print(line, flush=True)


def complain(line: str) -> None:
    print(f"错误：{line}", file=sys.stderr, flush=True)


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    say(f"{title}……")
    begun = time.monotonic()
    yield
    say(f"{title}：完成（{time.monotonic() - begun:.1f} 秒）")


def box(lines: Sequence[str]) -> str:
    """Lines in a frame that stands out among others."""
    width = max(_columns(line) for line in lines)
    body = [f"┃ {line}{' ' * (width - _columns(line))} ┃" for line in lines]
    bar = "━" * (width + 2)
    return "\n".join([f"┏{bar}┓", *body, f"┗{bar}┛"])


def _columns(text: str) -> int:
    """Width on a terminal, where a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
