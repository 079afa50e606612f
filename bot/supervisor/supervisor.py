"""Runs the children together: each after those it needs, all stopped in reverse order."""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.supervisor.child import Child, Keeper
from bot.supervisor.console import say
from bot.supervisor.guard import GRACE, Guard

OLD_LOGS = 3
STILL_WAITING = 5.0


class Supervisor:
    """`children` stand in the order of their start; each name in `after` comes before."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        cwd: Path,
        logs: Path,
        guard: Guard,
        grace: float = GRACE,
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.keepers: dict[str, Keeper] = {}
        for child in children:
            log = logs / f"{child.name}.log"
            rotate(log)
            self.keepers[child.name] = Keeper(child, cwd=cwd, log=log, guard=guard)
        self._grace = grace
        self._stop = asyncio.Event()

    def stop(self) -> None:
        self._stop.set()

    async def run(self, when_ready: Callable[[], None]) -> None:
        """Until `stop` or a signal. Raises `CannotStart` when a child never came up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        tasks: list[asyncio.Task[object]] = [
            asyncio.create_task(self._start(keeper)) for keeper in self.keepers.values()
        ]
        tasks.append(asyncio.create_task(self._stop.wait()))
        helper = asyncio.create_task(self._tell_progress(when_ready))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (helper, *tasks):
                task.cancel()
            await asyncio.gather(helper, *tasks, return_exceptions=True)
            await self._stop_all()
        for task in done:
            task.result()

    async def _start(self, keeper: Keeper) -> None:
        for name in keeper.child.after:
            await self.keepers[name].ready.wait()
        await keeper.keep()

    async def _tell_progress(self, when_ready: Callable[[], None]) -> None:
        """A line every few seconds, so that a slow start does not look like a hang."""
        begun = said = time.monotonic()
        while waiting := [k for k in self.keepers.values() if not k.ready.is_set()]:
            await asyncio.sleep(0.1)
            started = [keeper.child.title for keeper in waiting if keeper.process]
            if started and time.monotonic() - said >= STILL_WAITING:
                said = time.monotonic()
                say(f"……还在等 {'、'.join(started)}（已 {said - begun:.0f} 秒）")
        when_ready()

    async def _stop_all(self) -> None:
        running = [keeper for keeper in self.keepers.values() if keeper.process]
        for keeper in reversed(running):
            say(f"正在停止 {keeper.child.title}……")
            await keeper.stop(self._grace)


def rotate(log: Path, keep: int = OLD_LOGS) -> None:
    """Begin a new log; the last ones stay as `name.log.1` (newest) and so on."""
    for number in range(keep, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        newer = log if number == 1 else log.with_name(f"{log.name}.{number - 1}")
        if newer.exists():
            newer.replace(older)
