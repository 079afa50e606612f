"""The teacher's vectors of all training texts, computed once and kept beside the run."""

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.encoder import Encoder

_BLOCK = 4096


def teacher_vectors(
    teacher: Encoder, texts: Sequence[str], work: Path, say: Callable[[str], None]
) -> NDArray[np.float16]:
    """Unit vectors of `texts` asked as questions, shape (n, d), in float16.

    Blocks already computed are read from `work`; an interrupted run goes on where it stood.
    """
    folder = work / "targets"
    folder.mkdir(parents=True, exist_ok=True)
    started, fresh = time.monotonic(), 0
    parts = []
    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        file = folder / f"{_digest(block)}.npy"
        if not file.exists():
            half = file.with_suffix(".half.npy")
            np.save(half, teacher.encode_queries(block).astype(np.float16))
            half.replace(file)
            fresh += len(block)
            speed = fresh / (time.monotonic() - started)
            say(f"teacher: {start + len(block)} of {len(texts)}, {speed:.0f} texts/s")
        parts.append(np.load(file))
    return np.concatenate(parts)


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:24]
