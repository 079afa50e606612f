"""A product of two small children under the real supervisor, run as a process that tests can kill.

`python -m tests.bot.supervisor.little_product FOLDER`: each child appends its process id to
`NAME.pids` when it starts and its name to `stopped` when it is asked to end.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bot.supervisor.child import Child
from bot.supervisor.guard import Guard
from bot.supervisor.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[3]


def child_process(folder: Path, name: str) -> None:
    """What a child does; it has a worker of its own, as Sanic's servers do."""
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])

    def end(*_: object) -> None:
        append(folder / "stopped", name)
        worker.kill()
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    append(folder / f"{name}.pids", f"{os.getpid()} {worker.pid}")
    time.sleep(600)


def append(file: Path, line: str) -> None:
    with file.open("a") as out:
        out.write(f"{line}\n")


def child(folder: Path, name: str, after: tuple[str, ...] = ()) -> Child:
    async def ready() -> bool:
        return (folder / f"{name}.pids").exists()

    me = [sys.executable, "-m", "tests.bot.supervisor.little_product", str(folder)]
    return Child(name=name, title=name, command=[*me, name], ready=ready, after=after)


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        child_process(folder, sys.argv[2])
    else:
        children = [child(folder, "first"), child(folder, "second", after=("first",))]
        with Guard() as guard:
            supervisor = Supervisor(children, cwd=ROOT, logs=folder / "logs", guard=guard)
            asyncio.run(supervisor.run(lambda: append(folder / "ready", "ready")))


if __name__ == "__main__":
    main()
