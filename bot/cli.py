"""The operator's command line: run everything, prepare, or one process alone in the foreground."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import typer

from bot.settings import GatewaySettings
from bot.supervisor.console import complain, say
from bot.supervisor.errors import CannotStart
from knowledge.settings import PROJECT_ROOT

app = typer.Typer(
    help="民呼我应：社区居民服务助手",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Commands import what they need only when called: `version` must not wait for torch.


@app.command()
def run() -> None:
    """启动全部进程（Redis、业务动作、对话引擎、网关），Ctrl-C 停止。"""
    from bot.supervisor.run import run as run_all

    with _plain_errors():
        run_all(_settings(), PROJECT_ROOT)


@app.command()
def prepare() -> None:
    """准备编码器、对话模型、数据库和初始内容；已就绪的会跳过。"""
    from bot.supervisor.guard import Guard
    from bot.supervisor.prepare import prepare as prepare_all
    from bot.supervisor.run import password_box

    with _plain_errors(), Guard() as guard:
        if password := prepare_all(_settings(), PROJECT_ROOT, guard):
            say(password_box(password))


@app.command()
def train() -> None:
    """数据有变化时重新训练对话模型。"""
    from bot.supervisor.guard import Guard
    from bot.supervisor.prepare import ensure_model

    with _plain_errors(), Guard() as guard:
        say(str(ensure_model(_settings(), PROJECT_ROOT, guard)))


@app.command()
def gateway() -> None:
    """只启动网关（前台）。"""
    import uvicorn

    settings = _settings()
    server = uvicorn.Server(
        uvicorn.Config(
            "bot.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            log_level=settings.log_level.lower(),
            # WeChat puts a resident's openid into the query: no log line per request.
            access_log=False,
            server_header=False,
            # Below the supervisor's ten seconds, after which it uses force.
            timeout_graceful_shutdown=8,
        )
    )
    # The supervisor keeps the listening socket, so that requests wait while a gateway restarts.
    inherited = os.environ.pop("GATEWAY_FD", "")
    server.run(sockets=[socket.socket(fileno=int(inherited))] if inherited else None)


@app.command()
def actions() -> None:
    """只启动业务动作服务（前台）。"""
    from actions.server import main

    main()


@app.command()
def rasa(interface: str = typer.Option("127.0.0.1", help="监听地址；切勿对外开放")) -> None:
    """只启动对话引擎（前台），端口取自 RASA_URL；需先运行 prepare。"""
    from bot.supervisor.model import trained_model
    from bot.supervisor.rasa_server import rasa_endpoints, rasa_server

    with _plain_errors():
        settings = _settings()
        if not settings.redis_url:
            raise CannotStart("单独启动对话引擎时，请用 REDIS_URL 指定 Redis。")
        child = rasa_server(
            root=PROJECT_ROOT,
            data_dir=settings.data_dir,
            model=trained_model(PROJECT_ROOT, settings.data_dir),
            port=urlsplit(settings.rasa_url).port or 5005,
            interface=interface,
            token=settings.rasa_token,
            endpoints=rasa_endpoints(settings.actions_url, settings.redis_url),
        )
    os.chdir(PROJECT_ROOT)
    os.execve(child.command[0], list(child.command), {**os.environ, **child.env})


@app.command()
def classify(
    source: Path = typer.Argument(help="CSV 或 TSV：text 一列，或 title 和 detail 两列"),
    target: Path = typer.Argument(help="结果写到哪里：行号、一级分类、置信度、小类"),
) -> None:
    """给一批来信分类：官方一级分类及置信度、本社区小类，逐行写出。"""
    from bot.supervisor.rasa_server import rasa_env, rasa_python

    with _plain_errors():
        if not source.is_file():
            raise CannotStart(f"找不到文件 {source}。")
        command = [rasa_python(PROJECT_ROOT), "-m", "nlu.category", "classify"]
        command += [str(source.resolve()), str(target.resolve())]
        env = {**os.environ, **rasa_env(PROJECT_ROOT, _settings().data_dir)}
        done = subprocess.run(command, cwd=PROJECT_ROOT, env=env)
        if done.returncode:
            raise typer.Exit(done.returncode)
        say(f"已写入 {target}")


@app.command(name="import-matters")
def import_matters(source: Path = typer.Argument(help="政务事项，JSON Lines")) -> None:
    """导入政务事项目录为知识条目；重复导入不会改动已有内容。"""
    from knowledge.entries.matters import main

    raise typer.Exit(main([str(source)]))


@app.command(name="import-appeals")
def import_appeals(source: Path = typer.Argument(help="诉求，.xlsx 或 .csv")) -> None:
    """导入其他平台的诉求；有错的行按行列说明，重复导入不会改动已有内容。"""
    from bot.exchange.command import import_file

    with _plain_errors():
        if not source.is_file():
            raise CannotStart(f"找不到文件 {source}。")
        done = import_file(_settings(), source)
        for error in done.errors:
            complain(f"第 {error.row} 行“{error.column}”：{error.problem}")
        say(f"新登记 {done.filed} 条，以前导入过 {done.known} 条，{len(done.errors)} 处要改。")
        if done.errors:
            raise typer.Exit(1)


@app.command(name="reset-password")
def reset_password(username: str) -> None:
    """忘记密码时，为一个账号生成新密码（原来的登录随即失效）。"""
    from bot.starter import new_password

    with _plain_errors():
        say(f"{username} 的新密码：{asyncio.run(new_password(_settings(), username))}")


@app.command()
def version() -> None:
    """显示版本号。"""
    import tomllib

    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    say(f"民呼我应 {project['version']}")


def _settings() -> GatewaySettings:
    # Telephones and addresses of residents: nobody else on this machine reads them.
    os.umask(0o077)
    settings = GatewaySettings()
    # Children run in the project's root: a relative folder must mean the same place there.
    settings.data_dir = settings.data_dir.resolve()
    return settings


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What the operator can put right is said in one sentence, without a traceback."""
    try:
        yield
    except CannotStart as error:
        complain(str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say("已中断。")
        raise typer.Exit(130) from None
