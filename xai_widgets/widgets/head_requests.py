"""Answers about the heads of an AttentionMap: their bytes, exact weights, and thumbnails."""

from __future__ import annotations

from typing import Any

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.attention_stack import Bool, Float
from xai_widgets.attention.thumbnails import Tick, layer_thumbnails, rows_at_first
from xai_widgets.attention.weight_bytes import Bytes
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.requests import Arrays
from xai_widgets.widgets.wire import LONGEST, Part, head_bytes

_ROWS_AT_ONCE = 256


def answer_heads(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``heads`` request: weight bytes [head, query, key], of all positions or a part."""
    kind, part = request["kind"], request.get("part")
    attention.check(request["layer"], request["heads"], kind)
    check_part(attention, kind, part)
    return [head_bytes(attention, kind, request["layer"], request["heads"], part)]


def answer_cell(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``cell`` request: the exact weight between two spans, float32 [head]."""
    kind = request["kind"]
    attention.check(request["layer"], request["heads"], kind)
    spans = [TokenSpan(*request[side]) for side in ("query", "key")]
    for span, tokens in zip(spans, attention.tokens(kind), strict=True):
        span.of(range(len(tokens)))
    return [attention.span_weights(request["layer"], request["heads"], spans[0], spans[1], kind)]


def answer_span(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``span`` request: what a span has to do with every position, float32 [head, position].

    Of queries it is the mean of their rows, of keys the sum of their columns; NaN where the mask forbids all.
    """
    kind, layer, heads, side = request["kind"], request["layer"], request["heads"], request["side"]
    attention.check(layer, heads, kind)
    queries, keys = attention.tokens(kind)
    span = TokenSpan(*request["span"])
    span.of(range(len(queries if side == "query" else keys)))
    if side == "query":
        weights, seen = _rows_of(attention, kind, layer, heads, slice(span.start, span.stop))
        return [_hidden(weights.mean(axis=1), None if seen is None else np.any(seen, axis=1))]
    # A key's column needs every row's softmax: a few rows at a time, so that no whole head is in memory.
    columns = slice(span.start, span.stop)
    parts = []
    for start in range(0, len(queries), _ROWS_AT_ONCE):
        weights, seen = _rows_of(attention, kind, layer, heads, slice(start, start + _ROWS_AT_ONCE))
        allowed = None if seen is None else np.any(seen[..., columns], axis=2)
        parts.append(_hidden(weights[..., columns].sum(axis=2), allowed))
    return [np.concatenate(parts, axis=1)]


def _rows_of(
    attention: AttentionMap, kind: str, layer: int, heads: list[int], rows: slice
) -> tuple[Float, Bool | None]:
    """Weights [head, row, key] of some rows, and which of them the mask allows, [1 or head, row, key]."""
    seen = attention.seen(layer, kind, rows=rows)
    return attention.weights(layer, heads, kind, rows=rows), seen if seen is None or len(seen) == 1 else seen[heads]


def _hidden(weights: Float, allowed: Bool | None) -> Float:
    return weights if allowed is None else np.where(allowed, weights, np.float32(np.nan))


def thumbnails_of(attention: AttentionMap, request: dict[str, Any], tick: Tick) -> Bytes:
    """What answers a ``thumbnails`` request: weight bytes [layer, head, row, column]."""
    kind = request["kind"]
    of_each = None if request["exact"] else rows_at_first(attention, kind)
    return layer_thumbnails(attention, kind, request["layers"], of_each=of_each, tick=tick)


def check_part(attention: AttentionMap, kind: str, part: Part | None) -> None:
    """Raises InputError where a part of a map does not exist or is too large to travel at once."""
    counts = dict(zip(("query", "key"), map(len, attention.tokens(kind)), strict=True))
    if part is None:
        if max(counts.values()) > LONGEST:
            raise InputError(
                f"This text has {max(counts.values())} tokens and is looked at in parts of at most {LONGEST} a side: "
                'say which, as part={"query": [0, 256], "key": [0, 256]}.'
            )
        return
    for side, count in counts.items():
        match part.get(side):
            case [int(start), int(stop)] if 0 <= start < stop <= min(count, start + LONGEST):
                pass
            case _:
                raise InputError(
                    f"There is no part {part!r}: give {side} as [start, stop], from 0 to {count} and at most {LONGEST} "
                    "positions long."
                )
