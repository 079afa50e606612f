"""Leaves no orphans: a small process of its own that outlives a killed supervisor.

It reads process groups from a pipe (`+12` to watch one, `-12` to forget it). The pipe ends when
the supervisor is gone, however it went; whatever is still watched is then ended, newest first.
Unlike the kernel's parent-death signal this reaches grandchildren too, and ends them in good
order before it uses force. The process runs this very file, so it imports nothing of ours.
"""

import os
import signal
import subprocess
import sys
import time
from types import TracebackType

GRACE = 10.0


class Guard:
    """The supervisor's end of the pipe; leaving the `with` ends what is still watched."""

    def __init__(self, grace: float = GRACE) -> None:
        # A session of its own: Ctrl-C and a killed process group do not reach it.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(grace)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> "Guard":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def watch(self, group: int) -> None:
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            # Someone killed the guard. The product works without it, so it goes on.
            print("the orphan guard is gone; children would survive a kill -9", file=sys.stderr)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _stand_guard(grace: float) -> None:
    # `systemctl stop` signals every process of the unit; this one ends with the pipe alone.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: list[int] = []
    for line in sys.stdin:
        if line.startswith("+"):
            groups.append(int(line[1:]))
        elif int(line[1:]) in groups:
            groups.remove(int(line[1:]))
    groups = [group for group in reversed(groups) if signal_group(group, signal.SIGTERM)]
    deadline = time.monotonic() + grace
    while groups and time.monotonic() < deadline:
        time.sleep(0.1)
        groups = [group for group in groups if signal_group(group, 0)]
    for group in groups:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    _stand_guard(float(sys.argv[1]))
