"""An AttentionMap as one array, and as a tidy table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xai_widgets import extras
from xai_widgets.attention.attention_stack import Bool, Float
from xai_widgets.attention.selection import Numbers, Part, check_room, parts_of
from xai_widgets.text import TokenSequence

if TYPE_CHECKING:
    from xai_widgets.attention.attention_map import AttentionMap

_ROW_BYTES = 44
"""Four whole numbers and a weight of 4 bytes each, and three references to strings."""


def attention_array(
    attention: AttentionMap, layers: Numbers, heads: Numbers, kind: str | None, max_weights: int
) -> Float:
    """See ``AttentionMap.to_numpy``."""
    parts = parts_of(attention, layers, heads, [attention.kinds[0] if kind is None else kind])
    check_room(attention, parts, max_weights, what="weights", each=4, argument="max_weights")
    _, _, queries, keys = attention.shape(kind)
    widest = max(len(part.heads) for part in parts)
    array = np.full((len(parts), widest, queries, keys), np.nan, np.float32)
    for row, part in zip(array, parts, strict=True):
        row[: len(part.heads)] = attention.weights(part.layer, part.heads, part.kind)
    return array


def attention_frame(
    attention: AttentionMap, layers: Numbers, heads: Numbers, kinds: Sequence[str] | None, max_rows: int
) -> Any:
    """See ``AttentionMap.to_frame``."""
    parts = parts_of(attention, layers, heads, kinds)
    check_room(attention, parts, max_rows, what="rows of a frame", each=_ROW_BYTES, argument="max_rows")
    tables = [_table(attention, part) for part in parts]
    return extras.frame({name: np.concatenate([table[name] for table in tables]) for name in tables[0]})


def _table(attention: AttentionMap, part: Part) -> dict[str, Any]:
    weights = attention.weights(part.layer, part.heads, part.kind)
    head, query, key = np.nonzero(_seen(attention, part, weights.shape))
    queries, keys = (_texts(tokens) for tokens in attention.tokens(part.kind))
    return {
        "kind": np.full(len(head), part.kind, object),
        "layer": np.full(len(head), part.layer, np.int32),
        "head": np.array(part.heads, np.int32)[head],
        "query": query.astype(np.int32),
        "key": key.astype(np.int32),
        "query_token": queries[query],
        "key_token": keys[key],
        "weight": weights[head, query, key],
    }


def _seen(attention: AttentionMap, part: Part, shape: tuple[int, ...]) -> Bool:
    seen = attention.seen(part.layer, part.kind)
    if seen is None:
        return np.ones(shape, bool)
    return np.broadcast_to(seen if len(seen) == 1 else seen[list(part.heads)], shape)


def _texts(tokens: TokenSequence) -> Any:
    return np.array(tokens.text, object)
