"""The peer's server: stock jieba + DIET + TED with the same data, domain and action server."""

import hashlib
import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import yaml

from bot.supervisor.ports import hold_port
from bot.supervisor.rasa_server import rasa_env, rasa_python
from knowledge.settings import PROJECT_ROOT

CONFIG = Path(__file__).with_name("stock.yml")
TRAIN_SECONDS = 900
START_SECONDS = 240.0


def stock_model() -> Path:
    """The trained peer; trained once as long as data and configuration stay the same."""
    return trained(CONFIG, PROJECT_ROOT / "var" / "bench", TRAIN_SECONDS)


def trained(config: Path, folder: Path, seconds: float, *, only_nlu: bool = False) -> Path:
    """A model of Rasa's own parts, trained once for each state of data and configuration.

    Raises `subprocess.TimeoutExpired` after `seconds`, and `CalledProcessError` (train.log says why).
    """
    digest = hashlib.sha256(config.read_bytes())
    for path in sorted((PROJECT_ROOT / "nlu").rglob("*.yml")):
        digest.update(path.read_bytes())
    model = folder / f"{config.stem}-{digest.hexdigest()[:12]}.tar.gz"
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [rasa_python(PROJECT_ROOT), "-m", "rasa", "train"]
        command += ["nlu", "--nlu", "nlu/data/nlu"] if only_nlu else ["--data", "nlu/data"]
        command += ["--config", str(config), "--domain", "nlu/domain", "--out", str(folder)]
        command += ["--fixed-model-name", model.name.removesuffix(".tar.gz")]
        with (folder / "train.log").open("wb") as log:
            subprocess.run(
                command,
                cwd=PROJECT_ROOT,
                env=_env(),
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=True,
            )
    return model


class RasaServer:
    """A Rasa server as its documentation starts one: no patch, trackers in memory."""

    def __init__(self, model: Path, actions_url: str) -> None:
        self._model = model
        self._actions_url = actions_url
        self._port = hold_port()
        self.url = self._port.url
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        folder = PROJECT_ROOT / "var" / "bench"
        endpoints = folder / "endpoints.yml"
        endpoints.write_text(
            yaml.safe_dump({"action_endpoint": {"url": f"{self._actions_url}/webhook"}}),
            encoding="utf-8",
        )
        command = [rasa_python(PROJECT_ROOT), "-m", "rasa", "run", "--enable-api"]
        command += ["--model", str(self._model), "--interface", "127.0.0.1"]
        command += ["--port", str(self._port.number), "--endpoints", str(endpoints)]
        command += ["--credentials", "nlu/credentials.yml"]
        with (folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT_ROOT, env=_env(), stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(30)

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                body = {"text": "您好"}
                answer = httpx.post(f"{self.url}/model/parse", json=body, timeout=30)
                if answer.status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
        raise TimeoutError("the peer did not start, see var/bench/server.log")


def _env() -> dict[str, str]:
    env = rasa_env(PROJECT_ROOT, PROJECT_ROOT / "var")
    # The peer may use every core, as it would out of the box.
    env.pop("OMP_NUM_THREADS")
    return {**os.environ, **env}
