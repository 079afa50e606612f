"""Asks questions, so many residents at once, and keeps how long each answer took."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

Ask = Callable[[int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process used during a load."""

    cpu_seconds: float
    memory_mb: float


@dataclass(slots=True)
class Load:
    """One measurement: seconds of each answer, answers a second, use of each process."""

    residents: int
    seconds: list[float]
    wall: float
    usage: dict[str, Usage] = field(default_factory=dict)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))] * 1000

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall


async def measure(
    ask: Ask,
    questions: Sequence[str],
    residents: int,
    processes: Mapping[str, psutil.Process],
) -> Load:
    """Ask every question once, `residents` at a time; each resident waits for the answer."""
    numbers = itertools.count()
    seconds: list[float] = []
    before = {name: process.cpu_times() for name, process in processes.items()}

    async def resident(place: int) -> None:
        for number in numbers:
            if number >= len(questions):
                return
            began = time.perf_counter()
            await ask(place, questions[number])
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(resident(place) for place in range(residents)))
    load = Load(residents, seconds, time.perf_counter() - began)
    for name, process in processes.items():
        used = process.cpu_times()
        cpu = used.user + used.system - before[name].user - before[name].system
        load.usage[name] = Usage(cpu, process.memory_info().rss / 2**20)
    return load
