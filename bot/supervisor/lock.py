"""One running product per data folder: a second start there would fight for its files."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.supervisor.errors import CannotStart


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the folder's lock. The kernel lets go of it however this process ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "未知"
            raise CannotStart(
                f"数据目录 {data_dir} 正由另一个运行中的实例使用（进程 {holder}）。"
                "请先停止它，或用 DATA_DIR 指定另一个目录。"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
