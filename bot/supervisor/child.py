"""One child process: what it is (`Child`) and the task that keeps it alive (`Keeper`)."""

import asyncio
import math
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.supervisor.console import say
from bot.supervisor.errors import CannotStart
from bot.supervisor.guard import GRACE, Guard, signal_group

POLL = 0.1
FIRST_TRIES = 3
STEADY_AFTER = 60.0
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Child:
    """A process of the product. `ready` answers whether it serves; `after` names who must first.

    Once ready it is asked every `check_every` seconds; silent for `hung_after` seconds it counts as
    hung. Far longer than any pause under load: a restart costs more than a slow answer.
    """

    name: str
    title: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    pass_fds: tuple[int, ...] = ()
    ready_within: float = 180.0
    check_every: float = 10.0
    hung_after: float = 90.0


class Keeper:
    """Starts a child, tells when it serves, and starts it again whenever it dies."""

    def __init__(self, child: Child, *, cwd: Path, log: Path, guard: Guard) -> None:
        self.child = child
        self.ready = asyncio.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self._cwd, self._log, self._guard = cwd, log, guard

    async def keep(self) -> None:
        """Run for ever. A child that never served at all raises `CannotStart` instead."""
        deaths = 0
        while True:
            begun = time.monotonic()
            self._spawn()
            say(f"正在启动 {self.child.title}……")
            if await self._becomes_ready(begun):
                self.ready.set()
                say(f"{self.child.title} 已就绪（{time.monotonic() - begun:.1f} 秒）")
                silent = await self._serves()
            else:
                silent = self.child.ready_within
            how = self._bury(silent)
            if time.monotonic() - begun > STEADY_AFTER and self.ready.is_set():
                deaths = 0
            pause = min(2.0**deaths, LONGEST_PAUSE)
            deaths += 1
            if not self.ready.is_set() and deaths >= FIRST_TRIES:
                raise CannotStart(f"{self.child.title} 无法启动（{how}）。\n{self._last_words()}")
            say(f"{self.child.title} 意外停止（{how}），{pause:.0f} 秒后重新启动")
            await asyncio.sleep(pause)

    async def stop(self, grace: float = GRACE) -> None:
        """Ask it to end; after `grace` seconds use force, also on what it left behind."""
        if not self.process:
            return
        self.process.terminate()
        await self._ends(within=grace)
        self._bury(grace)

    def _spawn(self) -> None:
        with self._log.open("ab") as log:
            # Its own session: Ctrl-C reaches the supervisor alone, which then stops all in order.
            self.process = subprocess.Popen(
                self.child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._cwd,
                env={**os.environ, **self.child.env},
                pass_fds=self.child.pass_fds,
                start_new_session=True,
            )
        self._guard.watch(self.process.pid)

    async def _becomes_ready(self, begun: float) -> bool:
        assert self.process
        while self.process.poll() is None and time.monotonic() - begun < self.child.ready_within:
            if await self.child.ready():
                return True
            await asyncio.sleep(POLL)
        return False

    async def _serves(self) -> float:
        """Until it ends, or hangs; returns for how many seconds it had not answered then."""
        assert self.process
        answered = time.monotonic()
        while self.process.poll() is None:
            await self._ends(within=self.child.check_every)
            if self.process.poll() is not None:
                break
            if await self.child.ready():
                answered = time.monotonic()
            elif time.monotonic() - answered >= self.child.hung_after:
                break
        return time.monotonic() - answered

    async def _ends(self, within: float = math.inf) -> None:
        assert self.process
        deadline = time.monotonic() + within
        # Popen can only be asked; asyncio's own subprocesses would lose a child on cancellation.
        while self.process.poll() is None and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(POLL)

    def _bury(self, silent: float) -> str:
        """End the whole group, so that a restart meets no left-over worker; say how it ended."""
        assert self.process
        code = self.process.poll()
        signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._guard.forget(self.process.pid)
        self.process = None
        if code is None:
            return f"{silent:.0f} 秒没有应答"
        return f"信号 {-code}" if code < 0 else f"退出码 {code}"

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"日志 {self._log} 的最后几行：", *(f"  {line}" for line in lines)])
