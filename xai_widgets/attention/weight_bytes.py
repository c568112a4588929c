"""Attention weights as one byte each, the form in which they travel to the browser and may be kept.

Square-root companding keeps the differences of small weights, which linear bytes would lose in any text of more
than a few hundred tokens: ``byte = round(253 * sqrt(weight))``, so ``weight = (byte / 253) ** 2``, with an error of
at most 0.004 near one and 0.00001 near zero. Two bytes are not weights: 254 is "not a number", and 255 "cannot see".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_stack import Bool, Float

Bytes = NDArray[np.uint8]

LEVELS = 253
NOT_A_NUMBER = 254
UNSEEN = 255


def weight_bytes(weights: Float, seen: Bool | None = None) -> Bytes:
    """The bytes of ``weights`` (any shape); ``seen``, which broadcasts to it, is False where the mask forbids."""
    with np.errstate(invalid="ignore"):
        scaled = np.sqrt(np.clip(weights, 0.0, 1.0), dtype=np.float32)
        scaled *= LEVELS
        scaled += 0.5
        coded = scaled.astype(np.uint8)
    coded[np.isnan(weights)] = NOT_A_NUMBER
    if seen is not None:
        coded[np.broadcast_to(~seen, coded.shape)] = UNSEEN
    return coded


def weights_of_bytes(coded: Bytes) -> Float:
    """The weights that bytes stand for: float32 of the same shape, 0 where the mask forbids."""
    weights: Float = np.square(np.arange(256, dtype=np.float32) / LEVELS)[coded]
    weights[coded == NOT_A_NUMBER] = np.nan
    weights[coded == UNSEEN] = 0.0
    return weights


def pooled_bytes(weights: Float, seen: Bool | None, size: int) -> Bytes:
    """Thumbnails: the largest weight of each block, so that a thin diagonal stays visible, as bytes.

    Args:
        weights: float32 [head, query, key].
        seen: bool [1 or head, query, key], or None. A block is unseen when the mask forbids all of it.
        size: the most rows and columns of the result; shorter texts keep one cell a pair.
    """
    rows, columns = (_edges(count, size) for count in weights.shape[1:])
    pooled = _blocks(np.maximum, weights, rows, columns)
    return weight_bytes(pooled, None if seen is None else _blocks(np.logical_or, seen, rows, columns))


def _edges(count: int, size: int) -> NDArray[np.intp]:
    """Where each of at most ``size`` blocks of nearly equal length starts."""
    blocks = min(count, size)
    return np.arange(blocks) * count // blocks


def _blocks(function: np.ufunc, array: NDArray[np.generic], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Any:
    if len(rows) == array.shape[1] and len(columns) == array.shape[2]:
        return array
    return function.reduceat(function.reduceat(array, columns, axis=2), rows, axis=1)
