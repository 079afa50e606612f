"""Texts to unit vectors with an ONNX graph and a tokenizer file: no torch, no Rasa."""

from pathlib import Path
from typing import List, Text

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def open_session(graph: bytes) -> onnxruntime.InferenceSession:
    """The graph, ready to run in one thread of the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


class Pieces:
    """Cuts a text into the ids of its word pieces, the first `most` of them."""

    def __init__(self, file: Path, most: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(most)

    def of(self, text: Text) -> List[int]:
        ids: List[int] = self._tokenizer.encode(text).ids
        return ids


class SentenceVectors:
    """One text after the other: chat never waits for a batch."""

    def __init__(self, graph: bytes, pieces: Pieces) -> None:
        self._session = open_session(graph)
        self._pieces = pieces

    def of(self, text: Text) -> np.ndarray:
        """The vector of a text, shape (1, d), float32, of length 1."""
        ids = np.array([self._pieces.of(text)], dtype=np.int64)
        vector: np.ndarray = self._session.run(["vector"], {"ids": ids})[0]
        return vector
