"""The trained Rasa model: named after what it was trained from, made anew only when that changes."""

import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.supervisor.errors import CannotStart
from bot.supervisor.guard import Guard, signal_group
from bot.supervisor.rasa_server import rasa_env, rasa_python

# nlu.txt too: another version of Rasa cannot load the model of this one.
SOURCES = (
    "config.yml",
    "nlu/domain",
    "nlu/data",
    "nlu/components",
    "nlu/dictionary",
    "knowledge/encoder/student/config.json",
    "knowledge/encoder/student/model.safetensors",
    "knowledge/encoder/student/tokenizer.json",
    "requirements/nlu.txt",
)
MODELS_KEPT = 3


def model_path(root: Path, data_dir: Path) -> Path:
    """Where the model for the present data belongs, trained or not."""
    digest = hashlib.sha256()
    for file in _source_files(root):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return data_dir / "models" / f"{digest.hexdigest()[:16]}.tar.gz"


def trained_model(root: Path, data_dir: Path) -> Path:
    model = model_path(root, data_dir)
    if not model.exists():
        raise CannotStart("对话模型尚未训练或数据已变化，请先运行 make train。")
    return model


def train(root: Path, data_dir: Path, guard: Guard) -> Path:
    """Train the model for the present data and return it."""
    target = model_path(root, data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    log = data_dir / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # Into a folder of its own first: half a model must never stand under the final name.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="training-") as folder:
        name = target.name.removesuffix(".tar.gz")
        command = [rasa_python(root), "-m", "rasa", "train", "--config", "config.yml"]
        command += ["--domain", "nlu/domain", "--data", "nlu/data"]
        command += ["--out", folder, "--fixed-model-name", name]
        code = _run(command, cwd=root, env=rasa_env(root, data_dir), log=log, guard=guard)
        made = Path(folder) / target.name
        if code or not made.exists():
            last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CannotStart(f"对话模型训练失败（退出码 {code}），日志 {log}：\n{last}")
        made.replace(target)
    forget_old_models(target)
    return target


def forget_old_models(current: Path) -> None:
    """Keep the newest few: going back to yesterday's data then needs no training."""
    os.utime(current)
    others = [model for model in current.parent.glob("*.tar.gz") if model != current]
    others.sort(key=lambda model: model.stat().st_mtime, reverse=True)
    for model in others[MODELS_KEPT - 1 :]:
        model.unlink(missing_ok=True)


def _source_files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _run(command: list[str], *, cwd: Path, env: dict[str, str], log: Path, guard: Guard) -> int:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **env},
            start_new_session=True,
        )
    guard.watch(process.pid)
    try:
        return process.wait()
    finally:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        guard.forget(process.pid)
