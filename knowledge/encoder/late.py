"""An encoder that is loaded at its first use, so that a process can serve before it is there."""

import threading
from collections.abc import Sequence

from knowledge.encoder.encoder import Encoder, Vectors


class LateEncoder:
    """Loads the named encoder once, in whichever thread needs it first.

    Every call raises `UnusableEncoder` where it cannot be loaded; loading is not tried again.
    """

    def __init__(self, name_or_folder: str, threads: int = 1) -> None:
        self._name, self._threads = name_or_folder, threads
        self._lock = threading.Lock()
        self._loaded: Encoder | Exception | None = None

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder().encode_passages(texts)

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._loaded is None:
                try:
                    self._loaded = Encoder.load(self._name, threads=self._threads)
                except Exception as error:
                    self._loaded = error
            if isinstance(self._loaded, Exception):
                raise self._loaded
            return self._loaded
