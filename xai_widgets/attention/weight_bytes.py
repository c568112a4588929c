"""Attention weights as one byte each, the form in which they travel to the browser and may be kept.

Square-root companding keeps the differences of small weights, which linear bytes would lose in any text of more
than a few hundred tokens: ``byte = round(253 * sqrt(weight))``, so ``weight = (byte / 253) ** 2``, with an error of
at most 0.004 near one and 0.00001 near zero. Two bytes are not weights: 254 is "not a number", and 255 "cannot see".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xai_widgets.attention.attention_stack import Bool, Float

Bytes = NDArray[np.uint8]
Starts = Sequence[int]

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


def pooled_bytes(weights: Float, seen: Bool | None, rows: Starts, columns: Starts) -> Bytes:
    """The largest weight of each block, so that a thin diagonal stays visible, as bytes.

    Args:
        weights: float32 [head, query, key].
        seen: bool [1 or head, query, key], or None. A block is unseen when the mask forbids all of it.
        rows, columns: where each block of queries and of keys starts; see ``block_starts``.
    """
    pooled = _blocks(np.maximum, weights, rows, columns)
    return weight_bytes(pooled, None if seen is None else _blocks(np.logical_or, seen, rows, columns))


def block_starts(count: int, most: int) -> list[int]:
    """Where each of at most ``most`` blocks of nearly equal length starts, of so many positions."""
    blocks = min(count, most)
    return [index * count // blocks for index in range(blocks)]


def _blocks(function: np.ufunc, array: NDArray[np.generic], rows: Starts, columns: Starts) -> Any:
    if len(rows) == array.shape[1] and len(columns) == array.shape[2]:
        return array
    return function.reduceat(function.reduceat(array, columns, axis=2), rows, axis=1)
