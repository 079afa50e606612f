"""Two copies of the product on one machine keep out of each other's way."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.supervisor.errors import CannotStart
from bot.supervisor.lock import only_one
from bot.supervisor.ports import hold_port, listen_for_gateway


def test_a_held_port_is_free_for_our_child_and_for_nobody_else() -> None:
    port = hold_port()
    with socket.create_server(("127.0.0.1", port.number)):
        pass  # a child: servers allow reuse of the address
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.bind(("127.0.0.1", port.number))


def test_a_busy_gateway_port_gives_way_to_the_next() -> None:
    with listen_for_gateway("127.0.0.1", 0, fixed=False) as first:
        taken = first.getsockname()[1]
        with listen_for_gateway("127.0.0.1", taken, fixed=False) as second:
            assert second.getsockname()[1] > taken


def test_a_busy_port_that_was_asked_for_is_an_error() -> None:
    with listen_for_gateway("127.0.0.1", 0, fixed=True) as first:
        taken = first.getsockname()[1]
        with pytest.raises(CannotStart, match=f"端口 {taken} 已被占用"):
            listen_for_gateway("127.0.0.1", taken, fixed=True)


def test_a_data_folder_serves_one_product_at_a_time(tmp_path: Path) -> None:
    refused = pytest.raises(CannotStart, match="另一个运行中的实例")
    with only_one(tmp_path), refused, only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_requests_wait_while_a_gateway_restarts() -> None:
    """The supervisor's socket outlives the gateway that serves on it."""
    answer = (
        "import os, socket; s = socket.socket(fileno=int(os.environ['GATEWAY_FD']));"
        "c, _ = s.accept(); c.sendall(b'served')"
    )
    with listen_for_gateway("127.0.0.1", 0, fixed=False) as listener:
        for _ in range(2):
            with socket.create_connection(listener.getsockname()) as resident:
                fd = listener.fileno()
                env = {**os.environ, "GATEWAY_FD": str(fd)}
                subprocess.run(
                    [sys.executable, "-c", answer], env=env, pass_fds=(fd,), check=True, timeout=10
                )
                assert resident.recv(10) == b"served"
