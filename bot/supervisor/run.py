"""`make run` from first line to last: prepare, start, say where everything is, stop."""

import asyncio
import contextlib
from pathlib import Path

from bot.settings import GatewaySettings
from bot.supervisor.console import box, say
from bot.supervisor.guard import Guard
from bot.supervisor.lock import only_one
from bot.supervisor.model import trained_model
from bot.supervisor.plan import Site, local_url, plan_children
from bot.supervisor.ports import listen_for_gateway
from bot.supervisor.prepare import prepare
from bot.supervisor.supervisor import Supervisor

PAGES = (
    ("居民页面", "/"),
    ("工作台", "/desk"),
    ("管理后台", "/office"),
    ("接口文档", "/docs"),
    ("微信回调", "/wechat"),
    ("运行状况", "/health"),
)


def run(settings: GatewaySettings, root: Path) -> None:
    """Everything in the foreground, until Ctrl-C or SIGTERM. Raises `CannotStart`."""
    chosen = "port" in settings.model_fields_set
    logs = settings.data_dir / "logs"
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one(settings.data_dir))
        listener = stack.enter_context(
            listen_for_gateway(settings.host, settings.port, fixed=chosen)
        )
        address = local_url(listener)
        taken = settings.port
        if taken not in (0, listener.getsockname()[1]):
            say(f"端口 {taken} 已被占用，改用 {listener.getsockname()[1]}")
        guard = stack.enter_context(Guard())
        password = prepare(settings, root, guard)

        def announce() -> None:
            nonlocal password
            _show_addresses(address, logs)
            if password:
                say(password_box(password))
                password = None

        try:
            site = Site(settings, root, trained_model(root, settings.data_dir), listener)
            supervisor = Supervisor(plan_children(site), cwd=root, logs=logs, guard=guard)
            asyncio.run(supervisor.run(announce))
        finally:
            # A start that failed: the password stands nowhere else in plain text.
            if password:
                say(password_box(password))
        say("已全部停止。")


def password_box(password: str) -> str:
    return box(
        [
            "首次启动，已创建管理员账号（只显示这一次，请抄下并尽快修改）：",
            "用户名 admin",
            f"密码   {password}",
        ]
    )


def _show_addresses(address: str, logs: Path) -> None:
    say()
    say("民呼我应 已启动：")
    for title, path in PAGES:
        say(f"  {title}  {address}{path}")
    say(f"日志在 {logs}。按 Ctrl-C 停止。")
