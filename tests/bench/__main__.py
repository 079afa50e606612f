"""`make bench`: the whole way over WeChat, bare Rasa with our model, and stock Rasa, in one run.

`make bench ONLY=worklists` measures worklists over fifty thousand appeals instead.
"""

import argparse
import asyncio
import itertools
import json
import random
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table

from actions.turn import TurnContext
from knowledge.entries.loader import load_entries
from knowledge.settings import PROJECT_ROOT
from tests.bench import worklists
from tests.bench.load import Ask, Load, measure
from tests.bench.stock import RasaServer, stock_model
from tests.product import Product
from tests.simulators.wechat import WeChatPlatform

AT_ONCE = (1, 8, 32)
QUESTIONS_OF_ONE = 5
OPENINGS = ("", "我妈想晓得", "帮邻居打听", "替我婆婆问一声", "楼里有人问", "昨天就想问", "听人讲")
OURS, BARE, STOCK = "ours, the whole way", "bare Rasa REST, our model", "stock Rasa REST"
Results = dict[str, dict[int, list[Load]]]


def unheard() -> Iterator[str]:
    """Questions of the starter content in words that no system has heard before.

    The encoder remembers the vectors of questions it knows: a question asked twice would cost less.
    """
    entries = load_entries(PROJECT_ROOT / "knowledge/content/entries")
    asked = [question for _, entry in entries for question in entry.questions]
    every = [f"{opening}{question}" for opening in OPENINGS for question in asked]
    random.Random(0).shuffle(every)
    return iter(every)


def rasa_asker(http: aiohttp.ClientSession, url: str, token: str = "") -> Ask:
    """One REST turn, a fresh short session each: Rasa's best case."""
    params = {"token": token} if token else {}

    async def ask(place: int, question: str) -> None:
        context = TurnContext(
            resident_id=1, conversation_id=1, message_id=1, channel="wechat", raw_text=question
        )
        body = {
            "sender": secrets.token_hex(8),
            "message": question,
            "metadata": context.model_dump(),
        }
        address = f"{url}/webhooks/rest/webhook"
        async with http.post(address, json=body, params=params) as answer:
            said = await answer.json()
        if not said:
            raise RuntimeError(f"no answer to {question!r}")

    return ask


def wechat_asker(platform: WeChatPlatform) -> Ask:
    """The whole way: sealed, signed, stored, understood, answered, stored, sealed, opened.

    After a few questions another resident comes: some questions lead to a person, who then has
    that conversation.
    """
    asked: Counter[int] = Counter()
    run = secrets.token_hex(3)

    async def ask(place: int, question: str) -> None:
        resident = f"bench-{run}-{place}-{asked[place] // QUESTIONS_OF_ONE}"
        asked[place] += 1
        if not await platform.say(resident, question):
            raise RuntimeError(f"no answer to {question!r}")

    return ask


async def bench(arguments: argparse.Namespace, console: Console) -> Results:
    console.print("训练对照组（首次约两分钟）……")
    model = await asyncio.to_thread(stock_model)
    results: Results = {OURS: {}, BARE: {}, STOCK: {}}
    async with WeChatPlatform(mode="safe") as platform:
        env = {
            "WECHAT_TOKEN": platform.token,
            "WECHAT_APP_ID": platform.app_id,
            "WECHAT_APP_SECRET": platform.app_secret,
            "WECHAT_AES_KEY": platform.aes_key,
            "WECHAT_API_BASE": platform.api_base,
        }
        with tempfile.TemporaryDirectory() as folder, Product(Path(folder), env=env) as product:
            platform.gateway_url = f"{product.url}/wechat"
            names = ("gateway", "rasa", "actions", "redis")
            ours = {name: product.child(name) for name in names}
            actions = {"actions": ours["actions"]}
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
                with RasaServer(model, product.address("ACTIONS_URL")) as stock:
                    assert stock.process
                    bare_url, token = product.address("RASA_URL"), product.address("RASA_TOKEN")
                    systems = {
                        OURS: (wechat_asker(platform), ours),
                        BARE: (
                            rasa_asker(http, bare_url, token),
                            {"rasa": ours["rasa"], **actions},
                        ),
                        STOCK: (
                            rasa_asker(http, stock.url),
                            {"stock rasa": psutil.Process(stock.process.pid), **actions},
                        ),
                    }
                    fresh = unheard()
                    for ask, processes in systems.values():
                        await measure(ask, list(itertools.islice(fresh, 40)), 4, processes)
                    for _, at_once in itertools.product(range(arguments.rounds), AT_ONCE):
                        for name, (ask, processes) in systems.items():
                            asked = list(itertools.islice(fresh, arguments.questions))
                            load = await measure(ask, asked, at_once, processes)
                            results[name].setdefault(at_once, []).append(load)
                            console.print(
                                f"{name} · {at_once} 人同时：中位 {load.median_ms:.1f} 毫秒，"
                                f"p95 {load.p95_ms:.1f} 毫秒，每秒 {load.rate:.1f} 条"
                            )
    return results


def middle(loads: list[Load], figure: str) -> float:
    """The median over the rounds of one figure."""
    values = sorted(getattr(load, figure) for load in loads)
    return float(values[len(values) // 2])


def tables(results: Results) -> tuple[Table, Table]:
    """Speed, with the ratio to stock Rasa; and what each process used."""
    speed = Table("系统", "同时", "中位 ms", "p95 ms", "条/秒", "p95 比", "条/秒 比", title="速度")
    use = Table("系统", "同时", "进程", "CPU ms/条", "内存 MB", title="占用")
    for name, loads in results.items():
        for at_once, rounds in loads.items():
            peer = results[STOCK][at_once]
            speed.add_row(
                name,
                str(at_once),
                f"{middle(rounds, 'median_ms'):.1f}",
                f"{middle(rounds, 'p95_ms'):.1f}",
                f"{middle(rounds, 'rate'):.1f}",
                f"{middle(rounds, 'p95_ms') / middle(peer, 'p95_ms'):.2f}",
                f"{middle(rounds, 'rate') / middle(peer, 'rate'):.1f}",
            )
            last = rounds[-1]
            for process, usage in last.usage.items():
                per_message = usage.cpu_seconds * 1000 / len(last.seconds)
                use.add_row(
                    name, str(at_once), process, f"{per_message:.1f}", f"{usage.memory_mb:.0f}"
                )
    return speed, use


def as_json(results: Results) -> str:
    figures = {
        name: {
            at_once: {
                figure: round(middle(rounds, figure), 2)
                for figure in ("median_ms", "p95_ms", "rate")
            }
            for at_once, rounds in loads.items()
        }
        for name, loads in results.items()
    }
    return json.dumps(figures, ensure_ascii=False, indent=1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=("answers", "worklists"), default="answers")
    parser.add_argument("--questions", type=int, default=200, help="per system, load and round")
    parser.add_argument("--rounds", type=int, default=3)
    console, arguments = Console(), parser.parse_args()
    if arguments.only == "worklists":
        raise SystemExit(not worklists.main(console))
    results = asyncio.run(bench(arguments, console))
    for table in tables(results):
        console.print(table)
    out = PROJECT_ROOT / "var" / "bench" / "bench.json"
    out.write_text(as_json(results), encoding="utf-8")
    console.print(f"数据：{out}")


if __name__ == "__main__":
    main()
