"""Real processes, really killed: restarts, order of stopping, and no orphans."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.supervisor.child import Child
from bot.supervisor.errors import CannotStart
from bot.supervisor.guard import Guard
from bot.supervisor.supervisor import Supervisor
from tests.bot.supervisor.little_product import ROOT


@pytest.fixture
def product(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The little product, up and ready."""
    command = [sys.executable, "-m", "tests.bot.supervisor.little_product", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    wait_for(lambda: (tmp_path / "ready").exists())
    yield process
    process.terminate()
    process.wait(10)


def test_a_dead_child_is_started_again_without_its_old_worker(
    product: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    pid, worker = pids(tmp_path / "first.pids")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(pids(tmp_path / "first.pids")) == 4)
    assert not alive(worker)
    assert all(alive(new) for new in pids(tmp_path / "first.pids")[2:])
    assert len(pids(tmp_path / "second.pids")) == 2, "the other child is left in peace"
    product.terminate()
    said = product.communicate(timeout=10)[0].decode()
    assert "first 意外停止（信号 9），1 秒后重新启动" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_in_reverse_order(
    product: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    product.send_signal(number)
    assert product.wait(10) == 0
    assert (tmp_path / "stopped").read_text().split() == ["second", "first"]
    assert not any(alive(pid) for pid in all_pids(tmp_path))


def test_a_killed_supervisor_leaves_no_orphan(
    product: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    product.kill()
    product.wait()
    wait_for(lambda: not any(alive(pid) for pid in all_pids(tmp_path)))
    assert (tmp_path / "stopped").read_text().split(), "they were asked before they were killed"


async def test_a_child_that_never_serves_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    complaint = [sys.executable, "-c", "import sys; sys.exit('no such table')"]
    child = Child(name="bad", title="坏的", command=complaint, ready=never)
    with Guard() as guard:
        supervisor = Supervisor([child], cwd=tmp_path, logs=tmp_path / "logs", guard=guard)
        with pytest.raises(CannotStart, match=r"坏的 无法启动（退出码 1）[\s\S]*no such table"):
            await supervisor.run(lambda: None)


async def test_a_child_that_answers_no_more_is_started_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = "import os, time; open('pids','a').write(f'{os.getpid()}\\n'); time.sleep(60)"

    async def running() -> bool:
        """As a probe over HTTP sees it: a stopped process takes the question and never answers."""
        started = pids(tmp_path / "pids") if (tmp_path / "pids").exists() else []
        if not started or not psutil.pid_exists(started[-1]):
            return False
        return psutil.Process(started[-1]).status() != psutil.STATUS_STOPPED

    child = Child(
        name="hung",
        title="卡住的",
        command=[sys.executable, "-c", mark],
        ready=running,
        check_every=0.05,
        hung_after=0.3,
    )
    with Guard() as guard:
        supervisor = Supervisor([child], cwd=tmp_path, logs=tmp_path / "logs", guard=guard)
        run = asyncio.create_task(supervisor.run(lambda: None))
        await supervisor.keepers["hung"].ready.wait()
        os.kill(pids(tmp_path / "pids")[0], signal.SIGSTOP)
        while len(pids(tmp_path / "pids")) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        supervisor.stop()
        await run
    assert "卡住的 意外停止（0 秒没有应答），1 秒后重新启动" in capsys.readouterr().out


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); open('up','w'); time.sleep(60)"

    async def up() -> bool:
        return (tmp_path / "up").exists()

    child = Child(name="deaf", title="聋的", command=[sys.executable, "-c", deaf], ready=up)
    with Guard() as guard:
        supervisor = Supervisor(
            [child], cwd=tmp_path, logs=tmp_path / "logs", guard=guard, grace=0.3
        )
        begun = time.monotonic()
        await supervisor.run(supervisor.stop)
    assert supervisor.keepers["deaf"].process is None
    assert time.monotonic() - begun < 5


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def pids(file: Path) -> list[int]:
    return [int(word) for word in file.read_text().split()]


def all_pids(folder: Path) -> list[int]:
    return [pid for file in folder.glob("*.pids") for pid in pids(file)]


def alive(pid: int) -> bool:
    """Whether it runs: a zombie that nobody has reaped yet is as good as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
