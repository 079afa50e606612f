"""How long finding the same problem takes among 50,000 appeals: `python -m tests.bench.alike`."""

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from actions.appeals.appeal import Filing
from actions.appeals.tables import AppealRow
from actions.likeness.finder import Finder
from actions.likeness.likeness import Likeness
from knowledge.encoder.late import LateEncoder
from knowledge.places.tables import CommunityRow
from knowledge.search.batching import BatchedQueries
from knowledge.settings import PROJECT_ROOT, Settings
from knowledge.storage.database import Database
from knowledge.storage.migrate import upgrade_url
from tests.databases import running_postgres

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
_COMMUNITIES = 60
# The first community has as many appeals as all others together.
_BUSY = 0.5
_OPEN = 0.2
_DAYS = 365
_STORIES = PROJECT_ROOT / "actions" / "likeness" / "chat_stories.yaml"


async def fill(database: Database, count: int, rng: random.Random) -> None:
    """Appeals of one year, a fifth of them open; words of our own stories, varied by number."""
    told = messages()
    async with database.write() as session:
        await session.execute(
            insert(CommunityRow),
            [
                {"slug": f"c{n}", "name": f"第{n}小区", "kind": "market_estate", "aliases": []}
                for n in range(_COMMUNITIES)
            ],
        )
        for start in range(0, count, 5_000):
            rows = []
            for number in range(start, min(start + 5_000, count)):
                text, leaf = rng.choice(told)
                at = NOW - timedelta(days=rng.random() * _DAYS)
                rows.append(
                    {
                        "number": f"SQ{number:012d}",
                        "status": "in_progress" if rng.random() < _OPEN else "closed",
                        "resident_id": number,
                        "channel": "web",
                        "content": f"{text}，已经{number % 90}天了，请尽快处理",
                        "category": leaf,
                        "community_id": community(rng),
                        "building": f"{number % 30}栋",
                        "created_at": at,
                        "updated_at": at,
                    }
                )
            await session.execute(insert(AppealRow), rows)


def messages() -> list[tuple[str, str]]:
    """(words, leaf) of our own stories."""
    stories = yaml.safe_load(_STORIES.read_text(encoding="utf-8"))["stories"]
    return [(message[0], message[1]) for story in stories for message in story]


def community(rng: random.Random) -> int:
    return 1 if rng.random() < _BUSY else rng.randint(2, _COMMUNITIES)


async def measure(
    database: Database, rng: random.Random, looks: int
) -> dict[str, tuple[list[float], float]]:
    """(milliseconds of each look, CPU milliseconds of one) in a fresh process, and again.

    On a busy machine the clock tells of the others' work too; CPU time tells of ours alone.
    """
    encoder = BatchedQueries(LateEncoder(Settings().encoder_path))
    await encoder.encode("电梯坏了")
    finder = Finder(database, Likeness.load(), encoder.encode, lambda: NOW)
    told = messages()
    filings = []
    for number in range(looks):
        text, leaf = rng.choice(told)
        filings.append(
            Filing(
                resident_id=-number, channel="web", content=f"{text}，第{number}次说了",
                category=leaf, community_id=community(rng), building=f"{number % 30}栋",
            )
        )  # fmt: skip
    took = {}
    for name in ("刚启动", "用过以后"):
        times, cpu = [], time.process_time()
        for filing in filings:
            again = filing.model_copy(update={"content": f"{filing.content}。{name}"})
            began = time.perf_counter()
            await finder.candidates(again, to_resident=True)
            times.append(1000 * (time.perf_counter() - began))
        took[name] = times, 1000 * (time.process_time() - cpu) / looks
    await encoder.close()
    return took


async def run(url: str, name: str, count: int, looks: int, table: Table) -> None:
    database, rng = Database(url), random.Random(1)
    await fill(database, count, rng)
    for state, (times, cpu) in (await measure(database, rng, looks)).items():
        p50, p95, most = np.percentile(times, [50, 95, 100])
        table.add_row(name, state, f"{p50:.1f}", f"{p95:.1f}", f"{most:.1f}", f"{cpu:.1f}")
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appeals", type=int, default=50_000)
    parser.add_argument("--looks", type=int, default=300)
    given = parser.parse_args()
    table = Table(
        "数据库",
        "进程",
        "p50 毫秒",
        "p95 毫秒",
        "最长",
        "CPU 毫秒",
        title=f"{given.appeals} 件诉求里找同一件",
    )
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        sqlite = f"sqlite+aiosqlite:///{Path(folder) / 'alike.db'}"
        upgrade_url(sqlite)
        asyncio.run(run(sqlite, "SQLite", given.appeals, given.looks, table))
        asyncio.run(run(postgres.url("migrated"), "PostgreSQL", given.appeals, given.looks, table))
    Console().print(table)


if __name__ == "__main__":
    main()
