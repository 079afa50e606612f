"""The training loop: one thread, AdamW, warm-up and cosine decay, resumable at any checkpoint."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from knowledge.encoder.distil.batches import forever
from knowledge.encoder.distil.losses import contrast, distance, relations
from knowledge.encoder.distil.pairs import Pairs
from knowledge.encoder.distil.student import Student

_CHECKPOINT = 250
_REPORT = 50


@dataclass(frozen=True)
class Phase:
    """How to train: `pairs` 0 imitates only; n contrasts pairs at each n-th step instead."""

    steps: int
    rate: float
    batch: int = 64
    warm_up: int = 200
    pairs: int = 0
    pair_batch: int = 48
    distance_weight: float = 20.0
    seed: int = 0


def train(
    student: Student,
    texts: Sequence[str],
    targets: NDArray[np.float16],
    pairs: Pairs | None,
    phase: Phase,
    checkpoint: Path,
    say: Callable[[str], None],
) -> None:
    """Trains in place; goes on from `checkpoint` if it exists.

    `targets` (n, d) are the teacher's vectors of `texts`.
    """
    rows = student.ids(texts)
    lengths = np.array([len(row) for row in rows])
    optimiser = _optimiser(student.model, phase.rate)
    done = _resume(checkpoint, student, optimiser)
    random = np.random.default_rng((phase.seed, done))
    batches = forever(lengths, targets, phase.batch, random)
    drawn = pairs.forever(phase.pair_batch, phase.seed + done) if pairs else iter(())
    student.model.train()
    log, started = _Log(say), time.monotonic()
    for step in range(done, phase.steps):
        for group in optimiser.param_groups:
            group["lr"] = phase.rate * _pace(step, phase)
        if phase.pairs and step % phase.pairs == phase.pairs - 1:
            loss = _pair_loss(student, drawn)
            log.add(pairs=loss.item())
        else:
            chosen = next(batches)
            vectors = student([rows[number] for number in chosen])
            wanted = functional.normalize(torch.from_numpy(targets[chosen].astype(np.float32)))
            far, apart = distance(vectors, wanted), relations(vectors, wanted)
            loss = phase.distance_weight * far + apart
            log.add(distance=far.item(), relations=apart.item())
        torch.autograd.backward([loss])
        torch.nn.utils.clip_grad_norm_(student.model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        if step % _REPORT == _REPORT - 1:
            speed = (step + 1 - done) / (time.monotonic() - started)
            log.tell(f"step {step + 1} of {phase.steps}, {speed:.2f} steps/s")
        if (step + 1) % _CHECKPOINT == 0:
            _keep(checkpoint, student, optimiser, step + 1)


def _optimiser(model: torch.nn.Module, rate: float) -> torch.optim.AdamW:
    named = list(model.named_parameters())
    plain = [value for name, value in named if value.ndim < 2]
    decayed = [value for name, value in named if value.ndim >= 2]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def _pace(step: int, phase: Phase) -> float:
    if step < phase.warm_up:
        return (step + 1) / phase.warm_up
    share = (step - phase.warm_up) / max(phase.steps - phase.warm_up, 1)
    return 0.02 + 0.98 * (1 + math.cos(math.pi * share)) / 2


def _pair_loss(student: Student, drawn: Iterator[tuple[list[str], list[str], list[int]]]) -> Tensor:
    first, second, groups = next(drawn)
    vectors = student(student.ids([*first, *second]))
    return contrast(vectors[: len(first)], vectors[len(first) :], torch.tensor(groups))


def _resume(checkpoint: Path, student: Student, optimiser: torch.optim.Optimizer) -> int:
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    student.model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _keep(checkpoint: Path, student: Student, optimiser: torch.optim.Optimizer, step: int) -> None:
    half = checkpoint.with_suffix(".half")
    torch.save(
        {
            "model": student.model.state_dict(),
            "optimiser": optimiser.state_dict(),
            "step": step,
        },
        half,
    )
    half.replace(checkpoint)


class _Log:
    """Means since the last report."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._kept: dict[str, list[float]] = {}

    def add(self, **values: float) -> None:
        for name, value in values.items():
            self._kept.setdefault(name, []).append(value)

    def tell(self, head: str) -> None:
        means = ", ".join(f"{name} {np.mean(kept):.4f}" for name, kept in self._kept.items())
        self._say(f"{head}: {means}")
        self._kept.clear()
