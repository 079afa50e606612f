"""Vectors of the entries' texts on disk, so that a process that starts again need not encode them."""

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Vectored:
    """Texts and their vectors, row by row: matrix (n, d). Half floats keep a cosine to 0.001."""

    texts: Sequence[str]
    matrix: Halves

    @classmethod
    def nothing(cls) -> "Vectored":
        return cls((), np.empty((0, 0), np.float16))

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Where the vector of a text stands."""
        return {text: row for row, text in enumerate(self.texts)}


class KeptVectors:
    """One file for one encoder; a broken or missing file is as good as an empty one."""

    def __init__(self, folder: Path, encoder: str) -> None:
        """`encoder` is the name or folder that the vectors are of: another weight, another file."""
        digest = hashlib.sha256(f"{encoder}\n{_state_of(Path(encoder))}".encode()).hexdigest()
        self._path = folder / f"vectors-{digest[:16]}.npz"

    def load(self) -> tuple[Vectored, Vectored]:
        """Lines, and leads."""
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                return _read(kept, "lines"), _read(kept, "leads")
        except FileNotFoundError:
            return Vectored.nothing(), Vectored.nothing()
        except (OSError, ValueError, KeyError) as error:
            log.warning("kept vectors are unreadable, all texts are encoded anew: %s", error)
            return Vectored.nothing(), Vectored.nothing()

    def save(self, lines: Vectored, leads: Vectored) -> None:
        """Write both at once; a reader sees the old file or the new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}.npz")
        # Bytes, since an array of texts takes the width of the longest for each.
        np.savez(
            fresh,
            lines=_bytes_of(lines.texts),
            lines_vectors=lines.matrix,
            leads=_bytes_of(leads.texts),
            leads_vectors=leads.matrix,
        )
        fresh.replace(self._path)


def _bytes_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    # Texts are normalised, so none holds a line break.
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _read(kept: Mapping[str, NDArray[np.generic]], name: str) -> Vectored:
    texts = kept[name].tobytes().decode().split("\n")
    matrix = kept[f"{name}_vectors"].astype(np.float16, copy=False)
    if len(texts) != len(matrix):
        raise ValueError(f"{len(texts)} {name}, {len(matrix)} vectors")
    return Vectored(texts, matrix)


def _state_of(folder: Path) -> str:
    """What changes when a folder's weights do; a hub's name has none."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return ""
    state = weights.stat()
    return f"{state.st_size} {state.st_mtime_ns}"
