"""Turns texts into sentence vectors with any sentence-transformers model, by name or folder."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_REMEMBERED = 4096


class UnusableEncoder(RuntimeError):
    """The named model cannot be loaded (句向量模型无法加载)."""


class _Model(Protocol):
    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class Encoder:
    """Encodes questions and passages; may be called from several threads, one works at a time."""

    def __init__(self, name: str, model: _Model, prompts: Mapping[str, str]) -> None:
        self.name = name
        self._model = model
        self._query, self._passage = _query_prompt(prompts), _passage_prompt(prompts)
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    @classmethod
    def load(cls, name_or_folder: str, threads: int = 1, quick: bool = True) -> "Encoder":
        """Loads a sentence-transformers folder or hub name on the CPU.

        `threads` is torch's setting for the whole process. `quick` allows int8 where it keeps
        every probe within cosine 0.995 of float32. Raises UnusableEncoder, with the reason.
        """
        try:
            return cls._load(name_or_folder, threads, quick)
        except Exception as error:
            # The libraries below raise almost anything; callers only need to know that it failed.
            raise UnusableEncoder(f"{name_or_folder}: {error}") from error

    @classmethod
    def _load(cls, name: str, threads: int, quick: bool) -> "Encoder":
        import torch

        from knowledge.encoder.folder import open_plain_bert, read_prompts

        torch.set_num_threads(threads)
        folder = Path(name)
        if folder.is_dir():
            prompts = read_prompts(folder)
            prefixes = sorted({_query_prompt(prompts), _passage_prompt(prompts)})
            plain = open_plain_bert(folder, prefixes, quick)
            if plain is not None:
                return cls(name, plain, prompts)
        general = _SentenceTransformer(name)
        return cls(name, general, general.prompts)

    @property
    def dimensions(self) -> int:
        """Length d of a vector."""
        return self._model.dimensions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of residents' questions: shape (n, d), float32, rows of length 1.

        The last 4,096 different questions are remembered.
        """
        known, new = self._recall(texts)
        if new:
            rows = self._encode([self._query + text for text in new])
            known.update(zip(new, rows, strict=True))
            self._remember(new, rows)
        return np.stack([known[text] for text in texts]) if texts else self._empty()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found: shape (n, d), float32, rows of length 1."""
        return self._encode([self._passage + text for text in texts]) if texts else self._empty()

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return self._model.encode(texts)

    def _empty(self) -> Vectors:
        return np.empty((0, self.dimensions), np.float32)

    def _recall(self, texts: Sequence[str]) -> tuple[dict[str, Vectors], list[str]]:
        known: dict[str, Vectors] = {}
        with self._lock:
            for text in texts:
                if text in self._remembered:
                    self._remembered.move_to_end(text)
                    known[text] = self._remembered[text]
        return known, [text for text in dict.fromkeys(texts) if text not in known]

    def _remember(self, texts: Sequence[str], rows: Vectors) -> None:
        with self._lock:
            for text, row in zip(texts, rows, strict=True):
                # A copy, so that one row does not keep its whole batch alive.
                self._remembered[text] = row.copy()
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)


class _SentenceTransformer:
    """Any model, through the library's own pipeline."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(name, device="cpu")
        self.prompts = {key: text for key, text in (self._model.prompts or {}).items() if text}
        self.dimensions = int(self.encode(["长"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        # The caller has put the prompt in front already.
        vectors = self._model.encode(
            list(texts), prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _query_prompt(prompts: Mapping[str, str]) -> str:
    return prompts.get("query", "")


def _passage_prompt(prompts: Mapping[str, str]) -> str:
    return prompts.get("passage") or prompts.get("document") or ""
