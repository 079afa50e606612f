"""Rasa's own story test plays the dialogue's paths against the trained model."""

import os
import subprocess
from pathlib import Path

from bot.supervisor.rasa_server import rasa_env, rasa_python
from knowledge.settings import PROJECT_ROOT
from tests.nlu.conftest import VAR


def test_stories(model: Path, tmp_path: Path) -> None:
    command = [rasa_python(PROJECT_ROOT), "-m", "rasa", "test", "core", "--model", str(model)]
    command += ["--stories", str(Path(__file__).with_name("stories.yml"))]
    command += ["--out", str(tmp_path), "--fail-on-prediction-errors", "--no-plot"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, **rasa_env(PROJECT_ROOT, VAR)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert "None of the test stories failed" in failed
