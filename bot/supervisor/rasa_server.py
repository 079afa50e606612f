"""Rasa as a child: its environment, the endpoints file it reads, the command that runs it."""

import functools
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from bot.supervisor.child import Child
from bot.supervisor.errors import CannotStart
from bot.supervisor.files import write_private
from bot.supervisor.probes import rasa_understands

# A tracker is short-lived working memory with residents' words in it; SQL is what remembers.
TRACKER_SECONDS = 24 * 3600


def rasa_python(root: Path) -> str:
    python = root / ".venv-nlu" / "bin" / "python"
    if not os.access(python, os.X_OK):
        raise CannotStart("缺少对话引擎环境 .venv-nlu，请先运行 make setup。")
    return str(python)


def rasa_env(root: Path, data_dir: Path) -> dict[str, str]:
    """For training and serving alike; the root on the path makes `nlu.components` importable."""
    return {
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "RASA_CACHE_DIRECTORY": str(data_dir / "rasa-cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "OMP_NUM_THREADS": "1",
    }


def rasa_endpoints(actions_url: str, redis_url: str) -> dict[str, object]:
    """What Rasa talks to: the action server, and Redis for trackers.

    Locks stay in its memory: the gateway lets one message of a conversation through at a time.
    """
    address = urlsplit(redis_url)
    store: dict[str, object] = {
        "type": "nlu.tracker_store.OpenMatters",
        "url": address.hostname or "127.0.0.1",
        "port": address.port or 6379,
        "db": int(address.path.strip("/") or 0),
        "key_prefix": "minhu",
    }
    if address.username:
        store["username"] = unquote(address.username)
    if address.password:
        store["password"] = unquote(address.password)
    if address.scheme == "rediss":
        store["use_ssl"] = True
    return {
        "action_endpoint": {"url": f"{actions_url}/webhook"},
        "tracker_store": {**store, "record_exp": TRACKER_SECONDS},
    }


def rasa_server(
    *,
    root: Path,
    data_dir: Path,
    model: Path,
    port: int,
    token: str,
    endpoints: dict[str, object],
    interface: str = "127.0.0.1",
    after: tuple[str, ...] = (),
) -> Child:
    endpoints_file = data_dir / "run" / "endpoints.yml"
    write_private(endpoints_file, yaml.safe_dump(endpoints, sort_keys=False))
    command = [rasa_python(root), "-m", "nlu.serve", "run", "--enable-api"]
    command += ["--model", str(model), "--interface", interface, "--port", str(port)]
    command += ["--endpoints", str(endpoints_file), "--credentials", "nlu/credentials.yml"]
    if token:
        command += ["--auth-token", token]
    return Child(
        name="rasa",
        title="对话引擎（Rasa）",
        command=command,
        env=rasa_env(root, data_dir),
        ready=functools.partial(rasa_understands, f"http://127.0.0.1:{port}", token),
        after=after,
    )
