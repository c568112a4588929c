"""Weights as bytes: the error bound, the two bytes that are no weights, and the pooling of thumbnails."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xai_widgets.attention.weight_bytes import LEVELS, NOT_A_NUMBER, UNSEEN, block_starts, pooled_bytes, weight_bytes

WEIGHTS = arrays(np.float32, (2, 5, 7), elements=st.floats(0, 1, width=32))


def decoded(coded):
    return (coded.astype(np.float64) / LEVELS) ** 2


@given(WEIGHTS)
def test_error_is_bounded_and_smaller_for_small_weights(weights):
    error = np.abs(decoded(weight_bytes(weights)) - weights)
    # Half a step of the square root: |d(w)| = 2 sqrt(w) d(sqrt(w)) + d(sqrt(w))^2.
    step = 0.5 / LEVELS + 1e-7
    assert (error <= 2 * np.sqrt(weights) * step + step**2 + 1e-7).all()


@given(WEIGHTS)
def test_order_is_kept(weights):
    flat = np.sort(weights.ravel())
    assert (np.diff(weight_bytes(flat).astype(int)) >= 0).all()


def test_a_uniform_row_of_a_long_text_is_not_zero():
    assert weight_bytes(np.full((1, 1, 4096), 1 / 4096, dtype=np.float32)).min() == 4


def test_what_is_no_weight():
    weights = np.array([[[np.nan, 0.0, 1.0]]], dtype=np.float32)
    seen = np.array([[[True, True, False]]])
    assert weight_bytes(weights, seen).tolist() == [[[NOT_A_NUMBER, 0, UNSEEN]]]
    assert weight_bytes(np.ones((1, 1, 1), dtype=np.float32)).item() == LEVELS


@given(WEIGHTS, st.integers(1, 8))
def test_thumbnails_hold_the_largest_of_each_block(weights, size):
    pooled = pooled_bytes(weights, None, block_starts(5, size), block_starts(7, size))
    rows, columns = min(5, size), min(7, size)
    assert pooled.shape == (2, rows, columns)
    for i in range(rows):
        for j in range(columns):
            block = weights[:, i * 5 // rows : (i + 1) * 5 // rows, j * 7 // columns : (j + 1) * 7 // columns]
            assert (pooled[:, i, j] == weight_bytes(block.max(axis=(1, 2)))).all()


def test_a_block_is_unseen_only_when_all_of_it_is():
    weights = np.tri(64, dtype=np.float32)[None] / 64
    pooled = pooled_bytes(weights, np.tri(64, dtype=bool)[None], range(0, 64, 2), range(0, 64, 2))[0]
    assert ((pooled == UNSEEN) == ~np.tri(32, dtype=bool)).all()


def test_not_a_number_survives_pooling():
    weights = np.zeros((1, 64, 64), dtype=np.float32)
    weights[0, 5, 9] = np.nan
    assert np.argwhere(pooled_bytes(weights, None, range(0, 64, 2), range(0, 64, 2))[0] == NOT_A_NUMBER).tolist() == [
        [2, 4]
    ]
