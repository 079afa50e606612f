"""What must be true before anything starts: model trained, database up to date."""

import asyncio
from pathlib import Path

from bot.settings import GatewaySettings
from bot.supervisor.console import say, timed
from bot.supervisor.guard import Guard
from bot.supervisor.model import forget_old_models, model_path, train


def prepare(settings: GatewaySettings, root: Path, guard: Guard) -> str | None:
    """Do what is left to do. Returns the administrator's password when it was made just now.

    The imports stand inside because some of these parts take seconds to import.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    ensure_model(settings, root, guard)
    with timed("更新数据库结构"):
        from knowledge.storage.migrate import upgrade

        upgrade(settings)
    with timed("载入初始内容"):
        from bot.starter import load_starter

        return asyncio.run(load_starter(settings))


def ensure_model(settings: GatewaySettings, root: Path, guard: Guard) -> Path:
    model = model_path(root, settings.data_dir)
    if model.exists():
        forget_old_models(model)
        say("对话模型：数据没有变化，不必重新训练")
        return model
    with timed("训练对话模型（约一分钟）"):
        return train(root, settings.data_dir, guard)
