"""Answers about the heads of an AttentionMap: their bytes, and exact weights."""

from __future__ import annotations

from typing import Any

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.text import TokenSpan
from xai_widgets.widgets.requests import Arrays
from xai_widgets.widgets.wire import head_bytes


def answer_heads(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``heads`` request: weight bytes [head, query, key]."""
    attention.check(request["layer"], request["heads"], request["kind"])
    return [head_bytes(attention, request["kind"], request["layer"], request["heads"])]


def answer_cell(attention: AttentionMap, request: dict[str, Any]) -> Arrays:
    """The answer to a ``cell`` request: the exact weight between two spans, float32 [head]."""
    kind = request["kind"]
    attention.check(request["layer"], request["heads"], kind)
    spans = [TokenSpan(*request[side]) for side in ("query", "key")]
    for span, tokens in zip(spans, attention.tokens(kind), strict=True):
        span.of(range(len(tokens)))
    return [attention.span_weights(request["layer"], request["heads"], spans[0], spans[1], kind)]
