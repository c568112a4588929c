"""The attention of a head that can stand beside an attribution's scores: to each token of the first text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attribution.attribution import Attribution


def attention_beside(attribution: Attribution) -> tuple[Any, str] | None:
    """The AttentionMap of the same pass and the kind that looks at the first text; None where there is none."""
    attention = attribution.attention
    return None if attention is None else (attention, "cross" if "cross" in attention.kinds else "self")


def attention_row(attribution: Attribution, layer: int, head: int, step: int = 0) -> NDArray[np.float32] | None:
    """How much the explained position attends to each token of the first text, float32 [position].

    The position is the one whose output was read, of ``step`` where several are explained; the mean over all
    positions where the model pools. None where there is no attention.

    Raises:
        InputError: a layer or head that does not exist; the message says which do.
    """
    found = attention_beside(attribution)
    if found is None:
        return None
    attention, kind = found
    at = attribution.at
    rows = [at[min(step, len(at) - 1)]] if at else None
    weights = attention.weights(layer, int(head), kind, rows=rows)
    mean: NDArray[np.float32] = weights.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean
