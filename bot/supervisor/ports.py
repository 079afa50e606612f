"""Ports that no other copy of the product can take: kept by bound sockets, not by hope."""

import errno
import socket
from dataclasses import dataclass

from bot.supervisor.errors import CannotStart

NEXT_PORTS = 50


@dataclass(frozen=True)
class HeldPort:
    """A loopback port of ours until `holder` is closed, also while its server restarts.

    The holder is bound but never listens. Linux then lets a child bind the same port (both
    allow reuse of the address), while nobody who asks for a free port is given this one.
    """

    number: int
    holder: socket.socket

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.number}"


def hold_port() -> HeldPort:
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.bind(("127.0.0.1", 0))
    # Only now: an address free for reuse from the start could be one that another copy holds.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return HeldPort(holder.getsockname()[1], holder)


def listen_for_gateway(host: str, port: int, *, fixed: bool) -> socket.socket:
    """The gateway's listening socket, which the supervisor keeps and each gateway inherits.

    So requests wait, instead of being refused, while a gateway restarts.
    `fixed` (the operator chose the port): no other port will do.
    """
    last = port if fixed else min(port + NEXT_PORTS, 65535)
    for candidate in range(port, last + 1):
        try:
            return _listen(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise CannotStart(f"无法监听 {host}:{candidate}：{error.strerror}") from error
    if fixed:
        raise CannotStart(f"端口 {port} 已被占用或无权使用。请改 PORT，或先停掉占用它的程序。")
    raise CannotStart(f"从 {port} 到 {last} 没有空闲端口，请用 PORT 指定一个。")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
