"""The vectors of the NLU process are those of the shipped encoder, and bear on the intents."""

import numpy as np
import pytest

from knowledge.encoder.encoder import Encoder
from knowledge.settings import PROJECT_ROOT
from tests.nlu.conftest import Understanding
from tests.nlu.examples import HELD_OUT, sentences

STUDENT = PROJECT_ROOT / "knowledge" / "encoder" / "student"
# Measured: 0.9988 at least, 0.9992 on average.
_LEAST_COSINE, _MEAN_COSINE = 0.995, 0.998


@pytest.fixture(scope="module")
def exact() -> Encoder:
    """The encoder of the knowledge base, in float32."""
    return Encoder.load(str(STUDENT), quick=False)


def _vectors(understanding: Understanding, texts: list[str]) -> np.ndarray:
    return np.array(understanding.ask("vectors", texts=texts))


def test_vectors_agree_with_the_exact_encoder(understanding: Understanding, exact: Encoder) -> None:
    texts = [text for text, _ in sentences(HELD_OUT[0])][::3]
    plain = [understanding.ask("plain", text=text)["text"] for text in texts]
    cosines = (_vectors(understanding, texts) * exact.encode_passages(plain)).sum(axis=1)
    assert cosines.min() >= _LEAST_COSINE
    assert cosines.mean() >= _MEAN_COSINE


def test_vectors_have_the_length_one(understanding: Understanding) -> None:
    lengths = np.linalg.norm(_vectors(understanding, ["着火了", "", "😀", "a" * 5000]), axis=1)
    assert lengths == pytest.approx(1.0, abs=1e-5)


def test_only_the_beginning_of_a_long_letter_is_encoded(understanding: Understanding) -> None:
    letter = "楼下烧烤店每天营业到凌晨，油烟直往家里灌。" * 10
    one, other = _vectors(understanding, [letter, f"{letter}请尽快处理。"])
    assert one == pytest.approx(other)


def test_same_meaning_in_other_words_is_nearer_than_another_matter(
    understanding: Understanding,
) -> None:
    one, same, other = _vectors(
        understanding, ["高龄津贴怎么申请", "老人满八十有补贴吗", "楼道灯不亮了"]
    )
    assert one @ same > one @ other


@pytest.mark.parametrize("text", [" ", "😀", "\u200b", "hello", "a" * 10_000])
def test_any_text_gets_an_intent_or_none(understanding: Understanding, text: str) -> None:
    parsed = understanding.ask("parse", text=text)
    assert 0.0 <= parsed["intent"]["confidence"] <= 1.0
    assert all(other["name"] != "calm saying" for other in parsed["intent_ranking"])
