"""Vectors of the entries' texts on disk, so that a process that starts again need not encode them."""

import hashlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class KeptVectors:
    """One file for one encoder; a broken or missing file is as good as an empty one."""

    def __init__(self, folder: Path, encoder: str) -> None:
        """`encoder` is the name or folder that the vectors are of: another weight, another file."""
        digest = hashlib.sha256(f"{encoder}\n{_state_of(Path(encoder))}".encode()).hexdigest()
        self._path = folder / f"vectors-{digest[:16]}.npz"

    def load(self) -> tuple[dict[str, Vectors], dict[str, Vectors]]:
        """Vectors by text: of lines, and of leads."""
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                return _read(kept, "lines"), _read(kept, "leads")
        except FileNotFoundError:
            return {}, {}
        except (OSError, ValueError, KeyError) as error:
            log.warning("kept vectors are unreadable, all texts are encoded anew: %s", error)
            return {}, {}

    def save(self, lines: Mapping[str, Vectors], leads: Mapping[str, Vectors]) -> None:
        """Write both at once; a reader sees the old file or the new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}.npz")
        np.savez(
            fresh,
            lines=np.array(list(lines)),
            lines_vectors=np.stack(list(lines.values())),
            leads=np.array(list(leads)),
            leads_vectors=np.stack(list(leads.values())),
        )
        fresh.replace(self._path)


def _read(kept: Mapping[str, NDArray[np.generic]], name: str) -> dict[str, Vectors]:
    vectors = kept[f"{name}_vectors"].astype(np.float32, copy=False)
    return dict(zip(kept[name].tolist(), vectors, strict=True))


def _state_of(folder: Path) -> str:
    """What changes when a folder's weights do; a hub's name has none."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return ""
    state = weights.stat()
    return f"{state.st_size} {state.st_mtime_ns}"
