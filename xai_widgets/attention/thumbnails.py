"""Every head of a map at a glance: its weights pooled to a small picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, Bytes, block_starts, pooled_bytes

Tick = Callable[[str, int, int], None]

THUMBNAIL_SIZE = 32
"""The most rows and columns of a thumbnail."""

_AT_FIRST = 2**24
"""Weights that may be computed before a first picture: what two cores do in about half a second."""
_AT_ONCE = 2**24
"""Weights that may be in memory together: 64 MB."""


def rows_at_first(attention: AttentionMap, kind: str) -> int | None:
    """How many query rows may go into each row of a thumbnail before a first picture; None: all of them."""
    n_layers, n_heads, queries, keys = attention.shape(kind)
    rows = min(queries, THUMBNAIL_SIZE)
    of_each = max(1, _AT_FIRST // (n_layers * n_heads * rows * keys))
    return None if of_each * rows >= queries else of_each


def layers_at_first(attention: AttentionMap, kind: str) -> tuple[int, ...]:
    """The layers that may have thumbnails before a first picture: all, but for a very large model and a long text."""
    _, n_heads, queries, keys = attention.shape(kind)
    weights_of_layer = n_heads * min(queries, THUMBNAIL_SIZE) * keys
    layers = attention.layers(kind)
    return layers if rows_at_first(attention, kind) is None else layers[: max(1, 2 * _AT_FIRST // weights_of_layer)]


def layer_thumbnails(
    attention: AttentionMap, kind: str, layers: Sequence[int], *, of_each: int | None = None, tick: Tick | None = None
) -> Bytes:
    """Weight bytes [layer, head, row, column] of every head of some layers, max-pooled.

    Args:
        of_each: how many query rows go into a row of a thumbnail, evenly spaced; None: all of them.
        tick: called with (what, rows done, of how many) before each part; may raise to cancel.

    Raises:
        InputError: a layer or kind that does not exist.
    """
    _, n_heads, queries, keys = attention.shape(kind)
    blocks = _starts(queries)
    pooled = np.full((len(layers), n_heads, len(blocks), len(_starts(keys))), NOT_A_NUMBER, dtype=np.uint8)
    for index, layer in enumerate(layers):
        heads = attention.heads(layer, kind)
        at_once = max(1, _AT_ONCE // (heads * keys))
        for first, last, rows, starts in _runs([*blocks, queries], of_each, at_once):
            if tick is not None:
                tick("reading the heads", index * queries + rows[0], len(layers) * queries)
            weights = attention.weights(layer, None, kind, rows=rows)
            seen = attention.seen(layer, kind, rows=rows)
            pooled[index, :heads, first:last] = pooled_bytes(weights, seen, starts, _starts(keys))
    return pooled


def thumbnail_words(attention: AttentionMap) -> str:
    """How thumbnails were pooled from the weights, in words."""
    longest = max(max(attention.shape(kind)[2:]) for kind in attention.kinds)
    if longest <= THUMBNAIL_SIZE:
        return "one cell for each pair of tokens"
    return f"each cell is the largest weight of a block of about {longest / THUMBNAIL_SIZE:.1f} tokens a side"


def _starts(count: int) -> list[int]:
    return block_starts(count, THUMBNAIL_SIZE)


def _runs(edges: Sequence[int], of_each: int | None, at_once: int) -> Iterator[tuple[int, int, list[int], list[int]]]:
    """Blocks that are computed together: (first, last, their rows, where in them each block starts)."""
    first, rows, starts = 0, list[int](), list[int]()
    for index, (start, stop) in enumerate(pairwise(edges)):
        own = _spaced(start, stop, of_each)
        if rows and len(rows) + len(own) > at_once:
            yield first, index, rows, starts
            first, rows, starts = index, [], []
        starts.append(len(rows))
        rows += own
    yield first, len(edges) - 1, rows, starts


def _spaced(start: int, stop: int, count: int | None) -> list[int]:
    """So many numbers of a range, evenly spaced around its middle; all of them where there are no more."""
    length = stop - start
    if count is None or count >= length:
        return list(range(start, stop))
    return [start + (2 * index + 1) * length // (2 * count) for index in range(count)]
