"""Every head of a map at a glance: its weights pooled to a small picture."""

from __future__ import annotations

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, Bytes, pooled_bytes

THUMBNAIL_SIZE = 32
"""The most rows and columns of a thumbnail."""


def thumbnail_bytes(attention: AttentionMap, kind: str) -> Bytes:
    """Weight bytes [layer, head, row, column] of every head of a kind, pooled; missing heads are not a number."""
    n_layers, n_heads, queries, keys = attention.shape(kind)
    shape = (n_layers, n_heads, min(queries, THUMBNAIL_SIZE), min(keys, THUMBNAIL_SIZE))
    pooled = np.full(shape, NOT_A_NUMBER, dtype=np.uint8)
    for index, layer in enumerate(attention.layers(kind)):
        thumbnails = pooled_bytes(attention.weights(layer, kind=kind), attention.seen(layer, kind), THUMBNAIL_SIZE)
        pooled[index, : len(thumbnails)] = thumbnails
    return pooled


def thumbnail_words(attention: AttentionMap) -> str:
    """How thumbnails were pooled from the weights, in words."""
    longest = max(max(attention.shape(kind)[2:]) for kind in attention.kinds)
    if longest <= THUMBNAIL_SIZE:
        return "one cell for each pair of tokens"
    return f"each cell is the largest weight of a block of about {longest / THUMBNAIL_SIZE:.1f} tokens a side"
