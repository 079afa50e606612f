"""The student starts as part of the teacher, comes nearer to it, and tells apart what it must."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from knowledge.encoder.distil.batches import epoch
from knowledge.encoder.distil.cut import Plan, cut
from knowledge.encoder.distil.losses import contrast, distance, relations
from knowledge.encoder.distil.student import Student
from knowledge.encoder.distil.targets import teacher_vectors
from knowledge.encoder.distil.train import Phase, train
from knowledge.encoder.encoder import Encoder
from tests.knowledge.encoder.distil.tiny import CHARACTERS, tiny_teacher

TEXTS = [
    CHARACTERS[start : start + length]
    for length in range(3, 12)
    for start in range(len(CHARACTERS) - 12)
]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_teacher(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def folder(teacher: Path, tmp_path: Path) -> Path:
    cut(teacher, tmp_path / "student", TEXTS, Plan(layers=(0, 3), pieces=42))
    return tmp_path / "student"


@pytest.fixture
def targets(teacher: Path, tmp_path: Path) -> NDArray[np.float16]:
    return teacher_vectors(Encoder.load(str(teacher), quick=False), TEXTS, tmp_path, print)


def test_the_cut_student_has_the_teachers_layers_and_its_frequent_pieces(
    teacher: Path, folder: Path
) -> None:
    theirs, ours = load_file(teacher / "model.safetensors"), load_file(folder / "model.safetensors")
    name = "encoder.layer.{}.output.dense.weight"
    assert torch.equal(ours[name.format(1)], theirs[name.format(3)])
    assert name.format(2) not in ours
    tokenizer = Student(folder)._tokenizer
    assert tokenizer.get_vocab_size() == 42 == len(ours["embeddings.word_embeddings.weight"])
    assert "<unk>" not in tokenizer.encode(CHARACTERS + "3a").tokens
    assert tokenizer.encode("电梯坏了").tokens == ["<s>", "电梯", "坏", "了", "</s>"]


def test_training_computes_the_same_vectors_as_the_library(folder: Path) -> None:
    library = SentenceTransformer(str(folder), device="cpu")
    student = Student(folder)
    with torch.no_grad():
        ours = student(student.ids(TEXTS[:9])).numpy()
    theirs = library.encode(TEXTS[:9], normalize_embeddings=True)
    assert np.allclose(ours, theirs, atol=1e-5)


def test_targets_are_read_back_and_not_computed_twice(teacher: Path, tmp_path: Path) -> None:
    told: list[str] = []
    encoder = Encoder.load(str(teacher), quick=False)
    first = teacher_vectors(encoder, TEXTS, tmp_path, told.append)
    again = teacher_vectors(encoder, TEXTS, tmp_path, told.append)
    assert np.array_equal(first, again)
    assert len(told) == 1
    assert np.allclose(first, encoder.encode_queries(TEXTS), atol=1e-3)


def test_training_brings_the_student_nearer_and_goes_on_where_it_stopped(
    folder: Path, targets: NDArray[np.float16], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.encoder.distil.train._CHECKPOINT", 20)

    def agreement(student: Student) -> float:
        with torch.no_grad():
            return float((student(student.ids(TEXTS)).numpy() * targets).sum(1).mean())

    student, checkpoint = Student(folder), tmp_path / "run.pt"
    before = agreement(student)
    train(student, TEXTS, targets, None, Phase(40, 3e-3, 16, warm_up=5), checkpoint, print)
    after = agreement(student)
    assert after > before + 0.02

    told: list[str] = []
    resumed = Student(folder)
    train(resumed, TEXTS, targets, None, Phase(50, 3e-3, 16, warm_up=5), checkpoint, told.append)
    assert agreement(resumed) > before + 0.02
    assert told[0].startswith("step 50 of 50")


def test_an_epoch_shows_every_row_once_and_keeps_like_lengths_together(
    targets: NDArray[np.float16],
) -> None:
    lengths = np.array([len(text) for text in TEXTS])
    batches = epoch(lengths, targets, 8, np.random.default_rng(0))
    assert sorted(np.concatenate(batches)) == list(range(len(TEXTS)))
    spread = np.mean([np.ptp(lengths[batch]) for batch in batches])
    assert spread < np.ptp(lengths) * 0.7


def _unit(*rows: list[float]) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.tensor(rows, dtype=torch.float32), dim=1)


def test_losses_vanish_where_the_student_is_the_teacher() -> None:
    vectors = _unit([1, 0, 0.1], [0, 1, 0.2], [0.5, 0.5, 0.7])
    assert float(distance(vectors, vectors)) == pytest.approx(0, abs=1e-6)
    assert float(relations(vectors, vectors)) == pytest.approx(0, abs=1e-6)
    turned = vectors @ torch.tensor([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    assert float(distance(turned, vectors)) > 0.1
    assert float(relations(turned, vectors)) == pytest.approx(0, abs=1e-5)


def test_rows_of_the_same_matter_are_no_negatives_of_each_other() -> None:
    first, second = _unit([1, 0], [1, 0], [0, 1]), _unit([1, 0], [1, 0], [0, 1])
    apart = contrast(first, second, torch.tensor([0, 1, 2]))
    together = contrast(first, second, torch.tensor([0, 0, 2]))
    assert float(together) == pytest.approx(0, abs=1e-6)
    assert float(apart) == pytest.approx(2 / 3 * np.log(2), abs=1e-4)
