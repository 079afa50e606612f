"""One NLU process for all tests of this room: its start takes many seconds."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.supervisor.model import trained_model
from bot.supervisor.rasa_server import rasa_env, rasa_python
from knowledge.settings import PROJECT_ROOT

VAR = PROJECT_ROOT / "var"


class Understanding:
    """Asks the process of `understanding.py`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, op: str, **given: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"op": op, **given}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the NLU process ended; its words stand above"
        return json.loads(answer)

    def intent(self, text: str) -> str:
        return str(self.ask("parse", text=text)["intent"]["name"])


@pytest.fixture(scope="session")
def model() -> Path:
    return trained_model(PROJECT_ROOT, VAR)


@contextlib.contextmanager
def understanding_of(model: Path) -> Iterator[Understanding]:
    """A process of the NLU environment that has loaded this model."""
    script = Path(__file__).with_name("understanding.py")
    with subprocess.Popen(
        [rasa_python(PROJECT_ROOT), str(script), str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        env={**os.environ, **rasa_env(PROJECT_ROOT, VAR)},
    ) as process:
        yield Understanding(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="session")
def understanding(model: Path) -> Iterator[Understanding]:
    with understanding_of(model) as understanding:
        yield understanding
