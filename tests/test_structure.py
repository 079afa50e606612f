"""The arrows between the rooms hold, and no file grows past what one reads at a sitting."""

import ast
import subprocess
import sys
from pathlib import Path

from knowledge.settings import PROJECT_ROOT

ROOMS = ("actions", "bot", "knowledge", "nlu", "tests")
MOST_LINES = 400
FILES = sorted(path for room in ROOMS for path in (PROJECT_ROOT / room).rglob("*.py"))


def test_imports_go_in_one_direction() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_language_room_knows_nothing_of_ours() -> None:
    for path in (PROJECT_ROOT / "nlu").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not {name.split(".")[0] for name in names} & {"actions", "bot", "knowledge"}, path


def test_the_domain_knows_no_framework() -> None:
    frameworks = {"fastapi", "starlette", "nicegui", "rasa_sdk", "redis", "sanic"}
    for room in ("actions/appeals", "knowledge"):
        for path in (PROJECT_ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
            names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
            assert not {name.split(".")[0] for name in names} & frameworks, path


def test_a_file_is_read_at_a_sitting() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path.name: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_a_file_says_first_why_it_exists() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    silent = [p for p, text in texts.items() if text.strip() and not _docstring(text)]
    assert [str(path.relative_to(PROJECT_ROOT)) for path in silent] == []


def _docstring(text: str) -> str | None:
    return ast.get_docstring(ast.parse(text))
