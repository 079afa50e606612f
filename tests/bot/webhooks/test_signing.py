"""The signature that receivers check."""

import hashlib
import hmac
import re
import time
from typing import Any

from bot.webhooks.signing import is_genuine, signature
from knowledge.settings import PROJECT_ROOT

BODY = b'{"event": "answer"}'


def test_a_signature_is_what_the_documentation_says() -> None:
    digest = hmac.new(b"secret", b"1700000000." + BODY, hashlib.sha256).hexdigest()
    assert signature("secret", 1_700_000_000, BODY) == f"t=1700000000,v1={digest}"


def test_a_receiver_tells_what_is_ours_and_fresh() -> None:
    header = signature("secret", 1_700_000_000, BODY)
    assert is_genuine(header, "secret", BODY, 1_700_000_299)
    assert not is_genuine(header, "secret", BODY, 1_700_000_301)
    assert not is_genuine(header, "secret", BODY + b" ", 1_700_000_000)
    assert not is_genuine(header, "another", BODY, 1_700_000_000)
    assert not is_genuine("v1=abc", "secret", BODY, 1_700_000_000)


def test_the_example_of_the_documentation_tells_it_too() -> None:
    page = (PROJECT_ROOT / "docs" / "interfaces.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example
    there: dict[str, Any] = {}
    exec(example.group(1), there)
    now = int(time.time())
    assert there["is_genuine"](signature("secret", now, BODY), "secret", BODY)
    assert not there["is_genuine"](signature("secret", now - 400, BODY), "secret", BODY)
    assert not there["is_genuine"](signature("another", now, BODY), "secret", BODY)
