"""Which children the product has on this machine, and what each is told. Add one here."""

import asyncio
import functools
import secrets
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import GatewaySettings
from bot.supervisor.child import Child
from bot.supervisor.errors import CannotStart
from bot.supervisor.ports import HeldPort, hold_port
from bot.supervisor.probes import http_answers, http_is_well, redis_answers
from bot.supervisor.rasa_server import rasa_endpoints, rasa_server
from bot.supervisor.redis_server import embedded_redis


@dataclass(frozen=True)
class Site:
    """Where this copy of the product runs; its ports stay ours for as long as this lives."""

    settings: GatewaySettings
    root: Path
    model: Path
    listener: socket.socket
    redis: HeldPort = field(default_factory=hold_port)
    actions: HeldPort = field(default_factory=hold_port)
    rasa: HeldPort = field(default_factory=hold_port)
    # Hexadecimal: a token that began with a dash would read as an option.
    rasa_token: str = field(default_factory=lambda: secrets.token_hex(24))


def plan_children(site: Site) -> list[Child]:
    """All children in the order of their start; they learn each other's addresses by environment."""
    own_redis, redis_url = _redis(site)
    data_dir = site.settings.data_dir
    env = {
        "DATA_DIR": str(data_dir),
        "REDIS_URL": redis_url,
        "ACTIONS_URL": site.actions.url,
        "RASA_URL": site.rasa.url,
        "RASA_TOKEN": site.rasa_token,
        "PYTHONUNBUFFERED": "1",
        # Number libraries keep waiting threads spinning, each on a core that others need.
        "OMP_NUM_THREADS": str(site.settings.encoder_threads),
        "OPENBLAS_NUM_THREADS": "1",
    }
    first = ("redis",) if own_redis else ()
    actions = Child(
        name="actions",
        title="业务动作",
        command=[sys.executable, "-m", "bot", "actions"],
        env=env,
        ready=functools.partial(http_is_well, f"{site.actions.url}/health"),
        after=first,
    )
    rasa = rasa_server(
        root=site.root,
        data_dir=data_dir,
        model=site.model,
        port=site.rasa.number,
        token=site.rasa_token,
        endpoints=rasa_endpoints(site.actions.url, redis_url),
        after=first,
    )
    gateway = Child(
        name="gateway",
        title="网关（网页、微信、工作台）",
        command=[sys.executable, "-m", "bot", "gateway"],
        env={**env, "GATEWAY_FD": str(site.listener.fileno())},
        pass_fds=(site.listener.fileno(),),
        ready=functools.partial(http_answers, f"{local_url(site.listener)}/health"),
        after=first,
    )
    return [*own_redis, actions, rasa, gateway]


def local_url(listener: socket.socket) -> str:
    """The gateway's address as seen from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _redis(site: Site) -> tuple[list[Child], str]:
    url = site.settings.redis_url
    if not url:
        server, url = embedded_redis(site.settings.data_dir, site.redis.number)
        return [server], url
    if not asyncio.run(redis_answers(url)):
        raise CannotStart("REDIS_URL 指定的 Redis 没有应答，请检查地址、密码和网络。")
    return [], url
