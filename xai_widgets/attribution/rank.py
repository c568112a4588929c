"""How far two rankings agree."""

from __future__ import annotations

from typing import Any

import numpy as np


def spearman(first: Any, second: Any) -> float:
    """Spearman's rank correlation of two sequences of scores; NaN where one of them is constant or shorter than two.

    Ties share their mean rank.
    """
    ranks = [_ranks(np.asarray(scores, np.float64)) for scores in (first, second)]
    centred = [rank - rank.mean() for rank in ranks]
    norm = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float((centred[0] * centred[1]).sum() / norm) if norm > 0 else float("nan")


def _ranks(scores: Any) -> Any:
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return (last - (counts - 1) / 2)[inverse]
