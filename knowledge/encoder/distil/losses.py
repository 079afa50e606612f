"""What training minimises: being where the teacher is, ordering as it orders, telling apart."""

import torch
from torch import Tensor
from torch.nn import functional

# Cosines of one batch differ by some hundredths only, so the distributions are taken this sharp.
_SHARPNESS = 50.0
# The temperature that the teacher itself was trained with (arXiv 2212.03533).
_PAIR_SHARPNESS = 100.0


def distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean of 1 - cosine between unit rows, both (n, d)."""
    return 1 - (student * teacher).sum(1).mean()


def relations(student: Tensor, teacher: Tensor) -> Tensor:
    """How far the student's neighbours within the batch stand from the teacher's: mean KL.

    Both (n, d), unit rows. Each row's cosines to all others become a distribution.
    """
    itself = torch.eye(len(student), dtype=torch.bool)
    mine = (student @ student.T * _SHARPNESS).masked_fill(itself, -1e4)
    theirs = (teacher @ teacher.T * _SHARPNESS).masked_fill(itself, -1e4)
    return functional.kl_div(
        functional.log_softmax(mine, 1),
        functional.log_softmax(theirs, 1),
        reduction="batchmean",
        log_target=True,
    )


def contrast(first: Tensor, second: Tensor, groups: Tensor) -> Tensor:
    """In-batch negatives both ways, as MultipleNegativesRankingLoss has them (arXiv 1705.00652).

    `first` and `second` (n, d) unit rows, row i of both a pair; `groups` (n,) numbers the matter,
    so that rows of the same matter are never each other's negatives.
    """
    same = (groups[:, None] == groups[None, :]) & ~torch.eye(len(groups), dtype=torch.bool)
    scores = (first @ second.T * _PAIR_SHARPNESS).masked_fill(same, -1e4)
    right = torch.arange(len(groups))
    there = functional.cross_entropy(scores, right)
    back = functional.cross_entropy(scores.T, right)
    return (there + back) / 2
