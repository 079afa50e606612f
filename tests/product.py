"""The whole product, started as `make run` starts it, in a data folder of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from bot.supervisor.model import model_path
from knowledge.settings import PROJECT_ROOT

READY_SECONDS = 240.0


class NotStarted(RuntimeError):
    """The product did not become ready; its console says why."""


@dataclass
class Product:
    """Use it as a context manager; the NLU model is the one that `make` prepared."""

    data_dir: Path
    env: dict[str, str] = field(default_factory=dict)
    ready_seconds: float = READY_SECONDS
    url: str = ""
    password: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def console(self) -> Path:
        return self.data_dir / "console.txt"

    def __enter__(self) -> Self:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._borrow_model()
        env = {
            **{
                k: v for k, v in os.environ.items() if not k.startswith(("WECHAT_", "DATABASE_URL"))
            },
            "DATA_DIR": str(self.data_dir),
            "PORT": "0",
            **self.env,
        }
        with self.console.open("wb") as console:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=PROJECT_ROOT,
                env=env,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def child(self, name: str) -> psutil.Process:
        """One of the product's processes: redis, actions, rasa or gateway."""
        assert self.process
        marks = {
            "actions": ["bot", "actions"],
            "gateway": ["bot", "gateway"],
            "rasa": ["nlu.serve", "run"],
        }
        for process in psutil.Process(self.process.pid).children(recursive=True):
            command = process.cmdline()
            if name == "redis" and command and "server" in Path(command[0]).name:
                return process
            if name in marks and all(mark in command for mark in marks[name]):
                return process
        raise LookupError(f"no child {name} is running")

    def address(self, name: str) -> str:
        """RASA_URL, ACTIONS_URL, REDIS_URL, RASA_TOKEN … as the gateway was told them."""
        return self.child("gateway").environ()[name]

    async def until_healthy(self, seconds: float = 60.0) -> None:
        """Wait until /health says ok, as after a child was killed and started again."""
        async with httpx.AsyncClient(trust_env=False) as http:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                try:
                    if (await http.get(f"{self.url}/health")).json()["status"] == "ok":
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.2)
        raise NotStarted(f"not healthy after {seconds} s, see {self.data_dir}/logs")

    def _borrow_model(self) -> None:
        prepared = model_path(PROJECT_ROOT, PROJECT_ROOT / "var")
        own = model_path(PROJECT_ROOT, self.data_dir)
        if prepared.exists() and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            own.symlink_to(prepared)

    def _wait_until_ready(self) -> None:
        assert self.process
        end = time.monotonic() + self.ready_seconds
        while time.monotonic() < end and self.process.poll() is None:
            said = self.console.read_text(encoding="utf-8", errors="replace")
            for line in said.splitlines():
                if "居民页面" in line and "http" in line:
                    self.url = "http" + line.split("http", 1)[1].strip().rstrip("/")
                # The password's line stands in a box.
                if "密码" in line and not self.password:
                    self.password = line.split("密码", 1)[1].strip(" │┃|\t")
            if self.url and ("已启动" in said):
                return
            time.sleep(0.2)
        said = self.console.read_text(encoding="utf-8", errors="replace")
        self.__exit__(None, None, None)
        raise NotStarted(f"the product did not start:\n{said}")
