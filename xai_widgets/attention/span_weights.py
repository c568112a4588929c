"""The weight between two spans of tokens, such as the sub-words of two words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xai_widgets.attention.attention_stack import AttentionStack, Float
from xai_widgets.errors import InputError
from xai_widgets.text import TokenSpan


def span_weights(stack: AttentionStack, index: int, heads: Sequence[int], query: TokenSpan, key: TokenSpan) -> Float:
    """See ``AttentionMap.span_weights``; ``index`` is the layer's in its stack.

    Raises:
        InputError: a span is none, is empty, or reaches past the end of its tokens.
    """
    for span in (query, key):
        if not isinstance(span, TokenSpan):
            raise InputError(f"{span!r} is no span of tokens: give a TokenSpan(start, stop).")
    if not len(query) or not len(key):
        raise InputError(f"There is nothing between the tokens {query} and {key}: one of the spans is empty.")
    query.of(stack.queries)
    key.of(stack.keys)
    weights = stack.weights(index, heads, query.slice)[:, :, key.slice]
    values: Float = weights.sum(axis=2, dtype=np.float64).mean(axis=1).astype(np.float32)
    seen = stack.seen(index, query.slice)
    if seen is None:
        return values
    of_heads = seen if len(seen) == 1 else seen[list(heads)]
    return np.where(np.any(of_heads[:, :, key.slice], axis=(1, 2)), values, np.float32(np.nan))
