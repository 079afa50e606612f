"""The embedded Redis beside another one, its password, and REDIS_URL in its place."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.settings import GatewaySettings
from bot.supervisor.child import Child
from bot.supervisor.errors import CannotStart
from bot.supervisor.plan import Site, plan_children
from bot.supervisor.ports import hold_port
from bot.supervisor.redis_server import embedded_redis


@contextmanager
def running(child: Child, url: str) -> Iterator[redis.Redis]:
    process = subprocess.Popen(child.command, stdout=subprocess.DEVNULL)
    client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0))
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                client.ping()
                break
            except redis.RedisError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(10)


def test_two_run_side_by_side_and_remember_what_they_were_told(tmp_path: Path) -> None:
    ports = [hold_port(), hold_port()]
    one, one_url = embedded_redis(tmp_path / "one", ports[0].number)
    two, two_url = embedded_redis(tmp_path / "two", ports[1].number)
    with running(one, one_url) as first, running(two, two_url) as second:
        first.set("owner", "one")
        assert second.get("owner") is None
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=ports[0].number).ping()
    with running(one, one_url) as again:
        assert again.get("owner") == b"one"


def test_the_password_is_nobody_elses_to_read(tmp_path: Path) -> None:
    child, url = embedded_redis(tmp_path, 6399)
    password = url.split("@")[0].rpartition(":")[2]
    config = tmp_path / "run" / "redis.conf"
    assert password in config.read_text() and len(password) > 30
    assert config.stat().st_mode & 0o777 == 0o600
    assert not any(password in part for part in child.command)


def test_redis_url_takes_the_place_of_the_embedded_one(site: Site, tmp_path: Path) -> None:
    port = hold_port()
    child, url = embedded_redis(tmp_path / "theirs", port.number)
    with running(child, url):
        children = plan_children(with_redis(site, url))
    assert [child.name for child in children] == ["actions", "rasa", "gateway"]
    assert all(child.env["REDIS_URL"] == url for child in children if child.name != "rasa")


def test_a_redis_url_that_nobody_answers_is_refused(site: Site) -> None:
    with pytest.raises(CannotStart, match="REDIS_URL"):
        plan_children(with_redis(site, f"redis://127.0.0.1:{hold_port().number}"))


def test_number_libraries_keep_no_core_spinning(site: Site) -> None:
    children = {child.name: child for child in plan_children(site)}
    for name in ("actions", "gateway"):
        assert children[name].env["OPENBLAS_NUM_THREADS"] == "1"
        assert children[name].env["OMP_NUM_THREADS"] == "1"


def with_redis(site: Site, url: str) -> Site:
    settings = GatewaySettings(data_dir=site.settings.data_dir, redis_url=url)
    return Site(settings, site.root, site.model, site.listener)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    python = tmp_path / ".venv-nlu" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    settings = GatewaySettings(data_dir=tmp_path / "var", redis_url="")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Site(settings, tmp_path, tmp_path / "model.tar.gz", listener)
