"""Runs in the NLU environment: loads the model once and answers JSON lines, one a request.

Asked `{"op": …, …}` on standard input, answers one JSON line on standard output.
"""

import asyncio
import json
import logging
import socket
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rasa
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog

from nlu.components import action_check, kept_connection
from nlu.components.danger_detector import DangerDetector
from nlu.components.fact_extractor import FactExtractor
from nlu.components.plain_text import PlainReader
from nlu.components.sentence_vectors import Pieces, SentenceVectors


def main() -> None:
    """Answer until standard input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # Rasa prints; only answers may go out.
    configure_structlog(logging.WARNING)  # Else every parse is logged, with the resident's words.
    ops = _operations(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        answer = ops[request.pop("op")](**request)
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


def _operations(model: str) -> dict[str, Callable[..., Any]]:
    agent, extractor, detector = Agent.load(model), FactExtractor(), DangerDetector()
    reader = PlainReader()
    stock = RemoteAction._validate_action_result
    action_check.install()
    ours = RemoteAction._validate_action_result
    action = RemoteAction("action_any", None)

    def parse(text: str) -> dict[str, Any]:
        return asyncio.run(agent.parse_message(text))

    def vectors(texts: list[str]) -> list[list[float]]:
        encoder = _encoder(model)
        return [encoder.of(reader.read(text).text)[0].tolist() for text in texts]

    def facts(text: str) -> dict[str, str]:
        first: dict[str, str] = {}
        for fact in extractor.facts(text):
            first.setdefault(fact["entity"], fact["value"])
        return first

    def plain(text: str) -> dict[str, Any]:
        return reader.read(text)._asdict()

    def danger(text: str) -> str | None:
        return detector.danger(text)[0]

    def judge(result: Any) -> list[list[str] | None]:
        return [_verdict(check, action, result) for check in (stock, ours)]

    def install_on(version: str) -> str | None:
        real, rasa.__version__ = rasa.__version__, version
        try:
            action_check.install()
        except RuntimeError as error:
            return str(error)
        finally:
            rasa.__version__ = real
        return None

    def connections(calls: int) -> list[int]:
        return asyncio.run(_connections(calls))

    ops = (parse, vectors, facts, plain, danger, judge, install_on, connections)
    return {f.__name__: f for f in ops}


def _encoder(model: str) -> SentenceVectors:
    """The encoder that travels in the archive of a trained model."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
        files = [name for name in archive.getnames() if "SentenceEncoder" in name]
        archive.extractall(folder, [archive.getmember(name) for name in files])
        graph, pieces = (
            next(Path(folder).rglob(name)) for name in ("encoder.onnx", "tokenizer.json")
        )
        return SentenceVectors(graph.read_bytes(), Pieces(pieces, most=64))


def _verdict(check: Callable[..., bool], action: RemoteAction, result: Any) -> list[str] | None:
    """None where the result is good, else what was found wrong and where."""
    try:
        check(action, result)
    except ValidationError as error:
        # Both add a sentence of their own behind what jsonschema says.
        return [str(error.validator), str(list(error.absolute_path))]
    return None


async def _connections(calls: int) -> list[int]:
    """How many connections an endpoint opened for so many calls, before and after a restart."""
    opened: list[int] = []
    kept_connection.install()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}")
    for _ in range(2):
        seen: set[Any] = set()

        async def answer(request: web.Request, seen: set[Any] = seen) -> web.Response:
            seen.add(request.transport)
            return web.json_response({"heard": await request.json()})

        app = web.Application()
        app.router.add_post("/", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        for number in range(calls):
            assert await endpoint.request(json={"n": number}) == {"heard": {"n": number}}
        opened.append(len(seen))
        await runner.cleanup()
    await endpoint.kept_session.close()
    return opened


if __name__ == "__main__":
    main()
