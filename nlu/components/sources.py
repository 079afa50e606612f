"""What the components are made of, as one digest: Rasa's training cache must know of a change."""

import hashlib
from pathlib import Path
from typing import Text

_FOLDER = Path(__file__).parent
_SOURCES = ("*.py", "*.yml", "sayings/*.yml", "../dictionary/*.txt")


def sources_digest() -> Text:
    """A hex digest of this folder's code and rules and of the dictionary."""
    digest = hashlib.sha256()
    for file in sorted(path for pattern in _SOURCES for path in _FOLDER.glob(pattern)):
        digest.update(file.read_bytes())
    return digest.hexdigest()
