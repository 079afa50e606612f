"""Trains the shipped encoder anew: `python -m knowledge.encoder.distil WORK`.

Two phases, each resumable: imitate the teacher, then also tell questions apart; the finished
weights lie between the results of both. WORK keeps the teacher's vectors, checkpoints and the
result of each phase; `--out` gets the finished student.
"""

import argparse
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from knowledge.encoder.build import build_encoder
from knowledge.encoder.distil.cut import Plan, cut
from knowledge.encoder.distil.pairs import Pairs
from knowledge.encoder.distil.pool import made_pool, real_pool
from knowledge.encoder.distil.student import Student
from knowledge.encoder.distil.targets import teacher_vectors
from knowledge.encoder.distil.train import Phase, train
from knowledge.encoder.encoder import Encoder
from knowledge.settings import PROJECT_ROOT

_CONTENT = PROJECT_ROOT / "knowledge/content/entries"
_EXAMPLES = PROJECT_ROOT / "nlu/data/nlu"
_REAL, _MADE = 61_440, 98_304
IMITATE = Phase(steps=5000, rate=3e-4, batch=64)
REFINE = Phase(steps=1700, rate=1.2e-4, batch=64, warm_up=100, pairs=2, seed=1)
# Of the finished weights; chosen on samples of the pairs and on questions left out.
IMITATED_SHARE = 0.4


def say(line: str) -> None:
    """Prints with the time of day, at once."""
    print(time.strftime("%H:%M:%S"), line, flush=True)


def main() -> None:
    """Runs what is left to do of both phases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--data", type=Path, default=PROJECT_ROOT.parent / "shared/data")
    parser.add_argument("--teacher", type=Path, default=PROJECT_ROOT / "var/encoder")
    parser.add_argument("--out", type=Path, help="folder for the finished student, in float16")
    parser.add_argument(
        "--left-out", type=int, nargs="*", default=[], help="folds of questions to hold out"
    )
    parser.add_argument("--steps", type=int, nargs=2, default=[IMITATE.steps, REFINE.steps])
    options = parser.parse_args()
    torch.set_num_threads(1)
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    if options.teacher == parser.get_default("teacher"):
        build_encoder(options.teacher)

    texts = _texts(work, options.data)
    targets = teacher_vectors(Encoder.load(str(options.teacher)), texts, work, say)
    imitating, refining = work / "imitated", work / f"refined{_name(options.left_out)}"
    if not (imitating / "done").exists():
        if not (imitating / "model.safetensors").exists():
            cut(options.teacher, imitating, texts, Plan())
        student = Student(imitating)
        phase = replace(IMITATE, steps=options.steps[0])
        train(student, texts, targets, None, phase, work / "imitated.pt", say)
        _finish(student, imitating)
    if not (refining / "done").exists():
        shutil.copytree(imitating, refining, dirs_exist_ok=True)
        (refining / "done").unlink()
        student = Student(refining)
        pairs = Pairs(options.data, _CONTENT, options.left_out)
        phase = replace(REFINE, steps=options.steps[1])
        checkpoint = work / f"{refining.name}.pt"
        train(student, texts, targets, pairs, phase, checkpoint, say)
        _finish(student, refining)
    if options.out:
        shutil.copytree(refining, options.out, dirs_exist_ok=True)
        (options.out / "done").unlink()
        student = Student(refining)
        student.blend(imitating, IMITATED_SHARE)
        student.save(options.out, torch.float16)
        say(f"wrote {options.out}")


def _texts(work: Path, data: Path) -> list[str]:
    """The texts to imitate on, kept in the folder: an interrupted run goes on with the same."""
    file = work / "texts.txt"
    if not file.exists():
        texts = [*real_pool(data, _REAL), *made_pool(_CONTENT, _EXAMPLES, _MADE)]
        file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").split("\n")[:-1]


def _name(left_out: Sequence[int]) -> str:
    return "".join(f"-{fold}" for fold in ["without", *left_out]) if left_out else ""


def _finish(student: Student, folder: Path) -> None:
    student.save(folder, torch.float32)
    (folder / "done").touch()


if __name__ == "__main__":
    main()
