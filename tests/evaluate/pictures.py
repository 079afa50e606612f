"""Draws what tables cannot show: which class is taken for which, and what confidence is worth."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import font_manager
from matplotlib import pyplot as plt

_CHINESE = ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Micro Hei", "SimHei")
_BINS = 10


def confusion(
    file: Path, title: str, labels: Sequence[str], right: Sequence[str], said: Sequence[str]
) -> Path:
    """Rows: what it was; columns: what it was taken for; shares of each row."""
    _use_chinese()
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    for was, taken in zip(right, said, strict=True):
        counts[place[was], place[taken]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 2.5 + 0.32 * len(labels)
    figure, axes = plt.subplots(figsize=(side, side))
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=90)
    axes.set_yticks(range(len(labels)), labels)
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.6
        axes.text(
            column,
            row,
            f"{int(counts[row, column])}",
            ha="center",
            va="center",
            fontsize=7,
            color="white" if dark else "black",
        )
    axes.set_xlabel("判成")
    axes.set_ylabel("应是")
    axes.set_title(title)
    return _kept(figure, file)


def reliability(
    file: Path, title: str, lines: dict[str, tuple[Sequence[float], Sequence[bool]]]
) -> Path:
    """Of what was said with so much confidence, how much was right; the diagonal is honest."""
    _use_chinese()
    figure, axes = plt.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="说多少就对多少")
    for name, (confidences, correct) in lines.items():
        sure, ok = np.asarray(confidences), np.asarray(correct, dtype=float)
        bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
        used = [number for number in range(_BINS) if (bins == number).any()]
        axes.plot(
            [sure[bins == number].mean() for number in used],
            [ok[bins == number].mean() for number in used],
            marker="o",
            label=f"{name}（ECE {calibration_error(confidences, correct):.3f}）",
        )
    axes.set_xlabel("置信度")
    axes.set_ylabel("判对的比例")
    axes.set_title(title)
    axes.legend()
    return _kept(figure, file)


def calibration_error(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """Expected calibration error over ten equal bins (Naeini et al. 2015)."""
    sure, ok = np.asarray(confidences), np.asarray(correct, dtype=float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            abs(sure[bins == number].mean() - ok[bins == number].mean()) * (bins == number).mean()
            for number in range(_BINS)
            if (bins == number).any()
        )
    )


def _use_chinese() -> None:
    known = {font.name for font in font_manager.fontManager.ttflist}
    plt.rcParams["font.family"] = [name for name in _CHINESE if name in known] or ["sans-serif"]


def _kept(figure: plt.Figure, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110, bbox_inches="tight")
    plt.close(figure)
    return file
