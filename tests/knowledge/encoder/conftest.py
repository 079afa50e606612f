"""The shipped encoder, loaded once in float32 and once as the product runs it; the teacher."""

from pathlib import Path

import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.settings import SHIPPED_ENCODER
from tests.knowledge.encoder.built import built_encoder


@pytest.fixture(scope="session")
def encoder_folder() -> Path:
    return SHIPPED_ENCODER


@pytest.fixture(scope="session")
def teacher_folder() -> Path:
    return built_encoder()


@pytest.fixture(scope="session")
def exact(encoder_folder: Path) -> Encoder:
    return Encoder.load(str(encoder_folder), quick=False)


@pytest.fixture(scope="session")
def quick(encoder_folder: Path) -> Encoder:
    return Encoder.load(str(encoder_folder))
