"""When the model is trained anew, and what Rasa is told of the other processes."""

from pathlib import Path

import pytest

from bot.supervisor.model import MODELS_KEPT, forget_old_models, model_path
from bot.supervisor.rasa_server import rasa_endpoints


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("config.yml", "nlu/domain/a.yml", "nlu/data/nlu/b.yml", "nlu/components/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["config.yml", "nlu/domain/a.yml", "nlu/data/nlu/b.yml", "nlu/components/c.py", "nlu/data/new"],
)
def test_changed_data_asks_for_another_model(root: Path, name: str) -> None:
    before = model_path(root, root / "var")
    (root / name).write_text("changed")
    assert model_path(root, root / "var") != before


def test_what_says_the_same_needs_no_training(root: Path) -> None:
    before = model_path(root, root / "var")
    (root / "config.yml").write_text("config.yml")
    cache = root / "nlu" / "components" / "__pycache__"
    cache.mkdir()
    (cache / "c.pyc").write_bytes(b"compiled")
    assert model_path(root, root / "var") == before


def test_the_newest_models_stay_and_the_current_one_is_newest(tmp_path: Path) -> None:
    models = [tmp_path / f"{number}.tar.gz" for number in range(MODELS_KEPT + 2)]
    for model in models:
        model.touch()
    forget_old_models(models[0])
    left = set(tmp_path.glob("*.tar.gz"))
    assert models[0] in left and len(left) == MODELS_KEPT


def test_endpoints_name_the_action_server_and_redis() -> None:
    endpoints = rasa_endpoints("http://127.0.0.1:5055", "rediss://bot:p%40ss@cache:6380/2")
    redis = {
        "type": "nlu.tracker_store.OpenMatters",
        "url": "cache",
        "port": 6380,
        "db": 2,
        "key_prefix": "minhu",
        "username": "bot",
        "password": "p@ss",
        "use_ssl": True,
    }
    assert endpoints["action_endpoint"] == {"url": "http://127.0.0.1:5055/webhook"}
    assert "lock_store" not in endpoints
    assert endpoints["tracker_store"] == {**redis, "record_exp": 86400}
