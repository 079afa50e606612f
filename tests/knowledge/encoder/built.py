"""Where the tests find the teacher: one shared folder, built the first time."""

import os
from pathlib import Path

from knowledge.encoder.build import build_encoder
from knowledge.settings import PROJECT_ROOT


def built_encoder() -> Path:
    """`MINHU_TEST_ENCODER`, else var/encoder, built there when absent."""
    folder = Path(os.environ.get("MINHU_TEST_ENCODER") or PROJECT_ROOT / "var" / "encoder")
    if not folder.exists() or not os.environ.get("MINHU_TEST_ENCODER"):
        build_encoder(folder)
    return folder
